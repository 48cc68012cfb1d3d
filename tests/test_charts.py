"""Charts are true (zero-based, in order), have words beside them, and use the colours of the design."""

from decimal import Decimal

import polars as pl
import pytest

from ndaudit.analyses import funnel
from ndaudit.charts import funnel_gallery, missing, rates
from ndaudit.charts.drawing import tokens
from ndaudit.wording import Language

PLOTLY = "application/vnd.plotly.v1+json"
RATES = pl.DataFrame(
    {
        "clause": ["2.1", "3.1.1", "4.1.3", "3.5"],
        "rate": [Decimal("0.010"), Decimal("0.200"), Decimal("0"), None],
        "country_rate": [Decimal("0.020"), Decimal("0.100"), Decimal("0.001"), None],
    },
    schema_overrides={"rate": pl.Decimal(38, 12), "country_rate": pl.Decimal(38, 12)},
)


class Words:
    """A lexicon of bare codes."""

    lang: Language = "en"

    def __getattr__(self, _: str) -> object:
        return lambda code: f"<{code}>"


WORDS: object = Words()


def test_rates_are_zero_based_and_sorted() -> None:
    drawn = rates(RATES, "clause", WORDS, office="1110")  # type: ignore[arg-type]
    grey, blue = drawn.figure.data
    assert list(blue.x) == [0.2, 0.01]
    assert list(grey.x) == [0.1, 0.02]
    assert drawn.figure.layout.xaxis.range[0] == 0
    assert grey.marker.color == tokens()["line"]
    assert drawn.text.startswith("3.1.1")
    assert "200.0" in drawn.text


def test_the_country_is_not_compared_with_itself() -> None:
    drawn = rates(RATES, "clause", WORDS, office=None)  # type: ignore[arg-type]
    assert len(drawn.figure.data) == 1


def test_nothing_to_draw_is_said_in_words() -> None:
    drawn = rates(RATES.filter(pl.col("rate") == 0), "clause", WORDS, office=None)  # type: ignore[arg-type]
    assert drawn.figure.layout.annotations[0].text == drawn.text == "Everything checked holds."


def test_missing_values_say_their_share() -> None:
    frame = pl.DataFrame({"table_name": ["person"], "missing": [3], "share": [Decimal("0.015")]})
    drawn = missing(frame, WORDS)  # type: ignore[arg-type]
    assert "1.5" in drawn.text


def test_funnels_name_who_differs_beyond_chance() -> None:
    results = pl.DataFrame(
        {
            "rule_id": ["R"] * 4,
            "office_code": ["a", "b", "c", "d"],
            "decided": [1000] * 4,
            "exceptions": [20, 22, 19, 70],
        }
    )
    found = funnel.funnel("3.1.1", results)
    assert found is not None
    [drawn] = funnel_gallery([found], WORDS, "a").drawings  # type: ignore[arg-type]
    assert "<d>" in drawn.note
    assert drawn.figure.layout.yaxis.rangemode == "tozero"
    symbols = {trace.marker.symbol for trace in drawn.figure.data if trace.mode != "lines"}
    assert symbols == {"circle", "diamond"}, "an outlier differs in shape, not by colour alone"


def test_an_empty_gallery_is_a_sentence() -> None:
    gallery = funnel_gallery([], WORDS, None)  # type: ignore[arg-type]
    assert gallery._repr_mimebundle_()["text/plain"] == gallery.empty


@pytest.mark.parametrize("name", ["ink", "paper", "line", "accent", "warm", "ink-faint", "ink-soft"])
def test_colours_come_from_the_look(name: str) -> None:
    assert tokens()[name].startswith("#")


def test_a_drawing_carries_plotly_and_its_words() -> None:
    bundle = rates(RATES, "clause", WORDS, office=None)._repr_mimebundle_()  # type: ignore[arg-type]
    assert set(bundle) == {PLOTLY, "application/vnd.ndaudit.chart+json", "text/plain"}
    assert bundle[PLOTLY]["data"]
