"""What a damaged code may have been: suggestions for a person, never applied by themselves."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import polars as pl

from qipan.engine.codes.columns import SEPARATORS, code_findings
from qipan.engine.codes.digits import (
    PROVINCES,
    is_organisation,
    is_registration,
    is_uscc,
    organisation_check,
    uscc_check,
)
from qipan.engine.problem import Problem, Where

# Characters that hands and scanners take for one another.
_ALIKE: Final = {
    "O": "0DQ", "I": "1", "Z": "2", "S": "5", "V": "UY", "0": "DQ", "D": "0", "Q": "0", "1": "L7", "L": "1", "7": "1",
    "2": "7", "5": "6", "8": "B3", "B": "8", "3": "8", "6": "G", "G": "6C", "C": "G", "U": "W", "W": "U", "4": "A",
    "A": "4", "M": "N", "N": "M", "P": "R", "R": "P", "E": "F", "F": "E", "X": "K", "K": "X", "9": "6",
}  # fmt: skip
_FORBIDDEN: Final = {"O": "0", "I": "1", "Z": "2", "S": "5", "V": "U"}
# Characters 3-8 of a credit code are digits, so a letter there is a misread digit.
_AS_DIGIT: Final = {"L": "1", "D": "0", "Q": "0", "B": "8", "U": "0", "G": "6"}


def _sound(code: str) -> bool:
    """Tell whether a code passes its checks and names a region; a registration number proves too little."""
    return is_organisation(code) or (is_uscc(code) and code[2:8].isdigit() and int(code[2:4]) in PROVINCES)


def _variants(code: str) -> Iterator[str]:
    """Yield what one slip of the hand turns into this code: likely slips first."""
    allowed = "".join(_FORBIDDEN.get(letter, letter) for letter in code)
    yield allowed
    if len(code) == 18:
        yield allowed[:2] + "".join(_AS_DIGIT.get(letter, letter) for letter in allowed[2:8]) + allowed[8:]
    for place, letter in enumerate(code):
        for other in _ALIKE.get(letter, ""):
            yield code[:place] + other + code[place + 1 :]
    for place in range(len(code) - 1):
        if code[place] != code[place + 1]:
            yield code[:place] + code[place + 1] + code[place] + code[place + 2 :]


def _last_character(code: str) -> str | None:
    """Return the code with its own check character put right, where only that one is wrong."""
    if len(code) == 18 and organisation_check(code[8:16]) == code[16]:
        right = uscc_check(code[:17])
        return None if right is None else code[:17] + right
    if len(code) == 9:
        right = organisation_check(code[:8])
        return None if right is None else code[:8] + right
    return None


def suggestions(text: str) -> tuple[str, ...]:
    """Return up to three valid codes that one slip turns into `text`, likeliest first; none where digits are lost."""
    code = tidy(text)
    whole, dot, rest = code.partition(".")
    if dot and not rest.strip("0"):
        # A spreadsheet keeps fifteen digits of a number; more than that were made up by it.
        code = whole if len(whole) <= 15 else ""
    found: list[str] = []
    for candidate in (code, *_variants(code)):
        sound = _sound(candidate) or (candidate == code and is_registration(candidate))
        if sound and candidate not in found:
            found.append(candidate)
    last = _last_character(code)
    if last is not None and last not in found and _sound(last):
        found.append(last)
    return tuple(found[:3])


def tidy(text: str) -> str:
    """Return one code as `normalise_code` reads it; blank stays blank."""
    return re.sub(SEPARATORS, "", unicodedata.normalize("NFKC", text).upper())


def _params(finding: str, text: str) -> dict[str, str | int]:
    silent = finding in ("codes.scientific", "codes.rounded")
    return {
        "value": text,
        "length": len(tidy(text)),
        "suggestion": "—" if silent else " / ".join(suggestions(text)) or "—",
    }


def uscc_problem(text: str) -> str | None:
    """Return the problem code of one credit code as written; null where it is fully right or blank."""
    return code_findings(pl.Series([text], dtype=pl.String)).item()


def code_problem(text: str, where: Where | None = None) -> Problem | None:
    """Return what is wrong with one code as written, with a suggestion where one slip explains it."""
    finding = uscc_problem(text)
    if finding is None:
        return None
    plain = Problem.of(finding, where=where)
    return replace(plain, params=_params(finding, text))


def code_problems(codes: pl.Series) -> pl.DataFrame:
    """Return one row a code that is not fully right: `index` u32, `code` str, `value` str, `params` str (JSON).

    Columns are named as in PROBLEM_SCHEMA, `index` counts the series from 0; equal texts are examined once.
    """
    text = codes.cast(pl.String).rename("value")
    frame = pl.DataFrame([text, code_findings(text).rename("code")]).with_row_index("index")
    wrong = frame.filter(pl.col("code").is_not_null())
    kinds = wrong.select("code", "value").unique(maintain_order=True)
    params = [json.dumps(_params(code, value), ensure_ascii=False) for code, value in kinds.iter_rows()]
    told = kinds.with_columns(pl.Series("params", params, dtype=pl.String))
    return wrong.join(told, on=["code", "value"], how="left", maintain_order="left").select(
        "index", "code", "value", "params"
    )
