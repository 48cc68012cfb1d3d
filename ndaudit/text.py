"""Mongolian text as exports write it: headers, names, register numbers, substitutes of old code pages."""

import re
import unicodedata

LATIN_LOOK_ALIKES = "ABEHKMOPCTXY"
CYRILLIC_LOOK_ALIKES = "АВЕНКМОРСТХУ"
"""The Cyrillic letter that stands where each of `LATIN_LOOK_ALIKES` was typed."""

SUBSTITUTES = "єїЄЇ"
SUBSTITUTED = "өүӨҮ"
"""CP1251 has no ө and ү: old exports write the letter of `SUBSTITUTES` at the same place instead."""

SPACES = " \t\r\n\u00a0\u2007\u2009\u202f\ufeff"
"""What surrounds values without belonging to them."""

_SPACE = re.compile(rf"[{SPACES}]+")
_TO_CYRILLIC = str.maketrans(LATIN_LOOK_ALIKES, CYRILLIC_LOOK_ALIKES)
_REPAIR = str.maketrans(SUBSTITUTES, SUBSTITUTED)
_CYRILLIC = re.compile("[А-Яа-яӨөҮүЁё]")


def repair_substitutes(text: str) -> str:
    """Return `text` with the CP1251 substitutes of ө and ү put right."""
    return text.translate(_REPAIR)


def single_spaced(text: str) -> str:
    """Return `text` without surrounding space and with one space between words."""
    return _SPACE.sub(" ", text).strip(" ")


def header_key(header: str) -> str:
    """Return what two spellings of one header have in common."""
    return repair_substitutes(single_spaced(unicodedata.normalize("NFC", header))).casefold()


def normal_register_no(text: str) -> str:
    """Return a register number in capitals, without spaces, Latin look-alikes put right."""
    return _SPACE.sub("", text).upper().translate(_TO_CYRILLIC)


def normal_name(text: str) -> str:
    """Return a name as two records of one person share it: capitals, one space, no look-alikes.

    Latin letters are put right only where the name is otherwise Cyrillic: a foreigner's name stays Latin.
    """
    name = single_spaced(unicodedata.normalize("NFC", text)).upper()
    name = re.sub(r"\s*-\s*", "-", name)
    return name.translate(_TO_CYRILLIC) if _CYRILLIC.search(name) else name
