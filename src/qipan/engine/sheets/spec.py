"""What a ledger declares about itself: the shape in which packs hand ledgers to the sheet engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class ColumnType(StrEnum):
    """How the text of a cell becomes a value."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"  # exact decimal, unit-aware
    PERCENT = "percent"  # 6.2 means 6.2 %; "提高1.2个百分点" is 1.2
    DATE = "date"
    PERIOD = "period"
    BOOLEAN = "boolean"  # √ 是 Y 1 / × 否 N 0
    USCC = "uscc"  # 统一社会信用代码 (18) or 机构代码 (9)
    PHONE = "phone"
    CHOICE = "choice"  # one of `allowed`


class Layout(StrEnum):
    """How a sheet is laid out."""

    ROWS = "rows"  # one record a row (企业台账, 项目台账 …)
    LONG = "long"  # one figure a row: who × measure × period × value
    WIDE = "wide"  # 指标×月份: a measure (or unit) a row, a month a column
    REPORT = "report"  # 月报: 指标|单位|全年目标|本月{…}|1-10月{…}|完成%|全市{增速,位次}


class Contract(StrEnum):
    """What happens to a sheet, column or row that does not keep to the ledger."""

    REFUSE = "refuse"
    DROP_COLUMN = "drop_column"
    DROP_ROW = "drop_row"
    EXTRA = "extra"  # kept as an extra field


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column of a ledger.

    `names[0]` is the Chinese label; the rest of `names` are headings it is also known by; a period in a name
    (累计至2025年底) stands for any period. `writes` says where the value goes: `<noun>.<field>` (an attribute of the
    record's noun, e.g. `enterprise.industry`), `qualification:<code>`, `fact:<measure>` (with `reading`, `basis`), or,
    in long, wide and report layouts, the roles `subject`, `measure`, `unit`, `period`, `value`, `yoy`, `target`,
    `expected`, `progress`, `city_value`, `city_yoy`, `city_rank`, `city_places`, `last_year`, `scope`, `basis`, `note`.
    An empty `writes` keeps the value only for checks.
    """

    code: str
    names: tuple[str, ...]
    en: str
    type: ColumnType = ColumnType.TEXT
    writes: str = ""
    unit: str | None = None  # unit assumed where neither sheet nor header names one
    required: bool = False
    allowed: tuple[str, ...] = ()
    reading: str = "actual"
    basis: str | None = None  # None: the basis the header says (1-10月 → cumulative), else the measure's
    note: str = ""


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """A condition in FEEL over the columns (by Chinese name or code) that every record is expected to keep.

    A record for which it is false has the problem; null (unknown) is not a failure.
    """

    code: str
    expression: str
    severity: str  # error | warning | question
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class LedgerSpec:
    """A ledger (台账): what its sheets look like and what they write."""

    code: str
    names: tuple[str, ...]
    en: str
    layout: Layout
    noun: str  # the noun a record is: unit | enterprise | qualification | figure
    columns: tuple[ColumnSpec, ...]
    key: tuple[str, ...] = ()
    unknown_column: Contract = Contract.EXTRA
    bad_row: Contract = Contract.DROP_ROW
    title_words: tuple[str, ...] = ()  # words in sheet name or title that speak for this ledger
    measures: tuple[str, ...] = ()  # measure codes the ledger may carry (long, wide, report); empty: all
    period_from: str = "header"  # header | title | column | none
    checks: tuple[CheckSpec, ...] = field(default=())
    pack: str = ""
    source: str = ""
    direct_report: bool = False  # firms report it themselves (联网直报): its form is never filled in for them
