"""The zone's own fields in sheets: told by their headings or by the ledger, typed, and kept in the noun's `extra`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import polars as pl
from django.utils import timezone

from qipan.engine.problem import Language
from qipan.packs import Resolved
from qipan.platform.imports.plan import PREVIEW_SCHEMA, Plan, Update, problem_rows
from qipan.platform.screens.custom import added_columns, fields_of
from qipan.platform.screens.declaration import Column, Screen
from qipan.platform.screens.fields import CUSTOM, kept_in_extra, read_field
from qipan.platform.screens.words import shown

OWN = "own:"  # before the code of a field that the ledger itself names, in frames
HEADING = re.compile(r"^\s*(?P<name>[^（(\[]*?)\s*(?:[（(\[](?P<unit>[^）)\]]*)[）)\]])?\s*$")
PARAMS = ("name", "name_en", "unit", "limit")
LANGUAGES: tuple[tuple[Language, str], ...] = (("zh", ""), ("en", "_en"))


def names_of(screen: Screen, definitions: Resolved) -> dict[str, Column]:
    """Return the headings that mean a field of the zone's own, as they are compared, with its column."""
    columns = {column.code: column for column in added_columns(screen)}
    found: dict[str, Column] = {}
    for code, one in fields_of(definitions, screen, timezone.localdate()).items():
        for name in (one.names.zh, one.names.en, one.code, *one.aliases):
            if code in columns:
                found[name.casefold()] = columns[code]
    return found


def understood(rows: pl.DataFrame, screen: Screen, definitions: Resolved, plan: Plan, unread: str) -> pl.DataFrame:
    """Return `rows` with the zone's own fields out of column `unread` (JSON) and of `own:<code>`, typed.

    They stand in `unread` again, under their codes, and alone in `own` (JSON, null where a row has none). What cannot
    be read stays under its heading, and is told.
    """
    names = names_of(screen, definitions)
    told = [column for column in rows.columns if column.startswith(OWN)]
    if not names:
        return rows.drop(told).with_columns(pl.lit(None, dtype=pl.String).alias("own"))
    kept: list[str | None] = []
    own: list[str | None] = []
    wrong: list[dict[str, Any]] = []
    for sheet, row, text, *given in rows.select("sheet", "row", unread, *told).iter_rows():
        said = json.loads(text) if text else {}
        said.update(
            {code.removeprefix(OWN): value for code, value in zip(told, given, strict=True) if value is not None}
        )
        typed = _typed(said, screen, names, definitions, {"sheet": sheet, "row": row}, wrong)
        rest = {**said, **typed}
        kept.append(json.dumps(rest, ensure_ascii=False) if rest else None)
        own.append(json.dumps(typed, ensure_ascii=False) if typed else None)
    _tell(wrong, plan)
    texts = (pl.Series(unread, kept, dtype=pl.String), pl.Series("own", own, dtype=pl.String))
    return rows.drop(told).with_columns(*texts)


def _typed(
    said: dict[str, str], screen: Screen, names: Mapping[str, Column], definitions: Resolved, place: dict[str, Any],
    wrong: list[dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """Take the zone's own fields out of what a row says, and return them typed."""
    found: dict[str, Any] = {}
    for heading in list(said):
        parts = HEADING.fullmatch(heading)
        column = names.get(parts["name"].casefold()) if parts is not None else None
        if column is None or parts is None:
            continue
        unit = parts["unit"] if parts["unit"] in definitions.units.units else ""
        text = str(said[heading])
        read = read_field(screen, column, text + unit if text[-1:].isdigit() else text, None)
        if read.problem is not None:
            wrong.append(
                {**place, "value": text, "code": read.problem.code, "field": column.code, **read.problem.params}
            )
        elif read.value is not None:
            del said[heading]
            found[column.code] = kept_in_extra(read.value)
    return found


def _tell(wrong: list[dict[str, Any]], plan: Plan) -> None:
    for code, field in dict.fromkeys((one["code"], one["field"]) for one in wrong):
        mine = [
            {
                "sheet": one["sheet"],
                "row": one["row"],
                "value": str(one["value"]),
                **{p: str(one.get(p, "")) for p in PARAMS},
            }
            for one in wrong
            if (one["code"], one["field"]) == (code, field)
        ]
        plan.problems.append(problem_rows(code, pl.DataFrame(mine), field=field, params={p: p for p in PARAMS}))


def changes(screen: Screen, rows: pl.DataFrame, plan: Plan) -> pl.Series:
    """Plan the fields of known records that the sheet gives otherwise; returns the records that change.

    `rows` has `id`, `name`, `own`, `extra_now` (JSON), `sheet`, `row`.
    """
    changed: list[dict[str, Any]] = []
    columns = {column.code: column for column in added_columns(screen)}
    for key, name, own, now, sheet, row in rows.filter(pl.col("own").is_not_null()).select(
        "id", "name", "own", "extra_now", "sheet", "row"
    ).iter_rows():  # fmt: skip
        before = json.loads(now) if now else {}
        given = json.loads(own)
        if all(before.get(code) == value for code, value in given.items()):
            continue
        sides = {"before": before or None, "after": {**before, **given}}
        texts = {side: json.dumps(value, ensure_ascii=False) for side, value in sides.items() if value is not None}
        changed.append({"id": key, "before": None, **texts, "sheet": sheet, "row": row})
        for code in (code for code, value in given.items() if before.get(code) != value):
            place = {"sheet": sheet, "row": row, "key": key}
            _preview(screen, columns[code], name, before.get(code), given[code], place, plan)
    if not changed:
        return pl.Series("subject", [], dtype=pl.Int64)
    schema = {"id": pl.Int64, "before": pl.String, "after": pl.String, "sheet": pl.Int64, "row": pl.Int64}
    frame = pl.DataFrame(changed, schema=schema)
    plan.updates.append(Update(screen.model, CUSTOM, frame))
    return frame["id"].alias("subject")


def _preview(
    screen: Screen, column: Column, name: str, before: Any, after: Any, place: dict[str, Any], plan: Plan
) -> None:
    row: dict[str, Any] = {
        "noun": screen.called, "kind": "changed", "label": name, "label_en": name, "field": column.code, **place,
    }  # fmt: skip
    for value, side in ((before, "old"), (after, "new")):
        for language, ending in LANGUAGES:
            row[side + ending] = shown(screen, column, value, None, language)
    plan.previews.append(pl.DataFrame([row], schema=PREVIEW_SCHEMA))
