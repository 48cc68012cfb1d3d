"""Names beside the points of a chart: none covers another, a point, or an axis."""

from ndaudit.charts.labels import Point, beside


def test_a_name_stands_above_its_point_where_there_is_room() -> None:
    assert beside([Point(100, 100, "one", False)], 400) == ["top center"]


def test_of_two_near_points_the_second_is_named_elsewhere() -> None:
    # the names are 21 wide and 15 high, the points 8 apart
    assert beside([Point(100, 100, "one", True), Point(108, 100, "two", False)], 400) == [
        "top center",
        "bottom center",
    ]


def test_a_name_that_is_needed_goes_first_and_is_never_left_out() -> None:
    crowd = [Point(100, 5, f"name {number}", False) for number in range(8)]
    sides = beside([*crowd, Point(100, 5, "own", True)], 400)
    assert sides[-1] is not None
    assert None in sides[:-1]


def test_no_name_leaves_the_chart() -> None:
    low, right = beside([Point(100, 0, "low", False), Point(399, 100, "right", False)], 400)
    assert low == "top center"
    assert right in ("middle left", "top left")


def test_a_point_without_a_name_still_keeps_its_place_free() -> None:
    assert beside([Point(100, 113, "", False), Point(100, 100, "one", False)], 400) == [None, "bottom center"]
