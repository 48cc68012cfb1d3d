"""Charts of one person: the calendar of months worked and paid for, and wages beside those of colleagues."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ndaudit import notation
from ndaudit.analyses.dossier.months import KINDS, mark, stretches
from ndaudit.charts.bars import without_bars
from ndaudit.charts.drawing import SMALL, Drawing, blank_figure, tokens
from ndaudit.lexicon import Lexicon
from ndaudit.wording import say

YEAR = 16
"""Height of a year of the calendar, pixels."""
_SIGNS = {
    "bought": "₮",
    "exempted": "○",
    "unpaid": "!",
    "gap": "×",
    "proven": "•",
    "claimed": "?",
    "pension": "",
}
_GROUND: Mapping[str, tuple[str, str]] = {
    "paid": ("accent", "paper"),
    "bought": ("accent-wash", "ink"),
    "exempted": ("accent-wash", "ink"),
    "unpaid": ("warm-wash", "warm"),
    "gap": ("paper", "warm"),
    "proven": ("ink-faint", "paper"),
    "claimed": ("wash", "ink"),
    "pension": ("line", "ink"),
}
"""Ground and ink of each kind of month; the sign in it tells the kinds apart without colour too."""
OUTLINED = ("gap", "unpaid")
"""What needs attention has a border, and shows on grey paper too."""


def month_strip(found: pl.DataFrame, lexicon: Lexicon) -> Drawing:
    """Return the calendar of a life at work: a row a year, a column a month, a letter an employer.

    Args:
        found: `dossier.months.months`.
    """
    lang = lexicon.lang
    title = say("dossier.strip", lang)
    if not found.height:
        return without_bars(title, say("dossier.strip_none", lang))
    before = pl.struct("kind", "ordinal", pl.col("period").dt.year().alias("year"))
    found = found.with_columns(begins=(before != before.shift()).fill_null(value=True))
    years = list(range(found["period"].min().year, found["period"].max().year + 1))  # type: ignore[union-attr]
    figure = _calendar(years, lexicon)
    for kind in KINDS:
        _cells(figure, found.filter(pl.col("kind") == kind), kind, lexicon)
    seen = [kind for kind in KINDS if kind in set(found["kind"])]
    return Drawing(figure, title, _read_out(found, lexicon), _legend(seen, lexicon))


def _calendar(years: list[int], lexicon: Lexicon) -> go.Figure:
    figure = blank_figure(YEAR * len(years) + 44)
    names = [say(f"dossier.month_{month}", lexicon.lang) for month in range(1, 13)]
    colour = tokens()
    faint = {"size": 11, "color": colour["ink-faint"]}
    figure.update_xaxes(
        range=[0.45, 12.55], tickvals=list(range(1, 13)), ticktext=names, side="top", tickfont=faint
    )
    figure.update_yaxes(
        range=[years[-1] + 0.6, years[0] - 0.6],
        tickvals=years,
        ticktext=[f"<b>{year}</b>" if year % 5 == 0 else str(year) for year in years],
        tickfont=faint,
    )
    figure.update_layout(margin={"l": 44, "r": 4, "t": 26, "b": 4})
    return figure


def _cells(figure: go.Figure, part: pl.DataFrame, kind: str, lexicon: Lexicon) -> None:
    """Draw the months of one kind as bars a month wide, each with its letter or sign."""
    if not part.height:
        return
    ground, ink = (tokens()[name] for name in _GROUND[kind])
    rows = list(part.iter_rows(named=True))
    figure.add_bar(
        x=[row["period"].month for row in rows],
        y=[0.84] * len(rows),
        base=[row["period"].year - 0.42 for row in rows],
        width=0.94,
        marker={"color": ground, "line": {"width": 1.5 if kind in OUTLINED else 0, "color": ink}},
        text=[_sign(row, kind, lexicon.lang) for row in rows],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        constraintext="none",
        textfont={"size": 10, "color": ink},
        customdata=[[_told(row, lexicon)] for row in rows],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
    figure.update_layout(barmode="overlay")


def _kind(kind: str, lexicon: Lexicon) -> str:
    return say(f"dossier.kind_{kind}", lexicon.lang)


def _sign(row: Mapping[str, Any], kind: str, lang: str) -> str:
    """Return what stands in a month; the letter of an employer only where it begins, and once a year."""
    if kind != "paid":
        return _SIGNS[kind]
    return mark(row["ordinal"], lang) if row["begins"] else ""


def _told(row: Mapping[str, Any], lexicon: Lexicon) -> str:
    parts = [notation.month(row["period"], lexicon.lang), _kind(row["kind"], lexicon)]
    if row["ordinal"] is not None:
        parts.append(say("dossier.employer_mark", lexicon.lang, mark=mark(row["ordinal"], lexicon.lang)))
    if row["wage"] is not None:
        parts.append(notation.tugrik(row["wage"]))
    return "<br>".join(parts)


def _legend(seen: list[str], lexicon: Lexicon) -> str:
    lang = lexicon.lang
    names = {kind: f"legend_{kind}" if kind in ("paid", "pension") else "legend" for kind in seen}
    signs = [
        say(f"dossier.{name}", lang, sign=_SIGNS.get(kind, ""), kind=_kind(kind, lexicon))
        for kind, name in names.items()
    ]
    return say("dossier.strip_note", lang, signs="; ".join(signs))


def _read_out(found: pl.DataFrame, lexicon: Lexicon) -> str:
    """Return the calendar in words: each stretch from month to month."""
    lang = lexicon.lang
    return "; ".join(
        say(
            "dossier.stretch",
            lang,
            first=notation.day(row["first_month"], lang)[:7],
            last=notation.day(row["last_month"], lang)[:7],
            kind=_kind(row["kind"], lexicon),
            mark=mark(row["ordinal"], lang),
        ).rstrip()
        for row in stretches(found).iter_rows(named=True)
    )


def wage_path(found: pl.DataFrame, lexicon: Lexicon) -> Drawing:
    """Return what a month brought, year by year, over the middle half of colleagues as a grey band.

    Args:
        found: `dossier.wages.wages`.
    """
    lang = lexicon.lang
    title = say("dossier.wages", lang)
    if not found.height:
        return without_bars(title, say("dossier.wages_none", lang))
    figure = blank_figure(320)
    for part in _unbroken(found.filter(pl.col("peers").is_not_null())):
        _band(figure, part)
    for part in _unbroken(found):
        _own_line(figure, part)
    _name_lines(figure, found, lexicon)
    _money_axis(figure, found, lexicon)
    return Drawing(figure, title, _wages_told(found, lexicon), say("dossier.wages_note", lang))


def _numbers(column: pl.Series) -> list[float | None]:
    return [None if value is None else float(value) for value in column]


def _unbroken(found: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the rows in parts whose years follow each other, so that a band never spans a year unknown."""
    turn = (pl.col("year") - pl.col("year").shift(1) != 1).fill_null(value=False).cum_sum()
    parts = found.with_columns(part=turn).partition_by("part", maintain_order=True) if found.height else []
    return [part.drop("part") for part in parts]


def _band(figure: go.Figure, part: pl.DataFrame) -> None:
    colour = tokens()
    years = part["year"].to_list()
    low, high = _numbers(part["peers_low"]), _numbers(part["peers_high"])
    grey = {"color": colour["line"], "width": 8 if len(years) == 1 else 0}
    figure.add_scatter(
        x=years + years[::-1],
        y=high + low[::-1],
        mode="lines",
        fill="toself",
        fillcolor=colour["line"],
        line=grey,
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=years,
        y=_numbers(part["peers_median"]),
        mode="lines",
        line={"color": colour["ink-faint"], "width": 2, "dash": "dot"},
        customdata=[[notation.tugrik(value)] for value in part["peers_median"]],
        hovertemplate="%{x}: %{customdata[0]}<extra></extra>",
    )


def _own_line(figure: go.Figure, part: pl.DataFrame) -> None:
    colour = tokens()["accent"]
    figure.add_scatter(
        x=part["year"].to_list(),
        y=_numbers(part["wage"]),
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={"color": colour, "size": 6},
        customdata=[[notation.tugrik(wage)] for wage in part["wage"]],
        hovertemplate="%{x}: %{customdata[0]}<extra></extra>",
    )


def _name_lines(figure: go.Figure, found: pl.DataFrame, lexicon: Lexicon) -> None:
    """Write each line's name at its end, where the eye arrives."""
    colour = tokens()
    last = found.row(-1, named=True)
    known = found.filter(pl.col("peers").is_not_null())
    ends = [(last["year"], last["wage"], "dossier.own_wage", "accent")]
    if known.height:
        peer = known.row(-1, named=True)
        ends.append((peer["year"], peer["peers_median"], "dossier.peers_median", "ink-soft"))
    above = max(ends, key=lambda end: end[1])
    for year, wage, name, tone in ends:
        figure.add_annotation(
            x=year,
            y=float(wage),
            yref="y",
            text=say(name, lexicon.lang),
            xanchor="left",
            yanchor="bottom" if (year, wage, name, tone) == above else "top",
            xshift=8,
            showarrow=False,
            font={"size": SMALL, "color": colour[tone]},
        )


def _money_axis(figure: go.Figure, found: pl.DataFrame, lexicon: Lexicon) -> None:
    """Draw the axis of money from zero, in steps people read."""
    colour = tokens()
    shared = {"showline": True, "linecolor": colour["line"]}
    years = found["year"].to_list()
    figure.update_xaxes(range=[years[0] - 0.6, years[-1] + 0.6], nticks=8, tickformat="d", **shared)
    figure.update_yaxes(
        rangemode="tozero",
        nticks=5,
        tickformat=",d",
        title_text=say("dossier.wage_axis", lexicon.lang),
        **shared,
    )
    figure.update_layout(margin={"l": 84, "r": 150, "t": 12, "b": 36})


def _wages_told(found: pl.DataFrame, lexicon: Lexicon) -> str:
    lang = lexicon.lang
    return "; ".join(
        say(
            "dossier.wage_year" if row["peers"] else "dossier.wage_year_alone",
            lang,
            year=row["year"],
            wage=notation.tugrik(row["wage"]),
            median=notation.tugrik(row["peers_median"]),
        )
        for row in found.iter_rows(named=True)
    )
