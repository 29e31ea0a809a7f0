"""Names from the installed definitions: industries, titles, ledgers, units, as people of either language read them."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from qipan.engine.units import UnitTable
from qipan.engine.units.table import quantized
from qipan.packs import Resolved
from qipan.platform.action import Stopped
from qipan.platform.definitions import resolved
from qipan.platform.term import Term, language
from qipan.registry.models import Measure, Unit

KEPT_FOR = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class _Names:
    """Names by code, in both languages."""

    industries: dict[str, tuple[str, str]]
    titles: dict[str, tuple[str, str]]
    ledgers: dict[str, tuple[str, str]]
    columns: dict[tuple[str, str], tuple[str, str]]
    units: dict[str, str]  # of measure: the English for the Chinese
    table: UnitTable | None = None


@dataclass(slots=True)
class _Kept:
    """Names as last read, and when: looking for changed packs takes longer than a page should."""

    until: float = 0.0
    names: _Names = field(default_factory=lambda: _Names({}, {}, {}, {}, {}))


_kept = _Kept()


def _known() -> _Names:
    now = time.monotonic()
    if now >= _kept.until:
        try:
            _kept.names = _names(resolved())
        except Stopped:
            _kept.names = _Names({}, {}, {}, {}, {})  # pages still show what they can; `qipan check` says what is wrong
        _kept.until = now + KEPT_FOR
    return _kept.names


def _names(found: Resolved) -> _Names:
    ledgers: dict[str, tuple[str, str]] = {}
    columns: dict[tuple[str, str], tuple[str, str]] = {}
    for spec in found.ledger_specs():
        ledgers[spec.code] = (spec.names[0], spec.en)
        columns.update({(spec.code, part.code): (part.names[0], part.en) for part in spec.columns})
    units = {code: kind.en for code, kind in found.units.units.items()}
    return _Names(_table(found, "gbt4754"), _table(found, "qualifications"), ledgers, columns, units, found.units)


def _table(found: Resolved, name: str) -> dict[str, tuple[str, str]]:
    table = found.tables.get(name)
    if table is None:
        return {}
    rows = zip(table.column(table.columns[0]), table.column("zh"), table.column("en"), strict=True)
    return {code: (zh, en or zh) for code, zh, en in rows}


def _pick(pair: tuple[str, str]) -> str:
    return pair[1] if language() == "en" else pair[0]


def industry(code: str) -> str:
    """Return the name of an industry, or of the nearest group above it that has one; text people wrote stays."""
    if not code:
        return ""
    names = _known().industries
    plain = code.lstrip("ABCDEFGHIJKLMNOPQRST") or code
    for length in range(len(plain), 1, -1):
        if plain[:length] in names:
            return _pick(names[plain[:length]])
    return _pick(names[code]) if code in names else ("" if code.isascii() else code)


def industries() -> list[tuple[str, str]]:
    """Return the divisions (two digits) with their names, for choosing."""
    names = _known().industries
    return [(code, _pick(pair)) for code, pair in sorted(names.items()) if len(code) == 2 and code.isdigit()]


def qualification(kind: str) -> str:
    """Return the name of a title; one that people wrote themselves stays."""
    pair = _known().titles.get(kind)
    return _pick(pair) if pair else kind


def qualifications() -> list[tuple[str, str]]:
    """Return the titles with their names, for choosing."""
    return [(code, _pick(pair)) for code, pair in _known().titles.items()]


def ledger(code: str) -> str:
    """Return the name of a ledger."""
    pair = _known().ledgers.get(code)
    return _pick(pair) if pair else ""


def column(ledger_code: str, code: str) -> str:
    """Return the name of a ledger's column."""
    pair = _known().columns.get((ledger_code, code))
    return _pick(pair) if pair else ""


def unit_of_measure(code: str) -> str:
    """Return a unit of measure in the page's language."""
    return (_known().units.get(code) or code) if language() == "en" else code


def in_unit(stored: int, measure: Measure) -> Decimal:
    """Return a stored figure in its measure's own unit, with the decimals the measure shows."""
    table = _known().table
    if table is None or table.find(measure.unit) is None:
        value = Decimal(stored).scaleb(-measure.places)
    else:
        value = table.from_scaled(stored, measure.unit)
    return quantized(value, measure.decimals)


def unit(shown: Unit) -> str:
    """Return the name of a unit."""
    return shown.name_en if language() == "en" and shown.name_en else shown.name


# A load from the command line bears the name of the machine's user, in whichever language it was run.
_COMMAND_LINE = re.compile(r"(?:命令行（|command line \()(?P<user>[^（）()]*)[）)]", re.IGNORECASE)
_OPERATOR = Term("命令行（{user}）", "Command line ({user})")
# Names that say only what somebody is: the demonstration's people, and the machine itself.
_POSTS: Mapping[str, Term] = {
    "管委会领导": Term("管委会领导", "Committee leader"),
    "经发局统计": Term("经发局统计", "Economy office, statistics"),
    "园区管理员": Term("园区管理员", "Park manager"),
    "安全管理员": Term("安全管理员", "Security administrator"),
    "审计管理员": Term("审计管理员", "Audit administrator"),
    "园区报表员": Term("园区报表员", "Park reporting clerk"),
    "企业用户": Term("企业用户", "Enterprise user"),
    "系统管理员": Term("系统管理员", "System administrator"),
    "系统": Term("系统", "System"),
    "system": Term("系统", "System"),
}


def who(name: str) -> str:
    """Return the name of who did something in the page's language: people's own names stay as they are."""
    found = _COMMAND_LINE.fullmatch(name)
    if found is not None:
        return str(_OPERATOR).format(user=found["user"])
    return str(_POSTS.get(name, name))
