"""Working paper 10: told in every state of a sample, masked, in both languages."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from page_links import broken_links
from run_world import Past, make_workbench, write_run

from ndaudit.analyses import samples
from ndaudit.catalogue import Catalogue
from ndaudit.charts import error_rates
from ndaudit.lexicon import Lexicon
from ndaudit.periods import read_period
from ndaudit.reading import Reading, open_reading
from ndaudit.reporting import publish_notebooks
from ndaudit.sampling import engagement
from ndaudit.sampling.paper import Answer, read_answers, write_paper
from ndaudit.sampling.plan import Aim
from ndaudit.scope import Scope
from ndaudit.snapshots import file_hash
from ndaudit.wording import sentences
from ndaudit.workbench import Workbench

NOTEBOOK = "10_audit_sample"
OFFICE = Scope("1110")


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Workbench:
    """Forty payments of 10 000 ₮ to 400 000 ₮ of office 1110, and a run over them."""
    rows = [
        {
            "delivered_by": "1110",
            "payment_id": f"НУУЦ{n}",
            "person_id": n,
            "period": date(2025, 12, 1),
            "amount": Decimal(10_000 * n),
        }
        for n in range(1, 41)
    ]
    made = make_workbench(tmp_path_factory.mktemp("samples") / "nd", catalogue, {"payment": rows})
    write_run(made, Past("r1", 20, (("PAY-05", "C", "1110", 5, 4, 1, 0),), ()))
    (made.runs / "current.json").write_text('{"run_id": "r1"}', "utf-8")
    store = made.store / "s1.duckdb"
    pointer = {"snapshot": "s1", "file": store.name, "sha256": file_hash(store), "content": {}}
    (made.store / "current.json").write_text(json.dumps(pointer), "utf-8")
    return made


@pytest.fixture(scope="module")
def reading(workbench: Workbench) -> Iterator[Reading]:
    with open_reading(workbench) as opened:
        yield opened


def aim(name: str, **changes: Any) -> Aim:
    asked: dict[str, Any] = {
        "table": "payment", "value": "amount", "stratum": None, "office": "1110", "period": "2025",
        "method": "attribute", "distribution": "hypergeometric", "selection": "fixed",
        "confidence": Fraction(9, 10), "tolerable": Fraction(2, 10), "expected": Fraction(0), "seed": name,
    }  # fmt: skip
    return Aim(name=name, **(asked | changes))


def published(workbench: Workbench, key: Path, lang: str) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NDAUDIT_KEY_FILE", str(key))
        (made,) = publish_notebooks(workbench, [NOTEBOOK], office="1110", lang="mn" if lang == "mn" else "en")
    assert made.failure is None
    assert made.path is not None
    assert broken_links([made.path]) == []
    return made.path.read_text("utf-8")


def verdict(reading: Reading) -> str:
    return str(samples.conclusion(samples.found(reading, OFFICE))["verdict"].item())


def test_from_nothing_to_the_rate_of_a_year(
    workbench: Workbench, reading: Reading, tmp_path_factory: pytest.TempPathFactory
) -> None:
    key = tmp_path_factory.mktemp("key") / "key"
    assert verdict(reading) == "none"
    empty = published(workbench, key, "mn")
    assert "ndaudit sample plan" in empty
    assert "ndaudit sample evaluate" in empty

    made = engagement.plan(workbench, aim("items"))
    engagement.plan(workbench, aim("units", method="mus", tolerable=Fraction(3, 10)))
    engagement.plan(workbench, aim("whole", office=None))
    assert verdict(reading) == "planned"
    hits = engagement.select(workbench, "items").hits
    assert verdict(reading) == "drawn"
    found = samples.drawn_items(samples.found(reading, OFFICE))
    assert set(found["verdict"]) == {"open"}

    paper = engagement.folder_of(workbench, "items") / engagement.PAPER
    answers = {hit.item.key: Answer(True, None) for hit in hits[1:]}
    answers[hits[0].item.key] = Answer(False, hits[0].item.value - 1000, "НУУЦ тэмдэглэл")
    write_paper(paper, hits, [], "mn", answers)
    assert read_answers(paper, hits) == answers
    engagement.evaluate(workbench, "items")
    standing = samples.found(reading, OFFICE)
    assert verdict(reading) == "not_proven"
    over, under = samples.yearly(standing).to_dicts()
    # 1,000 in so many of forty; of a book total of 10,000 × 820
    likely = (Decimal(1000) * 40 / len(hits)).quantize(Decimal("0.01"))
    assert (over["side"], over["year"], over["least"], over["likely"]) == ("over", "2025", 1000, likely)
    assert over["book_total"] == made.book_total == 8_200_000
    assert (under["least"], under["likely"]) == (0, 0)
    assert under["most"] > 0
    rows = {row["item_key"]: row for row in samples.drawn_items(standing).to_dicts()}
    assert rows[hits[0].item.key]["difference"] == 1000

    page = published(workbench, key, "en")
    assert made.population_sha256 in page
    assert "НУУЦ" not in page
    assert "Drawn up by" in page
    assert "not what rules found" in page


def test_a_sample_of_another_year_or_office_stays_away(workbench: Workbench, reading: Reading) -> None:
    there = {one.plan.aim.name for one in samples.found(reading, OFFICE)}
    assert there == {"items", "units", "whole"}
    assert {one.plan.aim.name for one in samples.found(reading, Scope("65"))} == {"whole"}
    assert samples.found(reading, Scope("1110", read_period("2024"))) == []


def test_every_code_is_a_word_and_an_empty_chart_is_told(reading: Reading) -> None:
    groups = {
        "method": samples.METHODS,
        "state": ("planned", "drawn", "evaluated", "broken"),
        "verdict": samples.VERDICTS,
        "side": ("over", "under"),
        "how": ("stringer", "student", "largest", "added"),
    }
    words = {f"{column}_{code}" for column, codes in groups.items() for code in codes}
    assert words - set(sentences("words")) == set()
    assert error_rates(samples.yearly([]), Lexicon(reading, "en")).text.startswith("No sample")
