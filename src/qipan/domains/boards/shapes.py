"""What a filled board is made of: every number carries the address of its drawer, or is not there."""

from __future__ import annotations

from dataclasses import dataclass, field

from qipan.packs.layouts import Tile
from qipan.platform.term import Term

NOTHING = Term("", "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A board as it is opened, whether a pack brought it or somebody made it."""

    key: str
    name: Term
    tiles: tuple[Tile, ...]
    seconds: int
    note: Term = NOTHING
    roles: tuple[str, ...] = ()
    number: int = 0  # of a board people made; 0: a pack's
    version: int = 0
    owner: int | None = None
    link: str = ""
    source: Term = NOTHING  # where a pack's board comes from


@dataclass(frozen=True, slots=True)
class Number:
    """A number as a person reads it, in its unit, with the token of the drawer that says why."""

    text: str
    unit: Term
    why: str
    value: float


@dataclass(frozen=True, slots=True)
class FigureBody:
    """One figure: the number that leads, and what is read with it."""

    lead: Number
    beside: Number | None  # growth under a value, the value under growth
    kind: Term  # of the growth: 可比价, 同口径, 现价
    grown: bool  # growth leads
    target: Number | None
    progress: Number | None
    scope: Term
    period: Term
    direction: str
    locked: bool


@dataclass(frozen=True, slots=True)
class Point:
    """A month of a line; unknown ones have neither text nor address."""

    period: int
    value: float | None
    text: str
    why: str
    broken: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of months."""

    unit: int
    name: Term  # of the unit it is about
    points: tuple[Point, ...]

    @property
    def last(self) -> Point | None:
        """The newest known point."""
        return next((point for point in reversed(self.points) if point.value is not None), None)


@dataclass(frozen=True, slots=True)
class TrendBody:
    """One line, or one of every park: small multiples on one scale."""

    lines: tuple[Line, ...]
    measure: Term
    of: Term  # the unit of measure
    basis: Term
    scope: Term
    many: bool


@dataclass(frozen=True, slots=True)
class Rank:
    """A unit's place among those the reader may see."""

    place: int
    unit: int
    name: Term
    value: Number
    growth: Number | None
    share: float  # of the longest bar, −1 … 1


@dataclass(frozen=True, slots=True)
class RankingBody:
    """Units in order; `unknown` names those without a figure."""

    rows: tuple[Rank, ...]
    measure: Term
    of: Term
    period: Term
    growth: bool
    unknown: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure in a table."""

    code: str
    name: Term
    period: Term
    value: Number | None
    growth: Number | None
    target: Number | None
    progress: Number | None
    locked: bool


@dataclass(frozen=True, slots=True)
class TableBody:
    """Measures of one unit, one a row."""

    rows: tuple[MeasureRow, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a park has of a measure: value, growth, its place among the parks, and the length of its bar."""

    value: Number | None
    growth: Number | None
    place: int | None
    share: float


@dataclass(frozen=True, slots=True)
class ParkRow:
    """A park beside the others."""

    unit: int
    name: Term
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ParkColumn:
    """A measure parks are compared by."""

    code: str
    name: Term
    of: Term
    period: Term
    rising: bool  # more is better: the first place is the largest


@dataclass(frozen=True, slots=True)
class ParksBody:
    """Parks side by side."""

    columns: tuple[ParkColumn, ...]
    rows: tuple[ParkRow, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a funnel: a measure's figure, or records counted, which open as the list they were counted in."""

    name: Term
    number: Number | None  # of a measure
    count: int | None  # of records
    list: str  # query of the list
    share: float  # of the widest step, 0 … 1
    of_before: float | None  # of the step before, in percent
    period: Term = NOTHING


@dataclass(frozen=True, slots=True)
class FunnelBody:
    """Steps one below the other, the widest being the whole."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class MapBody:
    """Parks and firms on a map; drawn by the page, which asks for what its reader may see."""

    unit: int | None
    industry: str
    title: str


@dataclass(frozen=True, slots=True)
class TextBody:
    """What somebody wrote on the board."""

    text: Term


Body = FigureBody | TrendBody | RankingBody | TableBody | ParksBody | FunnelBody | MapBody | TextBody


@dataclass(frozen=True, slots=True)
class Filled:
    """A tile with what it shows; `body` None and a sentence where there is nothing to show."""

    tile: Tile
    title: Term
    body: Body | None
    empty: Term = NOTHING
    whose: Term = NOTHING  # the unit, where it is not the board's
    own_period: Term = NOTHING  # the period, where the tile fixes one


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit a board can be opened for."""

    unit: int
    code: str
    kind: str
    name: Term


@dataclass(frozen=True, slots=True)
class Page:
    """A board filled for a reader, a unit and a period."""

    sheet: Sheet
    unit: UnitChoice
    units: tuple[UnitChoice, ...]
    period: int
    period_name: Term
    periods: tuple[tuple[int, Term], ...]
    tiles: tuple[Filled, ...]
    change: int = field(default=0)
