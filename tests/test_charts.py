"""Charts are true (zero-based, in order), have words beside them, and use the colours of the design."""

from decimal import Decimal

import polars as pl
import pytest
from conftest import REPOSITORY

from ndaudit import charts
from ndaudit.analyses import funnel
from ndaudit.charts import delivered, funnel_gallery, missing, rates, standing
from ndaudit.charts.drawing import tokens
from ndaudit.charts.tiles import LOOKS
from ndaudit.offices import Office, read_offices
from ndaudit.reporting.paper_charts import drawn as drawn_on_paper
from ndaudit.wording import Language, Text

PLOTLY = "application/vnd.plotly.v1+json"
RATES = pl.DataFrame(
    {
        "clause": ["2.1", "3.1.1", "4.1.3", "3.5"],
        "rate": [Decimal("0.010"), Decimal("0.200"), Decimal("0"), None],
        "country_rate": [Decimal("0.020"), Decimal("0.100"), Decimal("0.001"), None],
        "decided": [1000, 30, 1000, 0],
    },
    schema_overrides={"rate": pl.Decimal(38, 12), "country_rate": pl.Decimal(38, 12)},
)


class Words:
    """A lexicon of bare codes."""

    lang: Language = "en"
    tiles = tuple(
        Office(code, Text(code, code), kind, place)
        for code, kind, place in (("a", "aimag", (0, 0)), ("b", "aimag", (2, 1)), ("d", "district", (0, 1)))
    )

    def __getattr__(self, _: str) -> object:
        return lambda code: f"<{code}>"


WORDS: object = Words()


def test_every_chart_is_there_by_name() -> None:
    assert all(callable(getattr(charts, name)) for name in charts.__all__)


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


def test_a_rate_of_few_checks_is_not_shown_beside_others() -> None:
    few = RATES.with_columns(decided=pl.Series([1000, 29, 1000, 0]))
    drawn = rates(few, "clause", WORDS, office=None)  # type: ignore[arg-type]
    assert list(drawn.figure.data[0].x) == [0.01]
    assert "fewer than 30 checks" in drawn.note
    alone = rates(few.filter(pl.col("clause") == "3.1.1"), "clause", WORDS, office=None)  # type: ignore[arg-type]
    assert list(alone.figure.data[0].x) == [0.2]
    assert "fewer than" not in alone.note


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


def lightness(name: str) -> float:
    red, green, blue = (int(tokens()[name][n : n + 2], 16) for n in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_every_aimag_and_district_has_a_tile_of_its_own() -> None:
    offices = read_offices(REPOSITORY / "expectations" / "offices.toml").values()
    for kind, size in (("aimag", 21), ("district", 9)):
        places = [office.tile for office in offices if office.kind == kind]
        assert len(places) == len(set(places)) == size
        assert None not in places
    assert [office.code for office in offices if office.tile is None] == ["11"]


def test_tiles_lie_as_the_country_does() -> None:
    offices = read_offices(REPOSITORY / "expectations" / "offices.toml").values()
    place = {office.name.en: office.tile for office in offices if office.kind == "aimag" and office.tile}
    row, column = ({name: at[n] for name, at in place.items()} for n in (0, 1))
    assert min(column, key=column.__getitem__) == "Bayan-Ölgii"
    for west, east in (
        ("Khovd", "Zavkhan"),
        ("Zavkhan", "Arkhangai"),
        ("Töv", "Khentii"),
        ("Khentii", "Dornod"),
    ):
        assert column[west] < column[east]
    for north, south in (
        ("Khövsgöl", "Arkhangai"),
        ("Selenge", "Töv"),
        ("Töv", "Dundgovi"),
        ("Dundgovi", "Ömnögovi"),
    ):
        assert row[north] < row[south]


DELIVERED = pl.DataFrame(
    {
        "office_code": ["a", "d"],
        "delivered": [3, 2],
        "required": [3, 3],
        "rejected": [0, 0],
        "totals_differ": [0, 0],
    }
)


def test_an_office_that_delivered_nothing_is_drawn_blank_and_said() -> None:
    drawn = delivered(DELIVERED, WORDS, office="d")  # type: ignore[arg-type]
    tiles = {tile["name"]: tile for tile in drawn.data["tiles"]}
    assert {name: (tile["written"], tile["look"]) for name, tile in tiles.items()} == {
        "<a>": ("3/3", "plain"),
        "<b>": ("—", "blank"),
        "<d>": ("2/3", "marked"),
    }
    assert "Nothing delivered: <b>." in drawn.text
    assert "All there: <a> 3/3." in drawn.text
    assert [tile["own"] for tile in tiles.values()].count(True) == 1
    # the block of the districts stands below the lowest aimag, with room between
    assert tiles["<d>"]["row"] > tiles["<b>"]["row"] + 1
    assert len(drawn.figure.layout.shapes) == 3
    assert {shape.line.dash for shape in drawn.figure.layout.shapes} == {"solid", "dot"}


def test_values_that_could_not_be_read_make_a_tile_dark() -> None:
    for column in ("rejected", "totals_differ"):
        faulty = DELIVERED.with_columns(pl.lit(1).alias(column))
        drawn = delivered(faulty, WORDS, office=None)  # type: ignore[arg-type]
        assert {tile["look"] for tile in drawn.data["tiles"]} == {"strong", "blank"}


def test_tiles_differ_in_grey() -> None:
    grounds = [lightness(LOOKS[look][0]) for look in ("plain", "marked", "strong")]
    assert grounds[0] - grounds[1] > 25
    assert grounds[1] - grounds[2] > 100
    for ground, _, letters in LOOKS.values():
        assert abs(lightness(ground) - lightness(letters)) > 120


def test_the_map_says_who_differs_beyond_chance_and_which_way() -> None:
    results = pl.DataFrame(
        {
            "rule_id": ["R"] * 3,
            "office_code": ["a", "b", "d"],
            "decided": [1000] * 3,
            "exceptions": [20, 22, 90],
        }
    )
    drawn = standing(funnel.funnel("", results), WORDS, office=None)  # type: ignore[arg-type]
    written = {tile["name"]: tile["written"] for tile in drawn.data["tiles"]}
    assert written["<d>"] == "▲\u00a090.0"
    assert written["<a>"] == "▼\u00a020.0"
    assert "Different beyond chance: " in drawn.text
    assert standing(None, WORDS, office=None).data == {}  # type: ignore[arg-type]


def test_paper_shows_the_numbers_of_the_screen() -> None:
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
    shown = [
        rates(RATES, "clause", WORDS, office="1110"),  # type: ignore[arg-type]
        funnel_gallery([found], WORDS, "a").drawings[0],  # type: ignore[arg-type]
        delivered(DELIVERED, WORDS, office="a"),  # type: ignore[arg-type]
    ]
    wanted = (("200.0", "country 100.0"), ("&lt;d&gt;", "99.8"), ("3/3", "2/3", "—"))
    for drawing, texts in zip(shown, wanted, strict=True):
        svg = drawn_on_paper(drawing.kind, drawing.data)
        assert [text for text in texts if text not in svg] == []
        assert "http" not in svg.replace("http://www.w3.org/", "")
    points = drawn_on_paper("funnel", shown[1].data).count('aria-roledescription="point"')
    assert points == 4
    assert drawn_on_paper("", {}) == ""
