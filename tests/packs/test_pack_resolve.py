"""Packs put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from qipan.packs import Pack, check, diff, read_pack, resolve_packs
from qipan.packs.load import read_packs

Text = Callable[..., str]
RULE = """\
- code: light
  names: {{zh: 灯, en: Light}}
  kind: light
  from: {since}
  source: {{doc: 惯例, status: practice}}
  words: {{zh: 甲, en: A}}
  inputs: [{{name: 增速, en: growth, what: 增速}}]
  rows: [{{when: 增速 > {limit}, gives: green, words: {{zh: 好, en: good}}}}]
  otherwise: red
"""


def pack(folder) -> Pack:
    found = read_pack(folder).pack
    assert found is not None
    return found


def test_siblings_come_with_a_measure_that_states_growth_or_place(pack_at, measure: Text, tables: dict[str, str]):
    ranked = measure("output", "产值", "万元", ("theme:", "ranked: true\n  aliases: [总产值]\n  theme:"))
    resolved = resolve_packs([pack(pack_at({"measures/a.yaml": ranked, **tables}))])
    growth, place = resolved.measures["output.yoy"], resolved.measures["output.rank"]
    assert (growth.names.zh, growth.unit, growth.of, growth.basis) == ("产值增速", "%", "output", "cumulative")
    assert growth.aliases == ("总产值增速",)
    assert (place.names.zh, place.unit, place.direction) == ("产值位次", "位", "down")
    assert [spec.code for spec in resolved.measure_specs()] == ["output", "output.yoy", "output.rank", "output.places"]


def test_a_measure_without_growth_has_no_siblings(pack_at, measure: Text):
    none = measure("output", "产值", "万元", ("growth: same_scope", "growth: none"))
    assert list(resolve_packs([pack(pack_at({"measures/a.yaml": none}))]).measures) == ["output"]


def test_needs_stand_before_what_needs_them(pack_at):
    first = pack(pack_at({}, name="zone", needs="base"))
    base = pack(pack_at({}, name="base"))
    assert [one.id for one in resolve_packs([first, base]).packs] == ["base", "zone"]


def test_a_missing_need_and_a_ring_are_told(pack_at):
    one = pack(pack_at({}, name="one", needs="two"))
    two = pack(pack_at({}, name="two", needs="one"))
    three = pack(pack_at({}, name="three", needs="on"))
    codes = {problem.code: problem for problem in resolve_packs([one, two, three]).problems}
    assert set(codes) == {"packs.ring", "packs.missing-need"}
    assert "one" in codes["packs.missing-need"].hint("en")


def test_needs_are_read_from_the_roots(pack_at, tmp_path):
    pack_at({}, name="base")
    packs, problems = read_packs([pack_at({}, name="zone", needs="base")], roots=[tmp_path])
    assert [one.id for one in packs] == ["zone", "base"]
    assert problems == []


def test_two_packs_cannot_declare_one_code_but_an_overlay_may(pack_at, measure: Text, tables: dict[str, str]):
    base = pack(pack_at({"measures/a.yaml": measure(), **tables}, name="base"))
    other = pack(pack_at({"measures/a.yaml": measure(zh="工业产值")}, name="zone"))
    clash = resolve_packs([base, other])
    assert [problem.code for problem in clash.problems] == ["packs.taken"]
    assert clash.measures["output"].names.zh == "产值"
    over = resolve_packs([base], overlays=[other])
    assert over.problems == ()
    assert over.measures["output"].names.zh == "工业产值"
    assert over.measures["output.yoy"].names.zh == "工业产值增速"
    assert over.origins["measure:output"] == "zone"


def test_an_overlay_may_remove_and_is_told_what_it_cannot(pack_at, measure: Text):
    base = pack(pack_at({"measures/a.yaml": measure()}, name="base"))
    overlay = replace(pack(pack_at({}, name="zone")), removes=("measure:output", "measure:outputs"))
    resolved = resolve_packs([base], overlays=[overlay])
    assert dict(resolved.measures) == {}
    assert [problem.code for problem in resolved.problems] == ["packs.nothing-to-remove"]


def test_a_rename_keeps_the_old_code_findable(pack_at, measure: Text):
    renamed = measure("industrial_output", "产值", "万元", ("theme:", "formerly: [output]\n  theme:"))
    new = pack(pack_at({"measures/a.yaml": renamed}))
    old = pack(pack_at({"measures/a.yaml": measure()}, name="old"))
    found = resolve_packs([new]).measure("output")
    assert found is not None
    assert found.code == "industrial_output"
    growth = resolve_packs([new]).measure("output.yoy")
    assert growth is not None
    assert growth.code == "industrial_output.yoy"
    changes = diff(old, new)
    assert [(change.kind, change.code, change.formerly) for change in changes] == [
        ("renamed", "industrial_output", "output")
    ]


def test_a_former_code_cannot_live_on_beside_its_successor(pack_at, measure: Text):
    both = measure() + measure("sales", "销售", "万元", ("theme:", "formerly: [output]\n  theme:"))
    resolved = resolve_packs([pack(pack_at({"measures/a.yaml": both}))])
    assert [problem.code for problem in resolved.problems] == ["packs.former-in-use"]


def test_the_version_of_a_rule_follows_the_day(pack_at):
    text = RULE.format(since="2024-01-01", limit=5) + RULE.format(since="2026-01-01", limit=3)
    read = read_pack(pack_at({"rules/a.yaml": text}))
    assert read.problems == ()
    assert read.pack is not None
    resolved = resolve_packs([read.pack])
    assert resolved.rule("light", date(2023, 12, 31)) is None
    early, late = resolved.rule("light", date(2025, 12, 31)), resolved.rule("light", date(2026, 1, 1))
    assert early is not None
    assert late is not None
    assert (early.rows[0].when, late.rows[0].when) == ("增速 > 5", "增速 > 3")
    assert resolved.rules["light"] is late


def test_diff_tells_each_field_before_and_after(pack_at, measure: Text):
    old = pack(pack_at({"measures/a.yaml": measure() + measure("sales", "销售")}, name="old"))
    new = pack(pack_at({"measures/a.yaml": measure(unit="元") + measure("profit", "利润")}))
    told = {(change.kind, change.code): change.fields for change in diff(old, new)}
    assert set(told) == {("changed", "output"), ("added", "profit"), ("removed", "sales")}
    assert [(field.field, field.old, field.new) for field in told["changed", "output"]] == [("unit", "万元", "元")]
    assert diff(new, new) == []
    assert {change.kind for change in diff(None, new)} == {"added"}


def test_a_unit_table_with_faults_names_the_row(pack_at, tables: dict[str, str]):
    bad = tables["tables/units.csv"] + "克,g,mass,1,,惯例\n分,fen,money_cny,a/b,,惯例\n毛,mao,money_cny,1/10,元,惯例\n"
    resolved = resolve_packs([pack(pack_at({**tables, "tables/units.csv": bad}))])
    assert [(problem.code, problem.where.row) for problem in resolved.problems] == [
        ("packs.csv-value", 7),
        ("packs.csv-value", 8),
        ("packs.unit-name", 9),
    ]
    assert resolved.units.find("毛") is not None


def test_an_overlay_rule_holds_from_its_day_and_the_shipped_one_before(pack_at):
    base = pack(pack_at({"rules/a.yaml": RULE.format(since="2020-01-01", limit=5)}, name="base"))
    later = pack(pack_at({"rules/a.yaml": RULE.format(since="2026-06-01", limit=3)}, name="zone"))
    resolved = resolve_packs([base], overlays=[later])
    before, after = resolved.rule("light", date(2026, 5, 31)), resolved.rule("light", date(2026, 6, 1))
    assert before is not None
    assert after is not None
    assert (before.rows[0].when, after.rows[0].when) == ("增速 > 5", "增速 > 3")


def test_an_overlay_that_begins_earlier_replaces_the_shipped_rule_for_good(pack_at):
    text = RULE.format(since="2020-01-01", limit=5) + RULE.format(since="2026-01-01", limit=4)
    base = pack(pack_at({"rules/a.yaml": text}, name="base"))
    zone = pack(pack_at({"rules/a.yaml": RULE.format(since="2019-01-01", limit=3)}, name="zone"))
    resolved = resolve_packs([base], overlays=[zone])
    found = resolved.rule("light", date(2026, 6, 1))
    assert found is not None
    assert found.rows[0].when == "增速 > 3"


def test_an_overlay_rule_of_the_same_day_leaves_one_version(pack_at):
    base = pack(pack_at({"rules/a.yaml": RULE.format(since="2020-01-01", limit=5)}, name="base"))
    zone = pack(pack_at({"rules/a.yaml": RULE.format(since="2020-01-01", limit=3)}, name="zone"))
    resolved = resolve_packs([base], overlays=[zone])
    assert [version.code for version in resolved.versions["rule:light"]] == ["light"]


def test_every_overlay_applies_in_the_order_of_its_needs(pack_at, measure: Text):
    base = pack(pack_at({"measures/a.yaml": measure()}, name="base"))
    zone = pack(
        pack_at({"measures/a.yaml": measure(zh="工业产值"), "measures/b.yaml": measure("sales", "销售")}, name="zone")
    )
    desk = pack(pack_at({"measures/a.yaml": measure(zh="本区产值")}, name="desk", needs="zone"))
    resolved = resolve_packs([base], overlays=[desk, zone])
    assert resolved.problems == ()
    assert [one.id for one in resolved.packs] == ["base", "zone", "desk"]
    assert (resolved.measures["output"].names.zh, resolved.origins["measure:output"]) == ("本区产值", "desk")
    assert resolved.origins["measure:sales"] == "zone"


def test_two_overlays_that_change_one_thing_and_do_not_know_each_other_are_told_so(pack_at, measure: Text):
    base = pack(pack_at({"measures/a.yaml": measure()}, name="base"))
    first = pack(pack_at({"measures/a.yaml": measure(zh="甲产值")}, name="first"))
    second = pack(pack_at({"measures/a.yaml": measure(zh="乙产值")}, name="second"))
    third = replace(pack(pack_at({}, name="third")), removes=("measure:output",))
    resolved = resolve_packs([base], overlays=[first, second, third])
    assert [problem.code for problem in resolved.problems] == ["packs.overlays-dispute"] * 2
    assert [problem.where.file for problem in resolved.problems] == ["second/measures/a.yaml", "third/pack.yaml"]
    assert resolved.measures["output"].names.zh == "甲产值"


def test_an_overlay_is_checked_over_what_it_changes_and_beside_those_it_needs(pack_at, measure: Text):
    pack_at({"measures/a.yaml": measure("own_output", "自定产值")}, name="zone", needs="cn-hitech")
    desk = pack_at({"measures/a.yaml": measure("own_output", "自定总产值")}, name="desk", needs="zone")
    checked = check(desk)
    assert [problem.code for problem in checked.problems if problem.severity == "error"] == []
    assert checked.resolved.measures["own_output"].names.zh == "自定总产值"
