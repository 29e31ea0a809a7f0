"""The ledger of units over time: closed, merged, split, moved, opened again; told what is wrong, and taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

import loads
from loads import units_book
from qipan.engine.problem import catalogue
from qipan.registry.exporting import units as exported
from qipan.registry.models import Unit, UnitPlace, UnitSuccession
from qipan.registry.rights import children_kept, children_on

HEAD = ("机构编码", "机构名称", "类型", "上级机构", "成立日期", "撤销日期", "并入机构")
CLOSED = date(2020, 7, 1)
CITY = ("YZ", "云州市", "城市", None, None, None, None)
GX = ("GX", "云州高新区", "高新区", "YZ", date(2010, 1, 1), None, None)


def park(code: str, name: str, opened: date | None = date(2012, 1, 1), closed: date | None = None, into: str = ""):
    return (code, name, "园区", "GX", opened, closed, into or None)


EAST, WEST = park("E", "东园", closed=CLOSED, into="中园"), park("W", "西园", closed=CLOSED, into="中园")
MIDDLE = park("M", "中园", CLOSED)
MERGED = (CITY, GX, EAST, WEST, MIDDLE)


def book(folder, *rows, name: str = "a"):
    return units_book(folder / name, (HEAD, *rows))


def pairs() -> set[tuple[str, str, date]]:
    found = UnitSuccession.objects.filter(stands=True)
    return set(found.values_list("former__name", "later__name", "day"))


def codes(checked) -> list[str]:
    return sorted(one for one in checked.plan.problem_frame()["code"].to_list() if one.startswith("imports."))


def shown(checked, field: str) -> list[tuple[str, str, str]]:
    rows = checked.plan.preview_frame()
    return [(row["label"], row["old"], row["new"]) for row in rows.iter_rows(named=True) if row["field"] == field]


def place(code: str) -> list[tuple[str, date, date | None]]:
    found = UnitPlace.objects.filter(unit__code=code).order_by("since", "pk")
    return list(found.values_list("parent__code", "since", "until"))


def test_two_parks_merged_into_a_new_one_of_the_same_sheet_end_on_their_closing_day(installed, tmp_path):
    loads.load(book(tmp_path, *MERGED))
    assert pairs() == {("东园", "中园", CLOSED), ("西园", "中园", CLOSED)}
    assert place("E") == [("GX", date(2012, 1, 1), CLOSED)]
    assert place("M") == [("GX", CLOSED, None)]
    zone, east = Unit.objects.get(code="GX").pk, Unit.objects.get(code="E").pk
    assert east in children_on(CLOSED - timedelta(days=1))[zone]
    assert east not in children_on(CLOSED)[zone]
    assert east in children_kept(timezone.localdate())[zone], "rights over what it left remain"


def test_the_same_file_again_changes_nothing_and_an_undo_takes_it_back(zone, tmp_path):
    before, path = loads.view(), book(tmp_path, *MERGED)
    batch = loads.load(path)
    again = loads.check(path)
    assert again.plan.empty
    counts = again.plan.counts["unit"]
    assert (counts.read, counts.new, counts.changed, counts.same) == (5, 0, 0, 5)
    assert loads.undo(batch) == []
    assert loads.view() == before
    assert not UnitSuccession.objects.exists()


def test_what_was_exported_loads_as_the_same(installed, tmp_path):
    split = park("A", "老园", closed=CLOSED, into="M；东园")
    loads.load(book(tmp_path, CITY, GX, park("E", "东园", CLOSED), MIDDLE, split))
    table = exported("zh")
    rows = [tuple(column.name for column in table.columns), *table.frame.iter_rows()]
    assert ("A", "东园、中园") in {(row[0], row[-1]) for row in rows}
    again = loads.check(units_book(tmp_path / "again", rows))
    assert (again.plan.empty, codes(again)) == (True, [])
    assert exported("en").columns[-1].name == "Goes on in"


def test_a_changed_successor_is_shown_from_old_to_new_and_can_be_taken_back(installed, tmp_path):
    loads.load(book(tmp_path, *MERGED))
    before = loads.view()
    changed = book(tmp_path, park("E", "东园", closed=CLOSED, into="中园、新园"), park("N", "新园", CLOSED), name="b")
    assert shown(loads.check(changed), "successors") == [("东园", "中园", "中园、新园")]
    loads.load(changed)
    away = book(tmp_path, park("E", "东园", closed=CLOSED, into="新园"), name="c")
    assert shown(loads.check(away), "successors") == [("东园", "中园、新园", "新园")]
    batch = loads.load(away)
    assert pairs() == {("东园", "新园", CLOSED), ("西园", "中园", CLOSED)}
    assert loads.check(away).plan.empty
    assert loads.undo(batch) == []
    assert pairs() == {("东园", "中园", CLOSED), ("东园", "新园", CLOSED), ("西园", "中园", CLOSED)}
    assert loads.view() != before


def test_an_empty_cell_leaves_what_is_known_and_another_closing_day_moves_all_of_it(installed, tmp_path):
    loads.load(book(tmp_path, *MERGED))
    assert loads.check(book(tmp_path, park("E", "东园"), name="b")).plan.empty
    later = CLOSED + timedelta(days=30)
    loads.load(book(tmp_path, park("E", "东园", closed=later), name="c"))
    assert ("东园", "中园", later) in pairs()
    assert place("E")[-1][2] == Unit.objects.get(code="E").closed == later


@pytest.mark.parametrize(
    ("into", "closed", "code"),
    [
        ("无名园", CLOSED, "imports.unknown-successor"),
        ("东园", CLOSED, "imports.successor-itself"),
        ("E", CLOSED, "imports.successor-itself"),
        ("西园", None, "imports.successor-of-open"),
    ],
)
def test_a_successor_that_cannot_be_is_told_and_not_written(installed, tmp_path, into, closed, code):
    checked = loads.check(book(tmp_path, CITY, GX, park("E", "东园", closed=closed, into=into), park("W", "西园")))
    assert codes(checked) == [code]
    loads.load(book(tmp_path, CITY, GX, park("E", "东园", closed=closed, into=into), park("W", "西园"), name="b"))
    assert not pairs()
    entry = catalogue()[code]
    for language in ("zh", "en"):
        assert entry.message[language], language
        assert entry.hint[language], language


def test_of_several_successors_the_known_ones_are_written_and_an_unknown_one_takes_none_away(installed, tmp_path):
    loads.load(book(tmp_path, *MERGED))
    mixed = book(tmp_path, park("E", "东园", closed=CLOSED, into="西园、无名园、西园"), name="b")
    assert codes(loads.check(mixed)) == ["imports.unknown-successor"]
    loads.load(mixed)
    assert pairs() == {("东园", "中园", CLOSED), ("东园", "西园", CLOSED), ("西园", "中园", CLOSED)}


def test_a_ring_is_told_and_only_the_side_that_closes_it_is_left_out(installed, tmp_path):
    ring = (
        park("A", "甲园", closed=CLOSED, into="乙园"), park("B", "乙园", closed=CLOSED, into="丙园"),
        park("C", "丙园", closed=CLOSED, into="甲园"),
    )  # fmt: skip
    checked = loads.check(book(tmp_path, CITY, GX, *ring))
    assert codes(checked) == ["imports.successor-ring"]
    loads.load(book(tmp_path, CITY, GX, *ring))
    assert pairs() == {("甲园", "乙园", CLOSED), ("乙园", "丙园", CLOSED)}
    # Turned round in one file it is no ring: what the rows say replaces what was known.
    turned = (park("A", "甲园", closed=CLOSED, into="丙园"), park("B", "乙园", closed=CLOSED, into="甲园"))
    assert codes(loads.check(book(tmp_path, *turned, name="b"))) == []


def test_units_left_under_a_closed_one_are_named(installed, tmp_path):
    office = ("O", "东园管委会", "部门", "E", date(2013, 1, 1), None, None)
    checked = loads.check(book(tmp_path, *MERGED, office))
    assert codes(checked) == ["imports.left-under-closed"]
    told = checked.plan.problem_frame().filter(code="imports.left-under-closed")["params"][0]
    assert "东园管委会" in told
    gone = (*office[:5], CLOSED, None)
    assert codes(loads.check(book(tmp_path, *MERGED, gone, name="b"))) == []


def test_a_closing_to_come_is_announced_and_the_unit_is_there_until_then(installed, tmp_path):
    ahead = timezone.localdate() + timedelta(days=40)
    loads.load(book(tmp_path, CITY, GX, park("E", "东园", closed=ahead, into="西园"), park("W", "西园")))
    zone, east = Unit.objects.get(code="GX").pk, Unit.objects.get(code="E")
    assert pairs() == {("东园", "西园", ahead)}
    assert east.pk in children_on(timezone.localdate())[zone]
    assert east.pk not in children_on(ahead)[zone]
    assert loads.check(book(tmp_path, park("E", "东园", closed=ahead, into="西园"), name="b")).plan.empty


def test_a_unit_moves_on_the_day_given_and_keeps_its_day_of_founding(installed, tmp_path):
    loads.load(book(tmp_path, CITY, GX, park("E", "东园"), park("W", "西园")))
    day = date(2021, 6, 30)
    moved = book(tmp_path, ("E", "东园", "园区", "W", day, None, None), name="b")
    checked = loads.check(moved)
    assert shown(checked, "parent") == [("东园", "云州高新区", "西园")]
    batch = loads.load(moved)
    assert place("E") == [("GX", date(2012, 1, 1), day), ("W", day, None)]
    assert Unit.objects.get(code="E").opened == date(2012, 1, 1)
    assert loads.check(moved).plan.empty
    assert loads.undo(batch) == []
    assert place("E") == [("GX", date(2012, 1, 1), None)]


def test_a_move_whose_day_nobody_gives_is_dated_by_the_load(installed, tmp_path):
    loads.load(book(tmp_path, CITY, GX, park("E", "东园"), park("W", "西园")))
    loads.load(book(tmp_path, ("E", "东园", "园区", "W", date(2012, 1, 1), None, None), name="b"))
    assert [one[0] for one in place("E")] == ["GX", "W"]
    assert place("E")[1][1] == timezone.localdate()


def test_a_founding_that_was_told_wrong_is_corrected_with_its_first_place(installed, tmp_path):
    loads.load(book(tmp_path, CITY, GX, park("E", "东园")))
    loads.load(book(tmp_path, park("E", "东园", date(2011, 5, 1)), name="b"))
    assert place("E") == [("GX", date(2011, 5, 1), None)]
    assert Unit.objects.get(code="E").opened == date(2011, 5, 1)


def test_the_superior_of_a_closed_unit_is_corrected_and_not_moved(installed, tmp_path):
    loads.load(book(tmp_path, *MERGED))
    loads.load(book(tmp_path, ("E", "东园", "园区", "YZ", date(2012, 1, 1), CLOSED, None), name="b"))
    assert place("E") == [("YZ", date(2012, 1, 1), CLOSED)]


def test_a_unit_that_is_opened_again_stands_anew_and_goes_on_in_no_other(installed, tmp_path):
    loads.load(book(tmp_path, *MERGED))
    again = date(2023, 3, 1)
    path = book(tmp_path, park("E", "东园", again), name="b")
    checked = loads.check(path)
    assert shown(checked, "closed") == [("东园", CLOSED.isoformat(), "")]
    assert shown(checked, "successors") == [("东园", "中园", "")]
    batch = loads.load(path)
    east = Unit.objects.get(code="E")
    assert (east.opened, east.closed) == (date(2012, 1, 1), None)
    assert place("E") == [("GX", date(2012, 1, 1), CLOSED), ("GX", again, None)]
    assert pairs() == {("西园", "中园", CLOSED)}
    assert loads.check(path).plan.empty
    assert loads.undo(batch) == []
    assert ("东园", "中园", CLOSED) in pairs()
    assert Unit.objects.get(code="E").closed == CLOSED


def test_a_unit_named_twice_in_a_file_is_read_once(installed, tmp_path):
    checked = loads.check(book(tmp_path, CITY, GX, park("E", "东园"), park("E", "东园二期")))
    assert codes(checked) == ["imports.repeated-firm"]
    counts = checked.plan.counts["unit"]
    assert (counts.read, counts.new, counts.refused) == (4, 3, 1)


def test_a_former_parks_own_name_means_it_and_not_the_park_that_bears_it_as_an_alias(installed, tmp_path):
    from qipan.registry.loading import known

    head = (*HEAD, "别名")
    rows = [(*row, "东园、老东园" if row[0] == "M" else None) for row in MERGED]
    loads.load(units_book(tmp_path / "alias", (head, *rows)))
    units = known.units()
    assert units.named("东园") == Unit.objects.get(code="E").pk
    assert units.named("老东园") == Unit.objects.get(code="M").pk
