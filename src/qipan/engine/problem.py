"""The one shape for everything that can be wrong: a row, a pack line, an API field, a failed check."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal, Self

import polars as pl

Language = Literal["zh", "en"]
Param = str | int | float | bool | None

# Problems of a large file travel as a frame; a million objects would not fit.
PROBLEM_SCHEMA: dict[str, pl.DataType] = {
    "code": pl.String(),
    "sheet": pl.Int32(),  # position of the sheet in its batch; null: the file as a whole
    "row": pl.Int64(),  # 1-based, as Excel shows it; null: the sheet as a whole
    "column": pl.Int32(),  # 0-based; null: the row as a whole
    "field": pl.String(),  # column code of the ledger
    "value": pl.String(),  # the text that stands in the cell
    "params": pl.String(),  # JSON of further template fields
}


class Severity(StrEnum):
    """How much a problem stops: an error refuses, a question waits for a person, a warning passes, info tells."""

    ERROR = "error"
    QUESTION = "question"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Where:
    """A place a person can find: file › sheet › row › column."""

    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def text(self, language: Language = "zh") -> str:
        """Return the place as a path; rows as Excel numbers them."""
        row = None if self.row is None else (f"第{self.row}行" if language == "zh" else f"row {self.row}")
        return " › ".join(part for part in (self.file, self.sheet, row, self.column) if part)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a problem catalogue: what a code means, in both languages."""

    code: str
    severity: Severity
    message: Mapping[str, str]
    hint: Mapping[str, str]


class _Shown(dict[str, Param]):
    """Template fields in which an unknown one shows as an ellipsis instead of failing a report about a failure."""

    def __missing__(self, key: str) -> str:
        return "…"


@cache
def catalogue() -> Mapping[str, Entry]:
    """Every known problem by its code, read from the `problems.csv` that stands in each room.

    Raises ValueError where a code stands twice: two meanings of one code would make both useless.
    """
    found: dict[str, Entry] = {}
    root = Path(__file__).resolve().parent.parent
    for path in sorted(root.rglob("problems.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["code"] in found:
                    raise ValueError(f"{path}: problem code {row['code']} stands twice")
                found[row["code"]] = Entry(
                    row["code"],
                    Severity(row["severity"]),
                    {"zh": row["zh"], "en": row["en"]},
                    {"zh": row["zh_hint"], "en": row["en_hint"]},
                )
    return found


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it is and what to do about it."""

    code: str
    where: Where = field(default_factory=Where)
    params: Mapping[str, Param] = field(default_factory=dict[str, Param])
    severity: Severity = Severity.ERROR

    @classmethod
    def of(cls, code: str, /, *, where: Where | None = None, severity: Severity | None = None, **params: Param) -> Self:
        """Return the problem `code` at `where`; raises KeyError for a code no catalogue lists."""
        entry = catalogue()[code]
        return cls(code, where or Where(), params, severity or entry.severity)

    def message(self, language: Language = "zh") -> str:
        """Return what is wrong, as a sentence."""
        return catalogue()[self.code].message[language].format_map(_Shown(self.params))

    def hint(self, language: Language = "zh") -> str:
        """Return what to do about it, as a sentence."""
        return catalogue()[self.code].hint[language].format_map(_Shown(self.params))

    def as_json(self, language: Language = "zh") -> dict[str, object]:
        """Return the problem as `application/problem+json` members."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "message": self.message(language),
            "hint": self.hint(language),
            "where": self.where.text(language),
        }


def stops(problems: Iterable[Problem]) -> bool:
    """Tell whether any problem is an error."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def no_problems() -> pl.DataFrame:
    """Return an empty problem frame."""
    return pl.DataFrame(schema=PROBLEM_SCHEMA)
