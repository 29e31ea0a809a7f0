"""Definition packs (定义包): read, checked, resolved, compared; what a zone can differ in, as sourced text."""

from qipan.packs.cases import CaseResult, run_cases
from qipan.packs.conditions import read_condition
from qipan.packs.decide import Decision, ReadRule, decide, read_rule
from qipan.packs.diff import Change, FieldChange, diff
from qipan.packs.fields import CustomField
from qipan.packs.health import HealthCheck
from qipan.packs.lint import lint
from qipan.packs.load import Checked, check, load_packs, read_packs
from qipan.packs.model import (
    Board,
    Calendar,
    CalendarYear,
    Card,
    Case,
    Holiday,
    Indicator,
    Ledger,
    Measure,
    Names,
    Pack,
    PackRead,
    Part,
    Publication,
    Rule,
    RuleInput,
    RuleRow,
    Source,
    Table,
)
from qipan.packs.reader import read_pack, shipped_root
from qipan.packs.resolve import Resolved, resolve_packs
from qipan.packs.roles import Role
from qipan.packs.vocabulary import Reference, read_indicator, vocabulary

__all__ = [
    "Board",
    "Calendar",
    "CalendarYear",
    "Card",
    "Case",
    "CaseResult",
    "Change",
    "Checked",
    "CustomField",
    "Decision",
    "FieldChange",
    "HealthCheck",
    "Holiday",
    "Indicator",
    "Ledger",
    "Measure",
    "Names",
    "Pack",
    "PackRead",
    "Part",
    "Publication",
    "ReadRule",
    "Reference",
    "Resolved",
    "Role",
    "Rule",
    "RuleInput",
    "RuleRow",
    "Source",
    "Table",
    "check",
    "decide",
    "diff",
    "lint",
    "load_packs",
    "read_condition",
    "read_indicator",
    "read_pack",
    "read_packs",
    "read_rule",
    "resolve_packs",
    "run_cases",
    "shipped_root",
    "vocabulary",
]
