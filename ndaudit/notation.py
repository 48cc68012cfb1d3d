"""How numbers, money, shares and days are written for people, in both languages."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from ndaudit.periods import Period
from ndaudit.wording import Language, say

THIN = "\u202f"
"""The thin space between groups of digits; it never breaks a line."""
NOTHING = "—"
_MINUS = "−"


def _grouped(value: Decimal, places: int) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded:,f}".replace(",", THIN).replace("-", _MINUS)


def count(value: int | None) -> str:
    """Return a whole number with thin spaces: `1 234 567`."""
    return NOTHING if value is None else _grouped(Decimal(value), 0)


def exact(value: Decimal) -> str:
    """Return a number with every digit it is written with, the whole part in thin spaces."""
    return f"{value:,f}".replace(",", THIN).replace("-", _MINUS)


def money(value: Decimal | None, *, sign: bool = False) -> str:
    """Return an amount in whole tögrög, rounded half up, without its unit; `sign` writes the plus too."""
    if value is None:
        return NOTHING
    text = _grouped(value, 0)
    return f"+{text}" if sign and value > 0 else text


def tugrik(value: Decimal | None, *, sign: bool = False) -> str:
    """Return an amount with its unit: `1 234 567 ₮`."""
    return NOTHING if value is None else f"{money(value, sign=sign)}\u00a0₮"


def _scaled(fraction: Decimal, factor: int, places: int) -> str:
    """Return `fraction × factor`; what is neither none nor all is never rounded to none or all."""
    step = Decimal(1).scaleb(-places)
    value = fraction * factor
    if 0 < value < step:
        return f"<{THIN}{step}"
    if factor - step < value < factor:
        return f">{THIN}{factor - step}"
    return _grouped(value, 0 if value in (0, factor) else places)


def percent(fraction: Decimal | None, places: int = 1) -> str:
    """Return a fraction as per cent without the sign: `12.3`, `< 0.1` for less, `> 99.9` for nearly all."""
    return NOTHING if fraction is None else _scaled(fraction, 100, places)


def per_thousand(fraction: Decimal | None) -> str:
    """Return a fraction as items in a thousand: `12.3`."""
    return NOTHING if fraction is None else _scaled(fraction, 1000, 1)


def yes_no(value: bool, lang: Language) -> str:
    """Return a flag in words."""
    return say("notation.yes" if value else "notation.no", lang)


def day(value: date | None, lang: Language) -> str:
    """Return `2026.11.22` in Mongolian, `2026-11-22` in English."""
    if value is None:
        return NOTHING
    return value.strftime("%Y.%m.%d") if lang == "mn" else value.isoformat()[:10]


def moment(value: datetime | None, lang: Language) -> str:
    """Return a day and the time of day to the minute."""
    return NOTHING if value is None else f"{day(value, lang)} {value:%H:%M}"


def month(value: date | None, lang: Language) -> str:
    """Return the month of a day in words: `2025 оны 12 дугаар сар`, `December 2025`."""
    if value is None:
        return NOTHING
    return say("notation.month", lang, year=value.year, month=say(f"notation.month_{value.month}", lang))


def period(value: Period, lang: Language) -> str:
    """Return a month, quarter or year in words."""
    months = (value.end.year - value.first.year) * 12 + value.end.month - value.first.month
    if months == 1:
        return month(value.first, lang)
    if months == 3:
        quarter = say(f"notation.quarter_{value.first.month // 3 + 1}", lang)
        return say("notation.quarter", lang, year=value.first.year, quarter=quarter)
    return say("notation.year", lang, year=value.first.year)


def listed(parts: list[str], lang: Language) -> str:
    """Return parts joined as in a sentence: `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return say("notation.list", lang, most=", ".join(parts[:-1]), last=parts[-1])
