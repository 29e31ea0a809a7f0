"""How each kind of pack file is written, and the way from what is written to the nouns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from qipan.engine.sheets.spec import CheckSpec, ColumnSpec, ColumnType, Contract, Layout, LedgerSpec
from qipan.packs.fields import CustomField
from qipan.packs.health import HealthCheck
from qipan.packs.layouts import BoardLayout
from qipan.packs.model import Board, Code, Indicator, Ledger, Measure, Names, Rule, Source, Text
from qipan.packs.roles import Role

ColumnCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]*$", max_length=64)]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnWritten(_Written):
    """A column of a ledger file."""

    code: ColumnCode
    names: Annotated[tuple[Text, ...], Field(min_length=1)]
    en: Text
    type: ColumnType = ColumnType.TEXT
    writes: str = ""
    unit: str | None = None
    required: bool = False
    allowed: tuple[Text, ...] = ()
    reading: Literal["actual", "target", "expected"] = "actual"
    basis: Literal["single", "cumulative", "stock"] | None = None
    note: str = ""

    def spec(self) -> ColumnSpec:
        return ColumnSpec(**{name: getattr(self, name) for name in type(self).model_fields})


class CheckWritten(_Written):
    """A check of a ledger file."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=64)]
    expression: Text
    severity: Literal["error", "warning", "question"]
    zh: Text
    en: Text

    def spec(self) -> CheckSpec:
        return CheckSpec(self.code, self.expression, self.severity, self.zh, self.en)


class LedgerWritten(_Written):
    """A ledger file."""

    code: Code
    names: Annotated[tuple[Text, ...], Field(min_length=1)]
    en: Text
    layout: Layout
    noun: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=64)]
    columns: Annotated[tuple[ColumnWritten, ...], Field(min_length=1)]
    source: Source
    valid_from: Annotated[date, Field(alias="from")]
    valid_until: Annotated[date | None, Field(alias="until")] = None
    key: tuple[ColumnCode, ...] = ()
    unknown_column: Contract = Contract.EXTRA
    bad_row: Contract = Contract.DROP_ROW
    title_words: tuple[Text, ...] = ()
    measures: tuple[Text, ...] = ()
    period_from: Literal["header", "title", "column", "none"] = "header"
    checks: tuple[CheckWritten, ...] = ()
    formerly: tuple[Code, ...] = ()
    frequency: Literal["month", "quarter", "year", ""] = ""
    direct_report: bool = False
    note: Names | None = None

    def ledger(self, pack: str) -> Ledger:
        """Return the noun; the engine's spec names the pack and the source as text."""
        spec = LedgerSpec(
            code=self.code,
            names=self.names,
            en=self.en,
            layout=self.layout,
            noun=self.noun,
            columns=tuple(column.spec() for column in self.columns),
            key=self.key,
            unknown_column=self.unknown_column,
            bad_row=self.bad_row,
            title_words=self.title_words,
            measures=self.measures,
            period_from=self.period_from,
            checks=tuple(check.spec() for check in self.checks),
            pack=pack,
            source=" ".join(part for part in (self.source.doc, self.source.clause) if part),
            direct_report=self.direct_report,
        )
        return Ledger(spec, self.source, self.valid_from, self.valid_until, self.formerly, self.frequency, self.note)


class PackWritten(_Written):
    """The file `pack.yaml`."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
    version: Annotated[str, Field(pattern=r"^[0-9]{4}\.[0-9]{1,2}(\.[0-9]{1,4})?$")]
    names: Names
    licence: Text
    needs: tuple[str, ...] = ()
    generated: bool = False
    removes: tuple[str, ...] = ()


class CaseWritten(_Written):
    """One case of a file in `cases/`."""

    name: Text
    given: dict[str, str | int | Decimal | bool | date | None]
    expect: str | int | Decimal | bool | date | None
    of: Annotated[str, Field(pattern=r"^(indicator|rule|health):[a-z][a-z0-9_]*$")]
    on: date | None = None
    places: Annotated[int, Field(ge=0, le=12)] | None = None


class TableWritten(_Written):
    """The `.yaml` beside a table: what the table is and where it comes from."""

    names: Names
    source: Source


@dataclass(frozen=True, slots=True)
class Kind:
    """A folder of a pack: how its files are validated and what the things in it are called."""

    folder: str
    thing: str
    adapter: TypeAdapter[Any]
    written: type[Any]


KINDS: Mapping[str, Kind] = {
    kind.folder: kind
    for kind in (
        Kind("measures", "measure", TypeAdapter(Measure), Measure),
        Kind("indicators", "indicator", TypeAdapter(Indicator), Indicator),
        Kind("ledgers", "ledger", TypeAdapter(LedgerWritten), LedgerWritten),
        Kind("boards", "board", TypeAdapter(Board), Board),
        Kind("layouts", "layout", TypeAdapter(BoardLayout), BoardLayout),
        Kind("rules", "rule", TypeAdapter(Rule), Rule),
        Kind("health", "health", TypeAdapter(HealthCheck), HealthCheck),
        Kind("fields", "field", TypeAdapter(CustomField), CustomField),
        Kind("roles", "role", TypeAdapter(Role), Role),
        Kind("cases", "case", TypeAdapter(CaseWritten), CaseWritten),
    )
}
PACK = TypeAdapter(PackWritten)
TABLE = TypeAdapter(TableWritten)

_HIDDEN = {"of", "sibling"}  # set by the reader, never written


@cache
def field_names(written: type[Any]) -> tuple[str, ...]:
    """Return the keys a written thing may have, as they are spelt in the file."""
    if issubclass(written, BaseModel):
        return tuple(info.alias or name for name, info in written.model_fields.items())
    spelt = {"valid_from": "from", "valid_until": "until"}
    hidden = _HIDDEN if written is Measure else set[str]()
    return tuple(spelt.get(entry.name, entry.name) for entry in fields(written) if entry.name not in hidden)
