"""What the leader's page is made of: every figure carries its address, so that it can be asked why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

_TOKEN = re.compile(r"([0-9]{1,19})-([a-z][a-z0-9_.]{0,99})-([0-9]{1,19})-([0-2])-([0-2])-([0-9]{1,19})-([a-z_]{1,30})")


class Light(StrEnum):
    """A status; never shown by colour alone."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    NONE = "none"  # not judged: no target, or too early in the year
    DUE = "due"  # not published yet and not due yet


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the words for a language code such as `zh-hans` or `en`."""
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Address:
    """Where a figure lives; what the drawer "why this number" is asked with.

    `measure` is a measure's code (with `.yoy`, `.rank`) or an indicator's; `what` names a figure derived from facts
    (`value` itself, else `progress`, `pace`, `seasonal_pace`, `needed`, `needed_growth`, `growth`, `growth_gap`, `gap`,
    `residual`, or `indicator` for an indicator of the packs).
    """

    subject: int
    measure: str
    period: int
    reading: int = 0
    basis: int = 1
    scope: int = 0
    what: str = "value"

    def token(self) -> str:
        """Return the address as it stands in a link."""
        return f"{self.subject}-{self.measure}-{self.period}-{self.reading}-{self.basis}-{self.scope}-{self.what}"

    @classmethod
    def read(cls, token: str) -> Address | None:
        """Return the address that `token()` wrote; None for anything else."""
        found = _TOKEN.fullmatch(token)
        if found is None:
            return None
        subject, measure, period, reading, basis, scope, what = found.groups()
        return cls(int(subject), measure, int(period), int(reading), int(basis), int(scope), what)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as a person reads it: `text` without unit ("1,020.35"), null is "—"."""

    text: str
    unit: Text
    address: Address
    known: bool = True


@dataclass(frozen=True, slots=True)
class Card:
    """One of the leader's measures."""

    code: str
    name: Text
    scope: Text  # 口径
    period: Text  # the figure's own period: "1—9月"
    value: Figure
    growth: Figure | None
    growth_kind: Text | None  # 可比价 / 同口径 / 现价 / 现价计算 / 同比
    target: Figure | None
    progress: Figure | None  # % of the year's target (level targets)
    pace: Figure | None  # linear 序时进度
    seasonal_pace: Figure | None
    gap: Figure | None  # to the target: a value, or 百分点
    needed: Figure | None  # 还需月均, or the growth the rest of the year needs
    city_growth: Figure | None
    city_rank: Figure | None
    city_places: Figure | None  # of how many; unknown where nobody says
    light: Light
    rule: str  # code of the rule that set the light
    reason: Text  # why the light is what it is, as a sentence
    locked: bool  # else 初步
    line: tuple[tuple[int, float | None], ...]  # 24 months: period code, value in the card's unit
    line_basis: Text
    breaks: tuple[int, ...] = ()  # periods at which the 口径 changed
    show: str = "level"  # which number leads the card: level | growth | rate (the first of `beside`, else the progress)
    beside: tuple[tuple[Text, Figure], ...] = ()  # what is read with it: a share, a rate, a count
    line_unit: Text = Text("", "")
    line_address: Address | None = None  # of a point of the line, but for its period
    needed_name: Text = Text("还需月均", "needed a month")
    rate: Figure | None = None  # of a card that leads with it

    @property
    def lead(self) -> Figure:
        """The number the card's name promises; the level where that is not known."""
        if self.show == "growth" and self.growth is not None and self.growth.known:
            return self.growth
        if self.show == "rate" and self.rate is not None and self.rate.known:
            return self.rate
        return self.value

    @property
    def level(self) -> Figure | None:
        """The level, where something else leads the card."""
        return self.value if self.lead is not self.value and self.value.known else None

    @property
    def growth_beside(self) -> Figure | None:
        """The growth, where something else leads the card."""
        return self.growth if self.lead is not self.growth else None


@dataclass(frozen=True, slots=True)
class ParkRow:
    """One park beside the others."""

    unit: int
    name: Text
    cells: tuple[tuple[Figure, Figure | None], ...]  # per column: value, growth
    residual: bool = False  # the zone's explained rest that no park holds
    total: bool = False  # the zone itself


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """Whether a unit's output, electricity and taxes tell the same story (交叉核对)."""

    unit: int
    name: Text
    growths: tuple[tuple[Text, Figure], ...]  # what was compared: the measure's name, its growth
    light: Light
    reason: Text
    rule: Text  # in words


@dataclass(frozen=True, slots=True)
class LeaderPage:
    """The page a leader opens in the morning."""

    unit: int
    unit_name: Text
    period: int
    period_name: Text
    periods: tuple[tuple[int, Text], ...]  # what can be chosen
    sentence: Text
    cards: tuple[Card, ...]
    park_columns: tuple[Text, ...]
    parks: tuple[ParkRow, ...]
    locked: int
    due: int
    cross: tuple[CrossCheck, ...] = ()  # the unit itself, then the parks that part ways


@dataclass(frozen=True, slots=True)
class WindowColumn:
    """A column of the cells around a figure; a gap stands for columns left out."""

    index: int
    heading: str
    gap: bool = False


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A cell that was read as something else than the file says, because a person said so while loading."""

    heading: str
    was: str
    now: str
    by: str
    everywhere: bool  # wherever the value stands in the column, not in this cell only


@dataclass(frozen=True, slots=True)
class CellOfOrigin:
    """The cell a figure came from, with the cells around it as the file shows them."""

    batch: int
    file: str
    sheet: str
    row: int
    column: int
    column_name: str  # "F"
    window: tuple[tuple[str, ...], ...]
    window_first_row: int
    columns: tuple[int, ...]  # the sheet's columns the window shows: what names a row, then those around the cell
    head: tuple[str, ...]  # the columns' headings as they were read; empty where there are none
    unit: str  # the unit the sheet states for the cell; empty where it states none
    loaded_by: str
    loaded_at: datetime
    changed: tuple[ChangedCell, ...] = ()  # what people changed before it was read

    @property
    def shown(self) -> tuple[WindowColumn, ...]:
        """The window's columns from left to right, with a gap wherever some are left out."""
        found: list[WindowColumn] = []
        for at, index in enumerate(self.columns):
            if at and index != self.columns[at - 1] + 1:
                found.append(WindowColumn(-1, "", gap=True))
            found.append(WindowColumn(index, self.head[at] if self.head else ""))
        return tuple(found)

    @property
    def lines(self) -> tuple[tuple[int, tuple[tuple[WindowColumn, str], ...]], ...]:
        """The window's rows: number, then column and cell."""
        place = {index: at for at, index in enumerate(self.columns)}
        shown = self.shown
        return tuple(
            (number, tuple((column, "" if column.gap else row[place[column.index]]) for column in shown))
            for number, row in enumerate(self.window, self.window_first_row)
        )

    def at(self, row: int, column: int) -> str:
        """Return the cell of a row and a column that the window shows."""
        return self.window[row - self.window_first_row][self.columns.index(column)]


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a formula: a figure that opens in its turn."""

    name: Text
    figure: Figure
    period: Text


@dataclass(frozen=True, slots=True)
class EarlierValue:
    """What the same figure said before it was corrected."""

    text: str
    by: str
    at: datetime
    batch: int
    why: Text


@dataclass(frozen=True, slots=True)
class Why:
    """Everything behind one figure."""

    name: Text
    subject: Text
    period: Text
    figure: Figure
    printed: str  # as the file printed it
    definition: Text
    scope: Text
    formula: Text | None  # in words; None: reported, not computed
    inputs: tuple[Input, ...]
    rule: Text | None
    rule_source: Text | None
    origin: CellOfOrigin | None
    earlier: tuple[EarlierValue, ...]
    status: Text  # 已锁定 / 初步
    publisher: Text
    source: Text  # of the definition
    next_due: date | None = None
    sentence: Text | None = None  # said in place of a number: why a light is what it is
