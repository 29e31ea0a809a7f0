"""A list is taken along exactly as it is filtered, chosen and allowed, and no text of it runs in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl
import pytest

from qipan.platform.models import User
from qipan.platform.screens import exporting, screen_of, screens
from qipan.platform.screens.exporting import Format, heading, write_list
from qipan.platform.screens.wanted import Condition, Op, Wanted
from qipan.platform.screens.work import chosen_columns

if TYPE_CHECKING:
    from tests.web.sample import Zone

CODES = ("name", "uscc", "park", "title", "above_scale", "registered", "capital", "phone")


def write(path: Path, user: User, wanted: Wanted, format: Format, screen: str = "firms", codes: Any = CODES) -> int:
    one = screen_of(screen)
    assert one is not None
    columns = chosen_columns(one, codes)
    return write_list(path, user, one, wanted, columns, format, headings=[heading(column) for column in columns])


def as_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines))


def as_xlsx(path: Path) -> list[list[Any]]:
    with path.open("rb") as file:
        book = openpyxl.load_workbook(file)
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def test_a_text_file_holds_what_the_list_shows(firms: Zone, tmp_path: Path):
    wanted = Wanted(conditions=(Condition("title", Op.IS, ("gazelle",)),), sort="registered", falling=True)
    assert write(tmp_path / "a", firms.leader, wanted, Format.CSV) == 8
    rows = as_csv(tmp_path / "a")
    assert rows[0] == ["名称", "统一社会信用代码", "园区", "有效资质", "四上", "成立日期", "注册资本（万元）", "电话"]
    assert [row[0] for row in rows[1:]] == [f"企业{number:02}" for number in (28, 24, 16, 12, 8, 4, 20, 0)]
    assert rows[4][:7] == ["企业12", "", "东园", "瞪羚企业、高新技术企业", "是", "2012-01-01", "12.00"]
    assert rows[4][7] == "138****0012"


def test_a_workbook_has_dates_and_numbers_as_such(firms: Zone, tmp_path: Path):
    write(tmp_path / "a", firms.leader, Wanted(sort="name"), Format.XLSX)
    rows = as_xlsx(tmp_path / "a")
    assert len(rows) == 31
    assert rows[13][5].date() == date(2012, 1, 1)
    assert rows[13][6] == 12


def test_parquet_is_typed_and_named_by_code(firms: Zone, tmp_path: Path):
    write(tmp_path / "a", firms.leader, Wanted(sort="name"), Format.PARQUET)
    frame = pl.read_parquet(tmp_path / "a")
    assert frame.columns == list(CODES)
    assert frame.schema["registered"] == pl.Date
    assert frame.schema["above_scale"] == pl.Boolean
    assert frame["capital"][12] == 12.0
    assert frame["uscc"].null_count() == 5


@pytest.mark.parametrize("format", list(Format))
def test_no_text_of_an_export_is_computed(firms: Zone, tmp_path: Path, format: Format):
    from tests.web.sample import new_firm

    new_firm("=HYPERLINK(1)", firms.east)
    wanted = Wanted(conditions=(Condition("name", Op.BEGINS, ("=",)),))
    write(tmp_path / "a", firms.leader, wanted, format)
    if format is Format.PARQUET:
        assert pl.read_parquet(tmp_path / "a")["name"].to_list() == ["=HYPERLINK(1)"], "no spreadsheet opens it"
    else:
        rows = as_csv(tmp_path / "a") if format is Format.CSV else as_xlsx(tmp_path / "a")
        assert rows[1][0] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("role", ["leader", "economy", "park", "system"])
def test_of_every_screen_exactly_what_is_visible_is_taken_along(firms: Zone, tmp_path: Path, role: str):
    from qipan.platform.rights import may, person
    from qipan.platform.visible import visible_to

    user = getattr(firms, role)
    for screen in screens():
        codes = [column.code for column in screen.columns]
        count = write(tmp_path / "a", user, Wanted(), Format.PARQUET, screen.code, codes)
        allowed = may(person(user), screen.export or screen.see)
        expected = visible_to(screen.model, user).filter(screen.only).count() if allowed else 0
        assert count == expected, f"{role} takes {count} of {screen.code} along, sees {expected}"


def test_a_contact_goes_along_only_where_the_right_holds(firms: Zone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("qipan.platform.screens.cells.units_of", lambda _actor, _right: frozenset({firms.east.pk}))
    write(tmp_path / "a", firms.leader, Wanted(sort="name"), Format.CSV)
    phones = [row[-1] for row in as_csv(tmp_path / "a")[1:]]
    assert ["*" in phone for phone in phones] == [number % 3 != 0 for number in range(30)]


def test_the_right_to_take_along_may_reach_less_far_than_seeing(
    firms: Zone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(exporting, "units_of", lambda _actor, _right: frozenset({firms.west.pk}))
    assert write(tmp_path / "a", firms.leader, Wanted(), Format.CSV) == 10


def test_steps_of_a_long_list_join_without_a_seam(firms: Zone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(exporting, "STEP", 7)
    told: list[int] = []
    tell: Callable[[int], None] = told.append
    one = screen_of("firms")
    assert one is not None
    columns = chosen_columns(one, ("name", "title"))
    heads = [heading(column) for column in columns]
    write_list(tmp_path / "a", firms.leader, one, Wanted(), columns, Format.CSV, headings=heads, tell=tell)
    assert [row[0] for row in as_csv(tmp_path / "a")[1:]] == [f"企业{number:02}" for number in range(30)]
    assert told == [7, 14, 21, 28, 30]
