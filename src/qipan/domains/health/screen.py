"""Findings as a noun: listed, filtered, kept as views, taken along and read by programs like any other.

They are mended on the page of data health and nowhere else: nothing is made, changed or removed here.
"""

from __future__ import annotations

from qipan.domains.health import listed
from qipan.domains.health.models import Finding
from qipan.domains.health.rights import SEE
from qipan.platform.screens import Column, Kind, Screen, declare
from qipan.platform.term import Term
from qipan.registry.screen_words import period_words, periods, subject_names, subjects_offered

FINDINGS = Screen(
    code="findings",
    names=Term("体检问题", "Findings"),
    one=Term("体检问题", "finding"),
    model=Finding,
    columns=(
        Column("check", Term("检查", "Check"), Kind.CHOICE, field="code", choices=listed.checks),
        Column("severity", Term("严重程度", "Severity"), Kind.CHOICE, field="rank", value=listed.severity,
               needs=("rank",), choices=listed.offered(listed.SEVERITIES), meets=listed.as_grave, sort=True,
               note=listed.codes(listed.SEVERITIES)),
        Column("subject", Term("对象", "What"), Kind.RECORD, named=subject_names, offered=subjects_offered),
        Column("thing", Term("指标或台账", "Measure or ledger"), Kind.CHOICE, choices=listed.things),
        Column("period", Term("时期", "Period"), Kind.CHOICE, value=listed.period, needs=("period",), choices=periods,
               words=period_words, meets=listed.of_period, sort=True, field="period"),
        Column("said", Term("问题", "Finding"), values=listed.sentences),
        Column("figure", Term("数字", "Figure"), values=listed.figures, shown=False),
        Column("expected", Term("应为", "Expected"), values=listed.expectations, shown=False),
        Column("state", Term("状态", "State"), Kind.CHOICE, value=listed.state,
               needs=("closed", "ignored_until", "explanation"), choices=listed.offered(listed.STATES),
               meets=listed.in_state, note=listed.codes(listed.STATES)),
        Column("unit", Term("单位", "Unit"), Kind.UNIT, sort=True),
        Column("ledger", Term("台账", "Ledger"), Kind.CHOICE, choices=listed.ledgers, shown=False),
        Column("assigned", Term("分派给", "Assigned to"), Kind.UNIT, shown=False),
        Column("opened", Term("首次发现", "First found"), Kind.MOMENT, sort=True),
        Column("closed", Term("消除时间", "Closed"), Kind.MOMENT, shown=False),
        Column("ignored_until", Term("忽略至", "Ignored until"), Kind.DATE, shown=False),
        Column("reason", Term("忽略原因", "Why ignored"), Kind.LONG, field="ignored_reason", shown=False),
    ),
    see=SEE,
    title="code",
    naming=listed.name,
    order="severity",
    search=listed.about,
    stamp=listed.last_look,
    page="web:finding",
    empty=Term("没有体检问题：数据加载后会自动体检，发现的问题列在这里。",
               "No findings: records are looked at after every load, and what is found stands here."),
)  # fmt: skip


def connect() -> None:
    """Let people and programs list findings."""
    declare(FINDINGS)
