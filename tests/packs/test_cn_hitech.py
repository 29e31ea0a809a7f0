"""The pack of a high-tech zone is whole, sourced, in both languages, and its cases come out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from qipan.engine.sheets.spec import ColumnType
from qipan.packs import Checked, CustomField, Measure, Source, decide, lint, read_pack, read_rule, resolve_packs
from qipan.packs.calendars import working_days
from qipan.packs.health import HealthCheck
from qipan.packs.model import Board, Card, Indicator, Rule, RuleInput, RuleRow
from qipan.packs.roles import Role
from qipan.packs.schemas import CaseWritten, ColumnWritten, LedgerWritten, PackWritten, field_names
from qipan.packs.vocabulary import read_indicator

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[一-鿿]")
SIXTEEN = [
    "地区生产总值", "规上工业增加值增速", "规上工业总产值", "工业用电量", "固定资产投资增速", "工业投资增速",
    "规上服务业营业收入", "限上社零", "一般公共预算收入", "进出口总额", "实际使用外资", "省外到位资金",
    "重点项目投资完成率", "四上企业净增", "有效高企", "新登记企业",
]  # fmt: skip
LEDGERS = [
    "units", "enterprises", "qualifications", "measures_wide", "monthly_report", "measures_long",
    "enterprise_months", "targets", "city",
]  # fmt: skip
REGISTRY = [
    "name", "uscc", "uscc_ok", "reg_date", "ent_type", "capital_raw", "capital_wan", "capital_cur", "scope",
    "province", "city", "address", "region_code6",
]  # fmt: skip


def own(checked: Checked) -> list[Measure]:
    return [measure for measure in checked.resolved.measures.values() if not measure.sibling]


def sources(checked: Checked) -> Iterator[tuple[str, Source]]:
    found = checked.resolved
    for thing in (
        *own(checked),
        *found.indicators.values(),
        *found.rules.values(),
        *found.boards.values(),
        *found.health.values(),
    ):
        yield thing.code, thing.source
    for ledger in found.ledgers.values():
        yield ledger.code, ledger.source


def test_nothing_is_wrong_with_the_shipped_packs(hitech: Checked):
    told = [f"{problem.where.text()}: {problem.message()} {problem.hint()}" for problem in hitech.problems]
    assert told == []


def test_every_case_comes_out_and_every_indicator_rule_and_light_has_one(hitech: Checked):
    assert len(hitech.cases) >= 80
    assert [result.case.name for result in hitech.cases if not result.passed] == []
    covered = {result.case.subject for result in hitech.cases}
    assert covered == {
        *(f"indicator:{code}" for code in hitech.resolved.indicators),
        *(f"rule:{code}" for code in hitech.resolved.rules),
        *(f"health:{code}" for code, check in hitech.resolved.health.items() if check.expression is not None),
    }


def test_the_pack_is_as_large_as_it_promises(hitech: Checked):
    assert len(own(hitech)) >= 60
    assert len(hitech.resolved.indicators) >= 25
    assert set(LEDGERS) <= set(hitech.resolved.ledgers)


def test_every_text_stands_in_both_languages(hitech: Checked):
    for measure in own(hitech):
        for text in (measure.names, measure.scope, measure.definition, measure.publisher):
            assert CHINESE.search(text.zh) or text.zh in {"GDP"}, measure.code
            assert not CHINESE.search(text.en), measure.code
    for indicator in hitech.resolved.indicators.values():
        assert CHINESE.search(indicator.words.zh)
        assert not CHINESE.search(indicator.words.en)
    for check in hitech.resolved.health.values():
        for text in (check.names, check.why, check.do):
            assert CHINESE.search(text.zh), check.code
            assert not CHINESE.search(re.sub(r"\(\w+\)", "", text.en)), check.code


def test_what_is_confirmed_says_where_it_was_read(hitech: Checked):
    for code, source in sources(hitech):
        assert source.status != "confirmed" or source.url or "GB/T" in source.doc, code


def test_growth_that_is_official_is_never_that_of_a_level_we_add_up_ourselves(hitech: Checked):
    official = {measure.code for measure in own(hitech) if measure.growth == "official"}
    assert {"gdp", "industrial_value_added", "fixed_investment", "industrial_investment"} <= official
    same_scope = {measure.code for measure in own(hitech) if measure.growth == "same_scope"}
    assert {"industrial_output", "service_revenue", "retail_sales"} <= same_scope


def test_services_come_a_month_late_and_gdp_by_the_quarter(hitech: Checked):
    measures = hitech.resolved.measures
    assert measures["service_revenue"].publication.lag == measures["industrial_output"].publication.lag + 1
    assert measures["gdp"].frequency == "quarter"
    assert measures["rd_spending"].frequency == "year"


def test_figures_of_single_firms_from_surveys_are_for_statistics_staff(hitech: Checked):
    for measure in own(hitech):
        if measure.about == "enterprise" and measure.origin == "survey":
            assert measure.secrecy == "statistics", measure.code
        assert measure.about == "enterprise" or measure.secrecy != "statistics"


def test_the_board_shows_the_sixteen_in_their_order(hitech: Checked):
    board = hitech.resolved.boards["leader"]
    assert [card.names.zh for card in board.cards] == SIXTEEN
    for card in board.cards:
        assert (card.target == "none") == (card.light is None), card.code
        assert card.light == {"growth": "growth_light", "level": "pace_light", "none": None}[card.target]


def test_no_head_count_of_titles_has_a_target(hitech: Checked):
    titles = {"hightech_firms", "tech_smes", "specialised_firms", "little_giants"}
    targets = {card.measure: card.target for card in hitech.resolved.boards["leader"].cards}
    assert all(targets.get(code, "none") == "none" for code in titles)


@pytest.mark.parametrize("rule", ["pace_light", "growth_light"])
@pytest.mark.parametrize("known", [None, False])
def test_no_light_shines_before_january_february_whatever_the_figures(hitech: Checked, rule: str, known: bool | None):
    read = read_rule(hitech.resolved.rules[rule])
    values = {"有目标": True, "已到一二月": known, "完成进度": 1, "序时进度": 8, "增速": -90, "目标增速": 7}
    decision = decide(read, values, trace=True)
    assert decision.value == "none"
    assert "1—2月" in decision.words.zh


def test_a_light_says_which_line_lit_it_and_why(hitech: Checked):
    read = read_rule(hitech.resolved.rules["pace_light"])
    values = {"有目标": True, "已到一二月": True, "完成进度": 70, "序时进度": 75}
    decision = decide(read, values, trace=True)
    assert (decision.value, decision.row, decision.words.en) == ("amber", 4, "slightly behind")
    assert decision.trace is not None
    assert "完成进度 >= 0.9" in decision.trace.text


def test_an_indicator_reads_measures_by_code(hitech: Checked):
    parsed = read_indicator(hitech.resolved, hitech.resolved.indicators["output_power_gap"])
    assert parsed.expression is not None
    assert parsed.expression.names == {"industrial_output.yoy", "industrial_power.yoy"}


def test_the_enterprise_ledger_knows_the_registry_headings(hitech: Checked):
    spec = hitech.resolved.ledgers["enterprises"].spec
    known = {name.casefold(): column for column in spec.columns for name in column.names}
    columns = {heading: known[heading] for heading in REGISTRY}
    assert columns["reg_date"].type is ColumnType.DATE
    assert columns["uscc"].type is ColumnType.USCC
    assert (columns["capital_wan"].writes, columns["capital_wan"].unit) == ("enterprise.capital", "万元")
    assert columns["capital_cur"].writes == "enterprise.currency"


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("信用代码/机构代码", "uscc"), ("园区", "unit"), ("联系人电话", "phone"), ("高企√", "hightech"),
        ("营收", "revenue"),
        ("税收", "tax"), ("用电", "power"), ("产值", "output"), ("备注", "note"),
    ],
)  # fmt: skip
def test_the_enterprise_ledger_knows_the_headings_of_practice(hitech: Checked, heading: str, code: str):
    spec = hitech.resolved.ledgers["enterprises"].spec
    assert [column.code for column in spec.columns if heading in column.names] == [code]


def test_provisional_and_official_years_reach_the_engine(hitech: Checked):
    table, _ = working_days(hitech.resolved.calendars["working_days"])
    assert table is not None
    assert (table.status(2026), table.status(2027)) == ("official", "provisional")


def test_exact_decimals_survive_from_file_to_rule(hitech: Checked):
    rule = hitech.resolved.rules["needed_growth"]
    decision = decide(read_rule(rule), {"增速": Decimal("6.1"), "目标增速": Decimal("7.0"), "上年占比": Decimal("80")})
    assert decision.value == Decimal("10.6")


def test_every_pack_field_has_a_heading_in_the_documentation():
    page = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^#+ (.+)$", page, re.MULTILINE))
    whole = (PackWritten, Measure, Indicator, LedgerWritten, Board, Rule, HealthCheck, Role, CustomField, CaseWritten)
    wanted = {name for written in whole for name in field_names(written)} - {"noun"}
    assert wanted - headings - {"en"} == set()
    text = page.split("## Ledger")[1]
    parts = {name for written in (ColumnWritten, Card, RuleInput, RuleRow) for name in field_names(written)}
    assert {name for name in parts if f"`{name}`" not in text and f"### {name}\n" not in page} == set()


def test_the_worked_examples_of_the_documentation_work(hitech: Checked, pack_at):
    page = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
    measure, rule, role, fields = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    read = read_pack(
        pack_at(
            {"measures/a.yaml": measure, "rules/b.yaml": rule, "roles/c.yaml": role, "fields/d.yaml": fields},
            name="zone",
            needs="cn-hitech",
        )
    )
    assert read.problems == ()
    assert read.pack is not None
    resolved = resolve_packs(hitech.resolved.packs, overlays=[read.pack])
    assert {problem.code for problem in lint(resolved)} <= {"packs.no-case"}
    assert {"charging.edit", "batch.load", "board.see"} <= resolved.roles["park"].all_rights()
    assert resolved.measures["robot_output.yoy"].names.zh == "工业机器人产值增速"
    early, late = resolved.rule("growth_light", date(2026, 12, 31)), resolved.rule("growth_light", date(2027, 1, 1))
    assert early is hitech.resolved.rules["growth_light"]
    assert late is not None
    assert decide(read_rule(late), {"增速": Decimal("5.5"), "目标增速": 7}).value == "red"
