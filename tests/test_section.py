"""Sections of the measurements: nothing measured is lost on the way into the file, and none is left out."""

import json

from benchmarks.__main__ import _blamed
from benchmarks.measure import Figures, medians
from benchmarks.section import Aim, Section, missing, sides
from benchmarks.sizes import ROOT


def test_sides_stand_beside_their_floor() -> None:
    figures = {"ours": Figures(3.0, 4.0, 0.5), "bare": Figures(2.0, 1.0, 0.25)}
    aim = Aim("load", "≤ 1.6", "1.50 ×", met=True)
    section = sides("Loading", figures, "bare", ["A note."], [aim])
    assert Section.read(json.loads(json.dumps(section.record))) == section
    assert section.lines == [
        "## Loading",
        "",
        "| side | CPU s | wall s | peak GB | CPU, × of bare |",
        "|---|--:|--:|--:|--:|",
        "| ours | 3.00 | 4.00 | 0.50 | 1.50 |",
        "| bare | 2.00 | 1.00 | 0.25 | 1.00 |",
        "",
        "A note.",
        "",
    ]


def test_what_was_not_measured_says_why() -> None:
    section = missing("The review screen", "no browser | at all", ["review screen"])
    assert section.lines[2:5] == ["| not measured |", "|---|", "| no browser \\| at all |"]
    assert section.aims == (Aim("review screen", "", "not measured: no browser | at all", met=None),)


def test_medians_are_of_each_column() -> None:
    taken = {"ours": [(1.0, 9.0, 0.3), (3.0, 7.0, 0.1), (2.0, 8.0, 0.2)]}
    assert medians(taken) == {"ours": Figures(2.0, 8.0, 0.2)}


def test_a_failure_is_told_without_the_folders_of_the_machine() -> None:
    assert _blamed(f"Traceback\nOSError: no {ROOT}/build/x\n\n") == "OSError: no …/build/x"
    assert _blamed("") == "no word"
