"""Boundaries of units: loaded from a file by an Action, shown to whoever sees the unit."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from qipan.domains.boards.models import Boundary
from qipan.engine.geo import Boundary as Drawn
from qipan.engine.geo import Datum, datum_of, read_boundaries
from qipan.engine.problem import Problem, Where
from qipan.platform.action import Act, Stopped, action, refuse
from qipan.registry.models import Unit
from qipan.registry.naming import unit_named


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load of boundaries came to: the units that have one now, and what passed with a warning."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    warnings: tuple[Problem, ...]


def _unit(names: tuple[str, ...]) -> Unit | None:
    return next((found for name in names if (found := unit_named(name)) is not None), None)


@action("boundaries.load", right="boundaries.load", zh="加载边界", en="Load boundaries")
def load(act: Act, content: bytes, *, file: str, datum: str = "WGS84") -> Loaded:
    """Leave the boundaries of a GeoJSON file with the units they name; any error and nothing is written."""
    given = datum_of(datum)
    if given is None:
        raise Stopped(Problem.of("boards.unknown-datum", datum=datum[:40], valid="、".join(Datum)))
    read = read_boundaries(content, given, file)
    matched: dict[int, tuple[Unit, Drawn]] = {}
    problems = [*read.problems]
    for drawn in read.boundaries:
        unit = _unit(drawn.names)
        if unit is None:
            problems.append(Problem.of("boards.no-boundary-unit", where=Where(file=file), name=drawn.names[0]))
        elif unit.pk in matched:
            problems.append(Problem.of("boards.boundary-twice", where=Where(file=file), name=unit.name))
        else:
            matched[unit.pk] = (unit, drawn)
    refuse(problems)
    names: dict[str, list[str]] = {"new": [], "changed": [], "same": []}
    for unit, drawn in matched.values():
        names[_keep(act, unit, drawn, str(given), file)].append(unit.name)
    return Loaded(tuple(names["new"]), tuple(names["changed"]), tuple(names["same"]), tuple(problems))


def _keep(act: Act, unit: Unit, drawn: Drawn, datum: str, file: str) -> str:
    standing = Boundary.objects.filter(pk=unit.pk).first()
    if standing is not None and standing.geometry == drawn.geometry and standing.datum == datum:
        return "same"
    Boundary.objects.update_or_create(
        unit=unit,
        defaults={
            "geometry": drawn.geometry, "datum": datum, "area": drawn.area, "longitude": drawn.longitude,
            "latitude": drawn.latitude, "file": file[:300], "loaded": timezone.now(),
            "loaded_by": act.actor.name[:150],
        },
    )  # fmt: skip
    before = None if standing is None else {"unit": unit.name, "area": standing.area, "file": standing.file}
    act.changed("boundary", unit.pk, before, {"unit": unit.name, "area": drawn.area, "file": file})
    return "new" if standing is None else "changed"
