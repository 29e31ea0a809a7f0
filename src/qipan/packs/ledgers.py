"""What can be wrong with a ledger: columns that write nowhere, keys nobody declared, unreadable checks."""

from __future__ import annotations

import re

from qipan.engine.feel import parse
from qipan.engine.problem import Problem
from qipan.engine.sheets.spec import ColumnSpec, ColumnType, Layout
from qipan.packs.model import Ledger
from qipan.packs.resolve import Resolved
from qipan.packs.validate import nearest
from qipan.packs.vocabulary import placed

# What the registry can take, by noun (see registry.models).
FIELDS: dict[str, tuple[str, ...]] = {
    "unit": ("code", "name", "name_en", "kind", "parent", "aliases", "opened", "closed", "successors", "sort", "note"),
    "enterprise": (
        "name", "uscc", "former_names", "aliases", "unit", "industry", "kind", "registered", "capital", "currency",
        "scope", "province", "city", "address", "region", "status", "size", "above_scale", "person", "phone",
        "longitude", "latitude", "datum", "note",
    ),
    "qualification": ("kind", "number", "since", "until", "note"),
}  # fmt: skip
FIELD = re.compile(r"[a-z][a-z0-9_]*")
SCREENS = {"unit": "units", "enterprise": "firms", "qualification": "qualifications"}
ROLES = (
    "key", "subject", "measure", "unit", "period", "value", "yoy", "target", "progress",
    "city_value", "city_yoy", "city_rank", "city_places", "basis", "scope", "note",
)  # fmt: skip


def lint_ledger(resolved: Resolved, ledger: Ledger) -> list[Problem]:
    """Return everything wrong with a ledger, in the order of its file."""
    spec, place = ledger.spec, f"ledger:{ledger.code}"
    found: list[Problem] = []
    codes = [column.code for column in spec.columns]
    for index, column in enumerate(spec.columns):
        field = f"{place}.columns.{index}"
        if codes.index(column.code) != index:
            where = resolved.where(f"{field}.code")
            found.append(
                Problem.of("packs.duplicate-code", where=where, thing="column", known=column.code, first=place)
            )
        found += _column(resolved, column, field, spec.noun)
    if spec.layout is Layout.ROWS:
        found += _same_heading(resolved, ledger)
    for key in spec.key:
        if key not in codes:
            where = resolved.where(f"{place}.key")
            found.append(Problem.of("packs.unknown-code", where=where, known=key, near=nearest(key, codes)))
    for measure in spec.measures:
        if measure not in resolved.measures:
            where, near = resolved.where(f"{place}.measures"), nearest(measure, resolved.measures)
            found.append(Problem.of("packs.unknown-code", where=where, known=measure, near=near))
    names = {name: column.code for column in spec.columns for name in (*column.names, column.code)}
    for index, check in enumerate(spec.checks):
        where = resolved.where(f"{place}.checks.{index}.expression")
        found += placed(parse(check.expression, names), where).problems
    return found


def _column(resolved: Resolved, column: ColumnSpec, field: str, own: str) -> list[Problem]:
    found: list[Problem] = []
    if column.type is ColumnType.CHOICE and not column.allowed:
        found.append(Problem.of("packs.missing", where=resolved.where(field), field="allowed"))
    if column.unit is not None and column.unit not in resolved.units.units:
        where, near = resolved.where(f"{field}.unit"), nearest(column.unit, resolved.units.units)
        found.append(Problem.of("packs.unknown-unit", where=where, unit=column.unit, near=near))
    valid = _valid(resolved, column.writes, own)
    if valid is not None:
        where = resolved.where(f"{field}.writes")
        found.append(Problem.of("packs.unknown-code", where=where, known=column.writes, near=valid))
    return found


def _valid(resolved: Resolved, writes: str, own: str) -> str | None:
    """Return null where `writes` leads somewhere, else what it could have been.

    What a desk keeps of its `own` noun only the desk knows: a field it has not is told when a sheet is loaded.
    """
    if not writes or writes in ROLES:
        return None
    kind, _, code = writes.partition(":")
    if kind == "fact":
        return None if code in resolved.measures else nearest(code, resolved.measures)
    if kind == "qualification" and code:
        table = resolved.tables.get("qualifications")
        known = table.column("code") if table else ()
        return None if code in known else nearest(code, known)
    noun, _, name = writes.partition(".")
    if noun in FIELDS:
        return None if name in FIELDS[noun] or _custom(resolved, noun, name) else "、".join(FIELDS[noun])
    if noun == own and name and FIELD.fullmatch(name):
        return None
    return "、".join((*FIELDS, *ROLES, "fact:…", "qualification:…"))


def _custom(resolved: Resolved, noun: str, name: str) -> bool:
    """Tell whether a pack adds the field to the noun, by its own name or by that of its screen."""
    return any(one.code == name and one.screen in {noun, SCREENS.get(noun)} for one in resolved.fields.values())


def _same_heading(resolved: Resolved, ledger: Ledger) -> list[Problem]:
    owner: dict[str, str] = {}
    found: list[Problem] = []
    for index, column in enumerate(ledger.spec.columns):
        for name in dict.fromkeys(column.names):
            first = owner.setdefault(name.casefold(), column.code)
            if first != column.code:
                where = resolved.where(f"ledger:{ledger.code}.columns.{index}.names")
                found.append(Problem.of("packs.same-name", where=where, name=name, known=column.code, first=first))
    return found
