"""Why this number: the cell it came from, what it said before, by which rule; and nothing to whom it is not shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import loads
from qipan.domains.economy import queries
from qipan.domains.economy.shapes import Address, Text, Why
from qipan.platform.models import User
from qipan.registry import frames
from qipan.registry.loading.returns import lock
from qipan.registry.models import Grant, Unit

GDP = ("高新区", "地区生产总值", "2026年9月", 120.5, "亿元")
OUTPUT = ("高新区", "规上工业总产值", "2026年10月", 100, "亿元")
EAST = ("东园", "规上工业总产值", "2026年10月", 40.25, "亿元")
WEST = ("西园", "规上工业总产值", "2026年10月", 39.75, "亿元")
TRADE = (
    ("高新区", "进出口总额", "2026年10月", 110, "亿元"),
    ("高新区", "进出口总额", "2025年10月", 100, "亿元"),
)


@pytest.fixture(autouse=True)
def forget_frames():
    """A change number means one state of one database; tests roll back and begin at the same number again."""
    frames._kept.clear()
    yield
    frames._kept.clear()


@pytest.fixture
def zone(db: None, tmp_path: Path) -> Path:
    """A city, a zone, two parks with a leader each way, and some figures."""
    from qipan.platform.definitions import install

    assert install(loads.operator()).done
    loads.load(loads.units_book(tmp_path / "zone"))
    loads.load(loads.figures_book(tmp_path, GDP, OUTPUT, EAST, WEST, *TRADE))
    return tmp_path


def unit(name: str) -> Unit:
    return Unit.objects.get(name=name)


def person(role: str, at: str) -> User:
    user = User.objects.create(username=f"{role} {at}")
    Grant.objects.create(user=user, role=role, unit=unit(at), since=date(2018, 1, 1))
    return user


def leader() -> User:
    return User.objects.filter(username__startswith="leader").first() or person("leader", "云州高新区")


def ask(measure: str, period: int = 202610, what: str = "value", at: str = "云州高新区", by: User | None = None):
    return queries.why(by or leader(), Address(unit(at).pk, measure, period, what=what))


def answered(*args, **kwargs) -> Why:
    found = ask(*args, **kwargs)
    assert found is not None
    return found


def test_a_reported_figure_opens_to_its_cell(zone: Path):
    why = answered("gdp", 202609)
    assert why.origin is not None
    assert (why.origin.file, why.origin.sheet, why.origin.row, why.origin.column_name) == (
        "园区指标.xlsx", "指标明细", 2, "D"
    )  # fmt: skip
    assert why.origin.at(why.origin.row, why.origin.column) == why.printed == "120.5"
    assert why.formula is None
    assert why.period.zh == "2026年1—9月"
    assert why.publisher.zh == "统计局"
    assert why.source.zh.endswith("（条款未核实）")
    assert why.next_due == date(2027, 1, 25)


def test_what_a_correction_replaced_is_still_told(zone: Path):
    loads.load(loads.figures_book(zone, (*GDP[:3], 121.5, "亿元"), name="更正.xlsx"))
    why = answered("gdp", 202609)
    assert why.figure.text == "121.5"
    assert [(old.text, old.why.zh) for old in why.earlier] == [("120.5", "后来的文件更正")]


def test_what_was_undone_says_so(zone: Path):
    batch = loads.load(loads.figures_book(zone, (*GDP[:3], 121.5, "亿元"), name="更正.xlsx"))
    assert loads.undo(batch) == []
    why = answered("gdp", 202609)
    assert why.figure.text == "120.5"
    assert ("121.5", "整批撤销") in [(old.text, old.why.zh) for old in why.earlier]


def test_locked_means_locked_by_the_unit_that_reported_it(zone: Path):
    assert answered("industrial_output").status.zh == "初步"
    assert lock(loads.operator(), 202610, units=[unit("东园").pk]).done
    assert answered("industrial_output").status.zh == "初步"
    assert answered("industrial_output", at="东园").status.zh == "已锁定"
    assert lock(loads.operator(), 202610).done
    assert answered("industrial_output").status.zh == "已锁定"


def test_a_page_counts_what_is_locked_and_what_is_preliminary(zone: Path):
    lock(loads.operator(), 202609)
    page = queries.leader_page(leader())
    assert page is not None
    assert page.locked == 1
    assert "已锁定1项，2项为初步数" in page.sentence.zh
    assert "1 locked, 2 preliminary" in page.sentence.en


def test_computed_growth_shows_both_levels_and_how(zone: Path):
    why = answered("trade.yoy", what="growth")
    assert why.figure.text == "+10.0"
    assert [entry.figure.text for entry in why.inputs] == ["110.0", "100.0"]
    assert [entry.period.zh for entry in why.inputs] == ["2026年1—10月", "2025年1—10月"]
    assert why.rule is not None
    assert why.rule.zh == "现价计算"
    for entry in why.inputs:
        inner = queries.why(leader(), entry.figure.address)
        assert inner is not None
        assert inner.origin is not None


def test_a_rule_is_shown_with_its_version_and_source(zone: Path):
    why = answered("industrial_output", what="pace")
    assert why.rule is not None
    assert why.rule.zh == "序时进度（2018年1月1日起施行）"
    assert why.rule.en == "Linear pace (in force from 2018-01-01)"
    assert why.rule_source is not None
    assert why.rule_source.zh == "经济运行调度惯例（惯例）"
    assert why.formula is not None
    assert why.formula.zh == "已过月数 ÷ 12 × 100"


def test_a_light_is_explained_by_what_its_rule_looked_at(zone: Path):
    why = answered("industrial_output", what="light")
    assert why.sentence == Text("没有目标", "no target")
    assert [entry.name.zh for entry in why.inputs][:3] == ["规上工业总产值", "全年目标", "完成进度"]
    assert why.rule is not None
    assert why.rule.zh.startswith("总量目标亮灯")


def test_the_rest_of_the_zone_lists_the_parks(zone: Path):
    why = answered("industrial_output", what="residual")
    assert why.figure.text == "20.0"
    assert [entry.name.zh for entry in why.inputs] == ["规上工业总产值", "东园", "西园"]


def test_a_park_manager_opens_the_own_park_and_the_city_only(zone: Path):
    manager = person("park", "东园")
    assert ask("industrial_output", at="东园", by=manager) is not None
    for at in ("云州高新区", "西园"):
        assert ask("industrial_output", at=at, by=manager) is None
        for what in ("pace", "residual", "light", "growth", "share"):
            assert ask("industrial_output", what=what, at=at, by=manager) is None
    page = queries.leader_page(manager)
    assert page is not None
    assert (page.unit_name.zh, page.parks) == ("东园", ())
    assert queries.leader_page(manager, unit=unit("云州高新区").pk) is None


def test_the_citys_newer_figures_open_no_empty_month(zone: Path):
    loads.load(loads.figures_book(zone, ("云州市", "规上工业总产值", "2026年11月", 900, "亿元"), name="全市.xlsx"))
    page = queries.leader_page(leader())
    assert page is not None
    assert page.period == 202610


def test_an_empty_zone_has_no_page_yet(db: None, tmp_path: Path):
    from qipan.platform.definitions import install

    assert install(loads.operator()).done
    loads.load(loads.units_book(tmp_path))
    assert queries.leader_page(leader()) is None


@pytest.mark.parametrize(
    ("measure", "period", "what"),
    [("gdp", 202608, "value"), ("unheard_of", 202609, "value"), ("gdp", 202609, "nonsense"), ("gdp", 999999, "pace")],
)
def test_what_is_not_there_is_not_explained(zone: Path, measure: str, period: int, what: str):
    assert ask(measure, period, what) is None


@pytest.mark.parametrize("period", [5, 0, 202600, 10**14, 202609202609])
def test_a_period_that_is_none_is_answered_not_crashed_on(zone: Path, period: int):
    for what in ("value", "pace", "growth", "indicator", "seasonal_pace", "light", "residual", "share"):
        assert ask("gdp", period, what) is None
    assert ask("above_scale_net", period, "indicator") is None


def test_a_derived_figure_says_what_of_its_measure_it_is(zone: Path):
    assert answered("industrial_output", what="pace").name == Text(
        "规上工业总产值 · 时间进度", "Industrial output above scale · linear pace"
    )
    assert answered("industrial_output", what="residual").name.zh == "规上工业总产值 · 未分园区"


def test_the_cells_carry_what_names_their_row_and_heads_their_column(zone: Path):
    cell = answered("gdp", 202609).origin
    assert cell is not None
    assert (cell.head[cell.columns.index(cell.column)], cell.unit) == ("数值", "亿元")
    assert "地区生产总值" in cell.window[cell.row - cell.window_first_row]
    assert cell.window_first_row == 2  # the headings are said once
