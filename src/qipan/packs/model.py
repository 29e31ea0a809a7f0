"""The nouns of a definition pack: what a reader gets once a folder has been read and found sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from qipan.engine.measures import MeasureSpec
from qipan.engine.periods.due import Schedule
from qipan.engine.problem import Language, Problem, Where
from qipan.engine.sheets.spec import LedgerSpec

if TYPE_CHECKING:
    from qipan.packs.fields import CustomField
    from qipan.packs.health import HealthCheck
    from qipan.packs.layouts import BoardLayout
    from qipan.packs.roles import Role

CODE = r"^[a-z][a-z0-9_]*$"
Code = Annotated[str, Field(pattern=CODE, max_length=64)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
From = Annotated[date, Field(alias="from")]
Until = Annotated[date | None, Field(alias="until")]
Status = Literal["confirmed", "practice", "memory"]
Basis = Literal["single", "cumulative", "stock"]
Light = Literal["red", "amber", "green", "none"]
Scalar = str | int | Decimal | bool | date | None


class Strict:
    """Fields a noun does not have are problems, not silence."""

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=False)


@dataclass(frozen=True, slots=True)
class Names(Strict):
    """A text in both languages."""

    zh: Text
    en: Text

    def text(self, language: Language = "zh") -> str:
        """Return the text in `language`."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Source(Strict):
    """Where a definition comes from (文号, 条款) and how far it was verified.

    `practice` and `memory` mark editable defaults, never constants.
    """

    doc: Text
    status: Status
    clause: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Publication(Strict):
    """When a figure is due: on `day` of the month that ends the period plus `lag` months, plus one.

    1—10月 with lag 0 and day 18 is due on 18 November; with lag 1 on 18 December.
    """

    day: Annotated[int, Field(ge=1, le=31)]
    lag: Annotated[int, Field(ge=0, le=24)] = 0


@dataclass(frozen=True, slots=True)
class Measure(Strict):
    """A figure that is reported, not derived (基础指标)."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.(yoy|rank|places))?$", max_length=64)]
    names: Names
    unit: Text
    decimals: Annotated[int, Field(ge=0, le=6)]
    basis: Basis
    direction: Literal["up", "down", "none"]
    aggregation: Literal["sum", "mean", "weighted", "last", "none"]
    frequency: Literal["month", "quarter", "year"]
    publication: Publication
    publisher: Names
    growth: Literal["official", "same_scope", "computed", "none"]
    secrecy: Literal["open", "internal", "statistics"]
    theme: Text
    scope: Names
    definition: Names
    source: Source
    valid_from: From
    valid_until: Until = None
    january: Literal["separate", "with_february"] = "separate"
    weight: Code | None = None
    aliases: tuple[Text, ...] = ()
    formerly: tuple[Code, ...] = ()
    about: Literal["unit", "enterprise"] = "unit"
    origin: Literal["survey", "record", "authorised", "bought"] = "record"
    ranked: bool = False
    of: str | None = None
    sibling: Literal["", "yoy", "rank", "places"] = ""

    def spec(self) -> MeasureSpec:
        """Return what the sheet engine needs of it."""
        return MeasureSpec(
            code=self.code,
            names=(self.names.zh, *self.aliases),
            en=self.names.en,
            unit=self.unit,
            decimals=self.decimals,
            basis=self.basis,
            frequency=self.frequency,
            january=self.january,
            growth=self.growth,
            about=self.about,
            lag=self.publication.lag,
            of=self.of,
            sibling=self.sibling,
            scope=self.scope.zh,
        )

    def schedule(self) -> Schedule:
        """Return how often it comes and when."""
        return Schedule(self.frequency, self.publication.day, self.publication.lag, self.january)

    def siblings(self) -> tuple[Measure, ...]:
        """Return the measures that come with it: growth (a share's in points); place, and of how many, if published."""
        found: list[Measure] = []
        if self.growth != "none":
            # A share does not grow by percent of itself: 税占比提高1.2个百分点.
            unit = "百分点" if self.unit == "%" else "%"
            found.append(self._sibling("yoy", unit, "增速", "growth", decimals=1, direction=self.direction))
        if self.ranked:
            found.append(self._sibling("rank", "位", "位次", "place", decimals=0, direction="down"))
            found.append(self._sibling("places", "位", "参评个数", "places compared", decimals=0, direction="none"))
        return tuple(found)

    def _sibling(
        self,
        kind: Literal["yoy", "rank", "places"],
        unit: str,
        zh: str,
        en: str,
        *,
        decimals: int,
        direction: Literal["up", "down", "none"],
    ) -> Measure:
        return replace(
            self,
            code=f"{self.code}.{kind}",
            names=Names(self.names.zh + zh, f"{self.names.en}, {en}"),
            unit=unit,
            decimals=decimals,
            direction=direction,
            aggregation="none",
            growth="none",
            weight=None,
            ranked=False,
            of=self.code,
            sibling=kind,
            aliases=tuple(alias + zh for alias in self.aliases),
            formerly=tuple(f"{old}.{kind}" for old in self.formerly),
        )


@dataclass(frozen=True, slots=True)
class Indicator(Strict):
    """A figure derived from others by a FEEL expression (派生指标)."""

    code: Code
    names: Names
    unit: Text
    decimals: Annotated[int, Field(ge=0, le=6)]
    direction: Literal["up", "down", "none"]
    expression: Text
    words: Names
    source: Source
    valid_from: From
    valid_until: Until = None
    about: Literal["unit", "enterprise"] = "unit"
    theme: str = ""
    aliases: tuple[Text, ...] = ()
    formerly: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleInput(Strict):
    """A name a rule's expression may use, and what stands behind it."""

    name: Text
    en: Text
    what: Text
    type: Literal["number", "text", "boolean", "date"] = "number"


@dataclass(frozen=True, slots=True)
class RuleRow(Strict):
    """One line of a rule: the first line whose condition is true gives the value."""

    when: Text
    gives: Scalar
    words: Names


@dataclass(frozen=True, slots=True)
class Rule(Strict):
    """A decision (规则) over named inputs: rows tried from the top, or one expression."""

    code: Code
    names: Names
    inputs: tuple[RuleInput, ...]
    words: Names
    source: Source
    valid_from: From
    valid_until: Until = None
    kind: Literal["light", "check", "value"] = "value"
    expression: str | None = None
    rows: tuple[RuleRow, ...] = ()
    otherwise: Scalar = None
    severity: Literal["error", "warning", "question"] | None = None
    formerly: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Card(Strict):
    """One figure of a board: which measure, how it is shown and what it is held against."""

    code: Code
    names: Names
    measure: str
    show: Literal["level", "growth", "rate"]  # rate: the first of `beside` leads, else the progress
    target: Literal["level", "growth", "none"]
    scope: Names
    city: bool = False
    light: Code | None = None
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part(Strict):
    """A piece of a board's sentence: a template in both languages and when it is said."""

    code: Code
    zh: str
    en: str
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Board(Strict):
    """A page of cards and a table of parks, in the order in which they are shown."""

    code: Code
    names: Names
    cards: tuple[Card, ...]
    sentence: tuple[Part, ...]
    source: Source
    valid_from: From
    valid_until: Until = None
    parks: tuple[str, ...] = ()
    months: Annotated[int, Field(ge=1, le=120)] = 24
    reds: Annotated[int, Field(ge=0, le=50)] = 5
    formerly: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger as its pack declares it: what the sheet engine needs, and what people and rules need besides."""

    spec: LedgerSpec
    source: Source
    valid_from: date
    valid_until: date | None = None
    formerly: tuple[str, ...] = ()
    frequency: str = ""  # month | quarter | year | "": whenever it changes
    note: Names | None = None

    @property
    def code(self) -> str:
        """Return the ledger's code."""
        return self.spec.code


@dataclass(frozen=True, slots=True)
class Table:
    """A table of codes (码表): rows of text under named columns, first column the code."""

    code: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    source: Source | None = None  # null: every row names its own

    def column(self, name: str) -> tuple[str, ...]:
        """Return one column; raises ValueError for a column the table does not have."""
        index = self.columns.index(name)
        return tuple(row[index] for row in self.rows)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day the State Council moved: off on what would be worked, or worked on what would be off."""

    day: date
    off: bool
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """A year of the working-day table and whether its notice has been published."""

    year: int
    official: bool
    notice: str
    url: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The moved days of several years; a day it does not list is worked from Monday to Friday."""

    code: str
    years: tuple[CalendarYear, ...]
    days: tuple[Holiday, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A situation and what must come of it, asserted by `qipan check`."""

    name: str
    subject: str  # `indicator:<code>`, `rule:<code>` or `health:<code>`
    given: Mapping[str, Scalar]
    expect: Scalar
    where: Where
    on: date | None = None
    places: int | None = None  # compare numbers rounded to so many places


@dataclass(frozen=True, slots=True)
class Pack:
    """A definition pack (定义包) that has been read whole."""

    id: str
    version: str
    names: Names
    needs: tuple[str, ...]
    licence: str
    generated: bool = False
    measures: tuple[Measure, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    ledgers: tuple[Ledger, ...] = ()
    boards: tuple[Board, ...] = ()
    layouts: tuple[BoardLayout, ...] = ()
    rules: tuple[Rule, ...] = ()
    health: tuple[HealthCheck, ...] = ()
    tables: tuple[Table, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    roles: tuple[Role, ...] = ()
    cases: tuple[Case, ...] = ()
    fields: tuple[CustomField, ...] = ()
    removes: tuple[str, ...] = ()
    places: Mapping[str, Where] = field(default_factory=dict[str, Where])
    digest: str = ""  # SHA-256 over the pack's files

    def where(self, thing: str) -> Where:
        """Return where `measure:<code>`, `rule:<code>` … is declared."""
        return self.places.get(thing, Where(file=self.id))


@dataclass(frozen=True, slots=True)
class PackRead:
    """What came of reading a folder: the pack as far as it is sound, and every problem found."""

    pack: Pack | None
    problems: tuple[Problem, ...]


def as_dict(thing: Any) -> Mapping[str, object]:
    """Return a noun's fields by name, for comparing and for showing a definition whole."""
    return {name: getattr(thing, name) for name in thing.__dataclass_fields__}
