"""Figures of units: new ones, corrections, what a rerun and an undo leave."""

from __future__ import annotations

import pytest

import loads
from loads import figure, figures_book, units_book, view
from qipan.platform.imports.report import problem_groups
from qipan.platform.models import TrailEntry
from qipan.registry.loading.returns import lock
from qipan.registry.models import Fact, Return

GDP = ("高新区", "地区生产总值", "2026年9月", 120.5, "亿元")
OUTPUT = ("东园", "规上工业总产值", "2026年10月", 40.25, "亿元")


def test_a_dry_run_changes_no_row_of_any_table(zone, tmp_path):
    before = loads.everything()
    checked = loads.check(figures_book(tmp_path, GDP, (*OUTPUT, "同口径")))
    assert checked.counts.new == 2
    assert loads.everything() == before


def test_a_load_writes_what_it_showed(zone, tmp_path):
    batch = loads.load(figures_book(tmp_path, GDP, OUTPUT))
    assert (batch.read, batch.new, batch.changed, batch.same) == (2, 2, 0, 0)
    assert figure("云州高新区", "gdp", 202609) == (12_050_000_000_00, "120.5")
    assert figure("东园", "industrial_output", 202610) == (4_025_000_000_00, "40.25")
    assert TrailEntry.objects.filter(batch=batch.pk).exists()


def test_a_rerun_changes_nothing(zone, tmp_path):
    path = figures_book(tmp_path, GDP, (*OUTPUT, "同口径"))
    loads.load(path)
    before, facts = view(), Fact.objects.count()
    again = loads.load(path)
    assert (again.read, again.new, again.changed, again.same) == (2, 0, 0, 2)
    assert (view(), Fact.objects.count()) == (before, facts)


def test_a_correction_is_shown_old_to_new_and_keeps_history(zone, tmp_path):
    first = loads.load(figures_book(tmp_path, GDP, OUTPUT))
    path = figures_book(tmp_path, (*GDP[:3], 121.5, "亿元"), OUTPUT, name="更正.xlsx")
    shown = loads.check(path).plan.preview_frame().rows(named=True)
    assert [(row["kind"], row["label"], row["old"], row["new"]) for row in shown] == [
        ("changed", "云州高新区地区生产总值（2026年1—9月）", "120.5亿元", "121.5亿元")
    ]
    second = loads.load(path)
    assert (second.changed, second.same) == (1, 1)
    assert figure("云州高新区", "gdp", 202609) == (12_150_000_000_00, "121.5")
    ended = Fact.objects.get(batch=first.pk, superseded_by=second.pk)
    assert ended.text == "120.5"


def test_undo_restores_the_earlier_view(zone, tmp_path):
    loads.load(figures_book(tmp_path, GDP))
    before = view()
    batch = loads.load(figures_book(tmp_path, (*GDP[:3], 121.5, "亿元"), OUTPUT, name="更正.xlsx"))
    assert view() != before
    assert loads.undo(batch) == []
    assert view() == before


def test_undo_restores_also_after_later_batches_that_touch_other_values(zone, tmp_path):
    loads.load(figures_book(tmp_path, GDP))
    early = loads.load(figures_book(tmp_path, (*GDP[:3], 121.5, "亿元"), OUTPUT, name="二.xlsx"))
    later = ("东园", "一般公共预算收入", "2026年10月", 3.2, "亿元")
    loads.load(figures_book(tmp_path, later, name="三.xlsx"))
    assert loads.undo(early) == []
    assert figure("云州高新区", "gdp", 202609) == (12_050_000_000_00, "120.5")
    assert figure("东园", "industrial_output", 202610) is None
    assert figure("东园", "budget_revenue", 202610) is not None
    assert Return.objects.filter(unit__name="东园", period=202610).count() == 1


def test_undo_refuses_with_the_list_where_a_later_batch_corrected_the_same_value(zone, tmp_path):
    first = loads.load(figures_book(tmp_path, GDP, OUTPUT))
    second = loads.load(figures_book(tmp_path, (*GDP[:3], 121.5, "亿元"), name="更正.xlsx"))
    before = view()
    assert loads.undo(first) == ["imports.undo-overtaken"]
    assert view() == before
    assert loads.undo(second) == []
    assert loads.undo(first) == []
    assert not Fact.objects.filter(superseded_by__isnull=True).exists()


def test_a_batch_is_undone_once(zone, tmp_path):
    batch = loads.load(figures_book(tmp_path, GDP))
    assert loads.undo(batch) == []
    assert loads.undo(batch) == ["imports.not-undoable"]


def test_what_was_undone_can_be_loaded_again(zone, tmp_path):
    path = figures_book(tmp_path, GDP, OUTPUT)
    loads.undo(loads.load(path))
    again = loads.load(path)
    assert (again.new, again.same) == (2, 0)
    assert figure("云州高新区", "gdp", 202609) is not None


def test_a_load_fills_the_returns_of_the_units_its_figures_are_about(zone, tmp_path):
    batch = loads.load(figures_book(tmp_path, GDP, OUTPUT))
    filled = set(Return.objects.values_list("unit__name", "ledger", "period", "batch"))
    assert filled == {
        ("云州高新区", "measures_long", 202609, batch.pk),
        ("东园", "measures_long", 202610, batch.pk),
    }
    loads.undo(batch)
    assert not Return.objects.exists()


def test_a_return_two_batches_filled_stays_when_one_is_undone(zone, tmp_path):
    first = loads.load(figures_book(tmp_path, OUTPUT))
    second = loads.load(figures_book(tmp_path, ("东园", "一般公共预算收入", "2026年10月", 3.2, "亿元"), name="二.xlsx"))
    assert Return.objects.get().batch == second.pk
    assert loads.undo(second) == []
    assert Return.objects.get().batch == first.pk


def test_every_figure_of_a_unit_nobody_knows_is_a_place_to_mend(zone, tmp_path):
    path = figures_book(tmp_path, ("南园", *OUTPUT[1:]), ("北园", *OUTPUT[1:]), ("南园", *GDP[1:]), OUTPUT)
    checked = loads.check(path)
    assert checked.problem_counts() == {"imports.unknown-unit": 3}
    rows = checked.problems().sort("row").select("row", "value").rows()
    assert rows == [(2, "南园"), (3, "北园"), (4, "南园")]


def test_a_unit_nobody_knows_is_a_question_and_the_other_rows_are_written(zone, tmp_path):
    path = figures_book(tmp_path, ("南园", *OUTPUT[1:]), OUTPUT)
    checked = loads.check(path)
    assert checked.problem_counts() == {"imports.unknown-unit": 1}
    assert (checked.counts.read, checked.counts.new, checked.counts.refused) == (2, 1, 1)


def test_two_figures_for_one_value_are_refused_together(zone, tmp_path):
    checked = loads.check(figures_book(tmp_path, OUTPUT, (*OUTPUT[:3], 41, "亿元"), GDP))
    assert checked.problem_counts() == {"imports.two-values": 1}
    assert (checked.counts.new, checked.counts.conflicts) == (1, 2)


@pytest.mark.parametrize("order", [("甲.xlsx", "乙.xlsx"), ("乙.xlsx", "甲.xlsx")])
def test_of_two_files_that_differ_the_later_one_counts(zone, tmp_path, order):
    first = figures_book(tmp_path, OUTPUT, name=order[0])
    second = figures_book(tmp_path, (*OUTPUT[:3], 41, "亿元"), name=order[1])
    checked = loads.check(first, second)
    assert checked.problem_counts() == {"imports.later-file": 1}
    loads.load(first, second)
    assert figure("东园", "industrial_output", 202610) == (4_100_000_000_00, "41")


def test_units_and_their_figures_may_come_in_one_load(installed, tmp_path):
    batch = loads.load(units_book(tmp_path), figures_book(tmp_path, GDP, OUTPUT))
    assert figure("东园", "industrial_output", 202610) == (4_025_000_000_00, "40.25")
    assert loads.undo(batch) == []
    assert all(not rows for name, rows in view().items())


@pytest.mark.parametrize("locked", [False, True])
def test_a_correction_that_is_a_power_of_ten_off_its_history_is_questioned(zone, tmp_path, locked):
    power = [("东园", "规上工业总产值", f"2026年{month}月", 4 * month, "亿元") for month in range(6, 11)]
    loads.load(figures_book(tmp_path, *power))
    if locked:
        assert lock(loads.operator(), 202610).done
    slip = loads.check(
        figures_book(tmp_path, ("东园", "规上工业总产值", "2026年10月", 400_000, "亿元"), name="错.xlsx")
    )
    assert slip.problem_counts()["sheets.unit-slip"] == 1
    right = loads.check(figures_book(tmp_path, ("东园", "规上工业总产值", "2026年10月", 40.5, "亿元"), name="对.xlsx"))
    assert "sheets.unit-slip" not in right.problem_counts()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_problems_of_figures_are_told_in_names_periods_and_units(zone, tmp_path, language):
    loads.load(figures_book(tmp_path, OUTPUT))
    assert lock(loads.operator(), 202610).done
    path = figures_book(tmp_path, (*OUTPUT[:3], 41, "亿元"), GDP, (*GDP[:3], 1_215_000, "万元"), name="二.xlsx")
    checked = loads.check(path)
    said = {
        group.code: group.examples[0].message(language)
        for group in problem_groups(checked.understood, checked.problems())
    }
    wanted = {
        "zh": (
            "“东园规上工业总产值（2026年1—10月）”",
            "“云州高新区地区生产总值（2026年1—9月）”",
            "120.5亿元 与 121.5亿元",
        ),
        "en": ("“东园 Gross output", "Jan–Sep 2026", "120.5 "),
    }[language]
    assert wanted[0].split(" ")[0] in said["imports.locked"]
    assert wanted[1] in said["imports.two-values"]
    assert wanted[2] in said["imports.two-values"]
    assert not any("industrial_output" in text or "…" in text for text in said.values())
