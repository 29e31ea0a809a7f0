"""Whatever is loaded, every item read is new, changed, the same, refused or conflicting; nothing goes missing."""

from __future__ import annotations

import pytest

import loads
from loads import figures_book, firm, firms_book, text_file, units_book, workbook
from qipan.demo import generate
from qipan.platform.imports.load import Checked

NOUNS = ("new", "changed", "same", "refused", "conflicts")
OUTPUT = ("东园", "规上工业总产值", "2026年10月", 40.25, "亿元")
TITLES = ("企业名称", "统一社会信用代码", "所属园区", "高新技术企业", "科技型中小企业")
MONTHS = ("企业名称", "统一社会信用代码", "所属园区", "月份", "产值(万元)", "用电量(万千瓦时)")
REPORT = ("指标名称", "计量单位", "本月", "1-10月累计", "同比增长(%)")


def adds_up(checked: Checked) -> None:
    """Fail where a noun's parts are not its whole."""
    for noun, counts in checked.plan.counts.items():
        parts = {name: getattr(counts, name) for name in NOUNS}
        assert counts.read == sum(parts.values()), (noun, counts.read, parts)
        assert min(parts.values()) >= 0, (noun, parts)


def layouts(folder) -> dict:
    """Return one file for every layout, each with good rows and with rows and cells nobody can read."""
    bolt, nut = "山东云州宏远机械制造有限公司", "云州坏码企业有限公司"
    firms = (
        firm(1, bolt), firm(2, nut, code="91370800BAD"), firm(1, bolt), firm(3, "云州三号企业有限公司", park="无名园"),
        (None, *firm(4, "x")[1:]), firm(5, "云州五号企业有限公司", since="某天"),
    )  # fmt: skip
    ticks = [(bolt, loads.code_of(1), "东园", "√", "是"), ("云州三号企业有限公司", loads.code_of(3), "西园", "√", "")]
    months = [
        (bolt, loads.code_of(1), "东园", "2026年10月", 120, 5),
        (bolt, loads.code_of(1), "无名园", "2026年9月", "abc", 5),
        ("无人知晓公司", loads.code_of(77), "东园", "2026年10月", 1, 1), (bolt, loads.code_of(1), "东园", "某月", 7, 7),
    ]  # fmt: skip
    report = [
        ("地区生产总值", "亿元", None, 120.5, 6.1),
        ("规上工业总产值", "亿元", 30, "#REF!", 5),
        ("无名指标", "个", 1, 2, 3),
    ]
    none = ("西园", *OUTPUT[1:3], "暂无", "亿元", "")
    return {
        "units": units_book(folder / "甲", [*loads.UNITS, ("S", "南园", "园区", "无名", None, None), loads.UNITS[3]]),
        "firms": firms_book(folder / "乙", *firms),
        "ticks": workbook(folder / "企业台账2.xlsx", {"企业台账": (TITLES, *ticks, *ticks)}),
        "months": workbook(folder / "企业月度数据.xlsx", {"企业月度数据": (MONTHS, *months)}),
        "report": workbook(folder / "月报.xlsx", {"2026年10月": (("2026年10月主要经济指标",), REPORT, *report)}),
        "long": figures_book(
            folder, OUTPUT, OUTPUT, ("西园", *OUTPUT[1:3], "abc", "亿元"), ("南园", *OUTPUT[1:]),
            ("东园", "无名指标", "2026年10月", 4, "个"), ("东园", OUTPUT[1], "某月", 4, "亿元"),
            (*OUTPUT[:3], 41, "亿元"),
        ),
        "text": text_file(folder / "指标明细.csv", [loads.LONG_HEAD, (*OUTPUT, ""), none]),
    }  # fmt: skip


@pytest.mark.parametrize("turns", [1, 2])
def test_the_counts_of_every_layout_add_up_alone_and_together_first_and_again(zone, tmp_path, turns):
    files = layouts(tmp_path)
    for _ in range(turns):
        for path in files.values():
            adds_up(loads.check(path))
            checked = loads.check(path)
            if not checked.plan.empty:
                loads.load(path)
    adds_up(loads.check(*files.values()))


def test_a_cell_nobody_can_read_is_read_and_refused(zone, tmp_path):
    bad = ("西园", *OUTPUT[1:3], "abc", "亿元")
    checked = loads.check(figures_book(tmp_path, OUTPUT, bad, ("东园", "无名指标", "2026年10月", 4, "个")))
    assert (checked.counts.read, checked.counts.new, checked.counts.refused) == (3, 1, 2)


def test_a_title_that_is_known_already_is_the_same(zone, tmp_path):
    path = layouts(tmp_path)["ticks"]
    loads.load(path)
    again = loads.check(path).plan.counts["qualification"]
    assert (again.read, again.new, again.same) == (6, 0, 6)


def test_a_batch_counts_every_problem_it_keeps(zone, tmp_path):
    from qipan.engine.problem import PROBLEM_SCHEMA
    from qipan.platform.imports.changes import stored

    for path in layouts(tmp_path).values():
        batch = loads.load(path)
        assert sum(batch.problem_counts.values()) == stored(batch.problems_file, PROBLEM_SCHEMA).height


@pytest.mark.slow
def test_the_counts_of_the_demonstration_add_up(installed, tmp_path):
    for paths in generate(tmp_path, months=14, seed=7).batches:
        checked = loads.check(*paths)
        adds_up(checked)
        loads.load(*paths)
        adds_up(loads.check(*paths))
