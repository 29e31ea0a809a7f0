"""What a load is going to write, worked out before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import polars as pl
from django.db import models

from qipan.engine.problem import PROBLEM_SCHEMA
from qipan.engine.sheets import Amendments, Extract, Recognition
from qipan.engine.sheets.book import Book, Sheet
from qipan.engine.sheets.spec import LedgerSpec
from qipan.packs import Resolved

Progress = Callable[[str, int, int], None]

# What a person is shown before saying yes. `kind` is new, changed, same or conflict.
PREVIEW_SCHEMA: dict[str, pl.DataType] = {
    "noun": pl.String(),
    "kind": pl.String(),
    "label": pl.String(),  # the firm's or unit's name; of a figure also its measure and period
    "label_en": pl.String(),
    "field": pl.String(),  # field of the noun, or measure code
    "old": pl.String(),
    "new": pl.String(),
    "old_en": pl.String(),
    "new_en": pl.String(),
    "sheet": pl.Int32(),
    "row": pl.Int64(),
    "key": pl.Int64(),  # of what stands there already (a figure's own number); null: nothing yet
}

# A record in a sheet nobody could tell for certain; `candidates` is JSON.
ASKED_SCHEMA: dict[str, pl.DataType] = {
    "name": pl.String(),
    "name_key": pl.String(),
    "uscc": pl.String(),
    "problem": pl.String(),
    "candidates": pl.String(),
    "sheet": pl.Int64(),
    "row": pl.Int64(),
}

# What a person said of such a record: the subject it is, or (null) that it is one of its own.
VERDICT_SCHEMA: dict[str, pl.DataType] = {
    "name": pl.String(),
    "name_key": pl.String(),
    "uscc": pl.String(),
    "subject": pl.Int64(),
    "by_name": pl.String(),
}

# What a load did, kept with its batch: enough to show and to undo it.
CHANGE_SCHEMA: dict[str, pl.DataType] = {
    "table": pl.String(),
    "op": pl.String(),  # insert | update | supersede
    "id": pl.Int64(),
    "field": pl.String(),  # of an update
    "before": pl.String(),  # JSON
    "after": pl.String(),  # JSON
    "sheet": pl.Int32(),
    "row": pl.Int64(),
}


def silent(step: str, done: int, total: int) -> None:
    """Tell nobody how far the work is."""


@dataclass(frozen=True, slots=True)
class SheetRead:
    """One sheet as it was understood; `number` is its place in the batch."""

    number: int
    book: Book
    sheet: Sheet
    recognition: Recognition
    ledger: LedgerSpec | None
    extract: Extract | None
    changes: Amendments = field(default_factory=Amendments)  # made before it was read; `sheet` is as it came
    taught: bool = False  # a person said which ledger or columns: to be remembered
    units: tuple[tuple[str, str], ...] = ()  # headings whose unit a person said


@dataclass(frozen=True, slots=True)
class Insert:
    """Rows for a table. Columns named in `subjects` hold subject ids; a negative one is provisional."""

    model: type[models.Model]
    frame: pl.DataFrame
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """New values of one field: a frame `id`, `before`, `after`, `sheet`, `row`.

    Columns named in `subjects` may hold provisional ids; so does `after` where the field points at a subject.
    """

    model: type[models.Model]
    field: str
    frame: pl.DataFrame
    subjects: tuple[str, ...] = ("id",)


@dataclass(frozen=True, slots=True)
class Supersede:
    """Rows that end with this load and stay as history: a frame `id`, `sheet`, `row`; the model has `superseded_by`."""

    model: type[models.Model]
    frame: pl.DataFrame


@dataclass(slots=True)
class Counts:
    """How many items of a noun are new, changed, the same, refused or conflicting."""

    read: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    conflicts: int = 0

    def add(self, other: Counts) -> None:
        """Count `other` in."""
        for name in ("read", "new", "changed", "same", "refused", "conflicts"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Plan:
    """Everything a load will write, with what a person sees of it beforehand.

    `nouns` lists the noun of every provisional subject in order: provisional id −1 is the first.
    """

    change_number: int
    nouns: list[pl.Series] = field(default_factory=list)
    inserts: list[Insert] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    superseded: list[Supersede] = field(default_factory=list)
    counts: dict[str, Counts] = field(default_factory=dict)
    previews: list[pl.DataFrame] = field(default_factory=list)
    # Kept only for who wants to see all of it: what is new, the same or in conflict may be a million rows.
    whole: bool = False
    further: list[Callable[[], pl.DataFrame]] = field(default_factory=list)
    problems: list[pl.DataFrame] = field(default_factory=list)
    asked: list[pl.DataFrame] = field(default_factory=list)  # ASKED_SCHEMA: whom nobody could tell for certain
    verdicts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=VERDICT_SCHEMA))
    touched: list[tuple[int, str, int]] = field(default_factory=list)  # returns: unit, ledger, period
    subjects: dict[int, pl.DataFrame | None] = field(
        default_factory=dict
    )  # sheet → record, subject: asked once a sheet
    # Where the subjects of desks' records stand: frames `subject_id`, `unit_id`, for the scope of their figures.
    homes: list[pl.DataFrame] = field(default_factory=list)
    first_subject: int = 0  # the id provisional −1 became; set when the plan is written

    def provisional(self, noun: int, count: int) -> pl.Series:
        """Return `count` provisional subject ids for new records of `noun`."""
        start = sum(part.len() for part in self.nouns)
        self.nouns.append(pl.repeat(noun, count, dtype=pl.Int16, eager=True))
        return pl.int_range(-start - 1, -start - 1 - count, -1, eager=True, dtype=pl.Int64)

    def count(self, noun: str, counts: Counts) -> None:
        """Count items of `noun` in."""
        self.counts.setdefault(noun, Counts()).add(counts)

    def problem_frame(self) -> pl.DataFrame:
        """Return all problems as one frame."""
        return pl.concat(self.problems) if self.problems else pl.DataFrame(schema=PROBLEM_SCHEMA)

    def preview_frame(self) -> pl.DataFrame:
        """Return what is going to change as one frame."""
        return _previews(self.previews)

    def also(self, make: Callable[[], pl.DataFrame]) -> None:
        """Have `make` add to the preview, where all of it is wanted."""
        if self.whole:
            self.further.append(make)

    def whole_preview(self) -> pl.DataFrame:
        """Return everything the load says of the records: changed, new, in conflict and the same."""
        return _previews([*self.previews, *(make() for make in self.further)])

    def asked_frame(self) -> pl.DataFrame:
        """Return whom nobody could tell for certain."""
        return pl.concat(self.asked) if self.asked else pl.DataFrame(schema=ASKED_SCHEMA)

    @property
    def empty(self) -> bool:
        """Whether nothing at all would be written."""
        writes = any(insert.frame.height for insert in self.inserts) or any(part.frame.height for part in self.updates)
        return not writes and not any(part.frame.height for part in self.superseded)


def _previews(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the parts as one frame of PREVIEW_SCHEMA, in whichever order each writer named the columns."""
    empty = pl.DataFrame(schema=PREVIEW_SCHEMA)
    return pl.concat([empty, *(part.select(empty.columns) for part in parts)])


@dataclass(frozen=True, slots=True)
class For:
    """For whom a load is: the unit its figures belong to where the sheet names none, and the definitions in force."""

    unit: int | None  # null: the zone, which this very load may bring
    resolved: Resolved
    allowed: frozenset[int] | None = None  # units the actor may write for; null: all
    verdicts: pl.DataFrame | None = None  # VERDICT_SCHEMA: given with this load, not yet on record
    whole: bool = False  # somebody will look at all of it, not only at what changes


class Writer(Protocol):
    """What a noun does with the sheets that carry it: add to the plan what they will write."""

    def __call__(self, sheets: Sequence[SheetRead], target: For, plan: Plan, progress: Progress) -> None: ...


# Nouns that are known only once desks have declared them.
Nouns = Callable[[], frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Registered:
    nouns: frozenset[str]
    order: int
    writer: Writer
    also: Nouns | None = None

    def takes(self) -> frozenset[str]:
        """Return the nouns it plans."""
        return self.nouns | self.also() if self.also is not None else self.nouns


_writers: list[_Registered] = []


def writes(*nouns: str, order: int, also: Nouns | None = None) -> Callable[[Writer], Writer]:
    """Let a writer plan the sheets whose ledger is about `nouns`; lower `order` plans first (units before firms).

    `also` gives further nouns, asked for each time: those of desks are declared later.
    """

    def decorate(writer: Writer) -> Writer:
        _writers.append(_Registered(frozenset(nouns), order, writer, also))
        _writers.sort(key=lambda registered: registered.order)
        return writer

    return decorate


def make_plan(sheets: Sequence[SheetRead], target: For, change_number: int, progress: Progress = silent) -> Plan:
    """Return what loading `sheets` would write now."""
    plan = Plan(change_number, whole=target.whole)
    if target.verdicts is not None:
        plan.verdicts = target.verdicts
    known: frozenset[str] = frozenset()
    for registered in _writers:
        nouns = registered.takes()
        known |= nouns
        mine = [read for read in sheets if read.ledger is not None and read.ledger.noun in nouns]
        if mine:
            registered.writer(mine, target, plan, progress)
    _tell_unknown(sheets, known, plan)
    plan.inserts = [replace(one, frame=_fitted(one.model, one.frame, plan)) for one in plan.inserts]
    return plan


def _tell_unknown(sheets: Sequence[SheetRead], known: frozenset[str], plan: Plan) -> None:
    """Report the sheets whose ledger is about a noun no desk of this installation keeps."""
    for read in sheets:
        if read.ledger is None or read.extract is None or read.ledger.noun in known:
            continue
        noun, count = read.ledger.noun, read.extract.records.height
        place = pl.DataFrame({"sheet": [read.number], "row": [None], "value": [noun]})
        plan.problems.append(problem_rows("imports.unknown-noun", place))
        plan.count(noun, Counts(read=count, refused=count))


def _fitted(model: type[models.Model], frame: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Return the rows with texts cut to what their fields hold, and say so: PostgreSQL would refuse the whole load."""
    for one in model._meta.concrete_fields:
        column, limit = str(one.column), one.max_length
        if limit is None or column not in frame.columns or frame.schema[column] != pl.String:
            continue
        long = frame.filter(pl.col(column).str.len_chars() > limit)
        if not long.height:
            continue
        places = [pl.lit(None).alias(name) for name in ("sheet", "row") if name not in frame.columns]
        cut = pl.col(column).str.slice(0, 40)
        if not column.endswith("_key"):  # written beside the name, which says it
            said = long.with_columns(*places, cut.alias("value"), pl.lit(str(limit)).alias("limit"))
            without = said.drop("column", strict=False)
            plan.problems.append(problem_rows("imports.text-cut", without, field=one.name, params={"limit": "limit"}))
        frame = frame.with_columns(pl.col(column).str.slice(0, limit))
    return frame


def problem_rows(
    code: str, frame: pl.DataFrame, *, field: str | None = None, params: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """Return one problem for each row of `frame` (`sheet`, `row`, and `column`, `value` where it has them).

    `params` names the columns of `frame` that fill the message: {"old": "old_text"}.
    """
    empty = pl.lit(None, dtype=pl.String)
    packed = (
        pl.struct([pl.col(column).alias(name) for name, column in params.items()]).struct.json_encode()
        if params
        else empty
    )
    return frame.select(
        pl.lit(code).alias("code"),
        pl.col("sheet").cast(pl.Int32),
        pl.col("row").cast(pl.Int64),
        (pl.col("column").cast(pl.Int32) if "column" in frame.columns else pl.lit(None, dtype=pl.Int32)).alias(
            "column"
        ),
        pl.lit(field, dtype=pl.String).alias("field"),
        (pl.col("value").cast(pl.String) if "value" in frame.columns else empty).alias("value"),
        packed.alias("params"),
    )
