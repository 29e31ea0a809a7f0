"""The table of units as the engine takes it, from the tables `units` and `dimensions`."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from qipan.engine.problem import Problem, Where
from qipan.engine.units import Dimension, Unit, UnitTable
from qipan.packs.model import Table
from qipan.packs.validate import nearest

_UNITS = ("unit", "en", "dimension", "factor", "aliases")
_DIMENSIONS = ("dimension", "base", "places")


def unit_table(
    units: Table | None, dimensions: Table | None, places: Mapping[str, Where]
) -> tuple[UnitTable, list[Problem]]:
    """Return the table of units; a unit of no dimension, a bad factor or a name of two units is a problem and left out.

    Factors are exact: `10000`, `0.001` or a fraction such as `2000/3`. Aliases are separated by spaces.
    """
    problems: list[Problem] = []
    empty = UnitTable({}, {}, {})
    if units is None or dimensions is None:
        return empty, problems
    for table, columns in ((units, _UNITS), (dimensions, _DIMENSIONS)):
        for column in columns:
            if column not in table.columns:
                where = places.get(f"table:{table.code}", Where())
                valid = "、".join(columns)
                problems.append(Problem.of("packs.csv-header", where=where, column=column, valid=valid))
    if problems:
        return empty, problems
    kinds = _dimensions(dimensions, places, problems)
    found: list[Unit] = []
    taken: dict[str, str] = {}
    rows = zip(*(units.column(name) for name in _UNITS), strict=True)
    for index, (code, en, dimension, factor, aliases) in enumerate(rows):
        where = _row(places, "units", index)
        exact = _fraction(factor)
        if dimension not in kinds:
            valid = nearest(dimension, kinds)
            problems.append(
                Problem.of("packs.csv-value", where=where, column="dimension", value=dimension, valid=valid)
            )
        elif exact is None or exact <= 0:
            valid = "10000、0.001、2000/3"
            problems.append(Problem.of("packs.csv-value", where=where, column="factor", value=factor, valid=valid))
        else:
            names = [name for name in (code, *aliases.split()) if taken.setdefault(name, code) == code]
            for clash in {code, *aliases.split()} - set(names):
                problems.append(Problem.of("packs.unit-name", where=where, name=clash, unit=taken[clash]))
            found.append(Unit(code, dimension, exact, en, tuple(names[1:])))
    try:
        return UnitTable.of(found, kinds.values()), problems
    except ValueError as error:
        problems.append(Problem.of("packs.units", where=_row(places, "units", -1), detail=str(error)))
        return empty, problems


def _dimensions(table: Table, places: Mapping[str, Where], problems: list[Problem]) -> dict[str, Dimension]:
    found: dict[str, Dimension] = {}
    for index, (code, base, decimals) in enumerate(zip(*(table.column(name) for name in _DIMENSIONS), strict=True)):
        if not decimals.isdigit() or int(decimals) > 15:
            where = _row(places, "dimensions", index)
            problems.append(
                Problem.of("packs.csv-value", where=where, column="places", value=decimals, valid="0、1、…、15")
            )
        else:
            found[code] = Dimension(code, base, int(decimals))
    return found


def _row(places: Mapping[str, Where], table: str, index: int) -> Where:
    where = places.get(f"table:{table}", Where())
    return Where(file=where.file, row=index + 2)


def _fraction(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
