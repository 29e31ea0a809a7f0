"""Units' figures out of which a firm could be read are closed on every road: board, parks, residual, drawer, lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import loads
from qipan.domains.economy import queries
from qipan.domains.economy.shapes import Address
from qipan.platform.models import User
from qipan.registry import disclosed, frames
from qipan.registry.models import Enterprise, Fact, Grant, Unit
from qipan.registry.queries import visible_to

MONTHS = ("报告期", "企业名称", "统一社会信用代码", "园区", "工业总产值(万元)")
PERIOD = 202610


def _person(name: str, role: str, unit: str) -> User:
    user = User.objects.create(username=name)
    Grant.objects.create(user=user, role=role, unit=Unit.objects.get(name=unit), since="2018-01-01")
    return user


def _zone(folder: Path, firms: dict[str, list[int]], figures: dict[str, float]) -> None:
    """Load a zone with firms by park (output in 万元) and the units' own output (亿元)."""
    from qipan.platform.definitions import install

    assert install(loads.operator()).done
    loads.load(loads.units_book(folder / "zone"))
    rows, listed, number = [], [], 0
    for park, values in firms.items():
        for value in values:
            number += 1
            name = f"云州第{number}号机械有限公司"
            listed.append(loads.firm(number, name, park))
            rows.append(("2026年10月", name, loads.code_of(number), park, value))
    loads.load(loads.firms_book(folder, *listed))
    loads.load(loads.workbook(folder / "企业月报.xlsx", {"企业月报": (MONTHS, *rows)}))
    lines = (
        (unit, "规上工业总产值", month, value * part, "亿元")
        for unit, value in figures.items()
        for month, part in (("2026年10月", 1.0), ("2025年10月", 0.9))
    )
    loads.load(loads.figures_book(folder, *lines))
    assert Enterprise.objects.count() == number


@pytest.fixture
def zone(db: None, tmp_path: Path) -> Iterator[dict[str, User]]:
    """The west park's output is nearly one firm's; the east's comes from four."""
    disclosed.forget()
    frames._kept.clear()
    west, east = [900_000, 40_000, 30_000], [300_000, 250_000, 200_000, 150_000]
    _zone(tmp_path, {"西园": west, "东园": east}, {"云州高新区": 187.0, "西园": 97.0, "东园": 90.0})
    yield {
        "leader": _person("leader", "leader", "云州高新区"),
        "economy": _person("economy", "economy", "云州高新区"),
        "auditor": _person("auditor", "auditor", "云州高新区"),
        "west": _person("west", "park", "西园"),
        "east": _person("east", "park", "东园"),
        "west statistics": _person("west-economy", "economy", "西园"),
    }
    disclosed.forget()
    frames._kept.clear()


def _unit(name: str) -> int:
    return Unit.objects.get(name=name).pk


def _seen(user: User, unit: str, period: int = PERIOD, code: str = "industrial_output") -> bool:
    seen = visible_to(Fact, user).filter(subject=_unit(unit), measure__code=code, period=period).exists()
    why = queries.why(user, Address(_unit(unit), code, period, 0, 1))
    assert (why is not None and why.figure.known) == seen, "the drawer and the list say the same"
    return seen


def test_a_dominated_park_is_closed_to_all_but_statistics_staff(zone: dict[str, User]):
    assert not _seen(zone["leader"], "西园")
    assert not _seen(zone["auditor"], "西园")
    assert not _seen(zone["west"], "西园"), "the park's own manager too"
    assert _seen(zone["economy"], "西园")
    assert _seen(zone["west statistics"], "西园")


def test_what_would_tell_it_by_subtraction_is_closed_as_well(zone: dict[str, User]):
    leader = zone["leader"]
    assert not _seen(leader, "东园"), "zone minus east would be west"
    assert _seen(leader, "云州高新区") == (not disclosed.closed_facts() & _ids("云州高新区"))
    open_ones = [unit for unit in ("云州高新区", "西园", "东园") if _seen(leader, unit)]
    assert open_ones in ([], ["云州高新区"])


def _ids(unit: str) -> frozenset[int]:
    facts = Fact.objects.filter(subject=_unit(unit), measure__code="industrial_output", period=PERIOD)
    return frozenset(facts.values_list("pk", flat=True))


def test_the_board_the_parks_table_and_the_residual_show_no_closed_number(zone: dict[str, User]):
    page = queries.leader_page(zone["leader"], period=PERIOD)
    shown = "" if page is None else repr(page)
    for secret in ("97.0", "90.0", "97.00", "90.00"):
        assert f"text='{secret}'" not in shown
    staff = queries.leader_page(zone["economy"], period=PERIOD)
    assert staff is not None
    assert "text='97.0'" in repr(staff)
    assert page is not None
    west = next(row for row in page.parks if row.name.zh == "西园")
    assert [cell[0].text for cell in west.cells][:1] == ["＊"], "a closed figure says that it is closed"


@pytest.mark.parametrize("what", ["growth", "residual", "progress", "gap", "share", "indicator", "light", "needed"])
def test_no_derived_figure_of_a_closed_one_opens(zone: dict[str, User], what: str):
    for unit in ("西园", "东园", "云州高新区"):
        for code in ("industrial_output", "industrial_output.yoy"):
            why = queries.why(zone["leader"], Address(_unit(unit), code, PERIOD, 0, 1, 0, what))
            for secret in ("97.0", "90.0"):
                assert secret not in repr(why), f"{unit} {code} {what}"


def test_the_year_without_firms_returns_stays_open(zone: dict[str, User]):
    assert _seen(zone["leader"], "西园", period=202510)
    assert _seen(zone["leader"], "东园", period=202510)


def test_undoing_the_firms_returns_opens_the_figures_again(zone: dict[str, User]):
    from qipan.platform.imports.undo import undo
    from qipan.platform.models import Batch

    batch = Batch.objects.get(name__contains="企业月报")
    assert undo(loads.operator(), batch.pk, reason="x").done
    assert disclosed.closed_facts() == frozenset()
    leader = User.objects.get(pk=zone["leader"].pk)
    assert _seen(leader, "西园")


def test_parks_of_many_firms_are_all_shown(db: None, tmp_path: Path):
    disclosed.forget()
    frames._kept.clear()
    even = [100_000, 90_000, 80_000, 70_000]
    _zone(tmp_path, {"西园": even, "东园": even}, {"云州高新区": 68.0, "西园": 34.0, "东园": 34.0})
    assert disclosed.closed_facts() == frozenset()


def test_one_firm_of_many_that_did_not_report_yet_closes_nothing(db: None, tmp_path: Path):
    disclosed.forget()
    frames._kept.clear()
    _zone(tmp_path, {"西园": [10_000]}, {"云州高新区": 500.0, "西园": 300.0})
    assert disclosed.closed_facts() == frozenset(), "the others stand behind the figure, known or not"


def test_the_sheet_in_which_a_closed_figure_stands_is_closed_and_so_are_the_cells_around_its_neighbours(zone):
    from qipan.platform.models import BatchSheet
    from qipan.registry.originals import closed

    sheet = next(one for one in BatchSheet.objects.all() if Fact.objects.filter(
        pk__in=disclosed.closed_facts(), batch=one.batch_id, sheet=one.number).exists())  # fmt: skip
    assert closed(zone["leader"], [sheet]) == {sheet.number}
    assert closed(zone["economy"], [sheet]) == frozenset()
    why = queries.why(zone["leader"], Address(_unit("西园"), "industrial_output", 202510, 0, 1))
    assert why is not None
    assert why.origin is not None
    assert "97" not in repr(why.origin.window)


def test_what_was_found_in_a_closed_figure_is_closed_as_well(zone: dict[str, User]):
    from django.utils import timezone

    from qipan.domains.health.models import Finding

    now = timezone.now()
    for name, period in (("西园", PERIOD), ("西园", 202510)):
        Finding.objects.create(
            code="outlier", subject=_unit(name), thing="industrial_output", period=period, rank=1, unit=_unit(name),
            value=970, opened=now, seen=now,
        )  # fmt: skip
    seen = {who: set(visible_to(Finding, zone[who]).values_list("period", flat=True)) for who in ("leader", "economy")}
    assert seen == {"leader": {202510}, "economy": {PERIOD, 202510}}
