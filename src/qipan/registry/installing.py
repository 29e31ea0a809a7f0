"""Measures of the installed packs, written where facts can point at them."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from qipan.packs import Measure as Definition
from qipan.packs import Resolved
from qipan.platform.action import Act
from qipan.platform.definitions import installs
from qipan.registry.models import Measure, Scope

_definition = TypeAdapter(Definition)


def _fields(definition: Definition, resolved: Resolved, version: str, pack: str) -> dict[str, Any]:
    dimension = resolved.units.dimension_of(definition.unit)
    return {
        "names": {"zh": definition.names.zh, "en": definition.names.en},
        "unit": definition.unit,
        "decimals": definition.decimals,
        "dimension": dimension.code,
        "places": dimension.places,
        "basis": definition.basis,
        "direction": definition.direction,
        "aggregation": definition.aggregation,
        "frequency": definition.frequency,
        "growth": definition.growth,
        "secrecy": definition.secrecy,
        "publication_day": definition.publication.day,
        "publication_lag": definition.publication.lag,
        "january": definition.january,
        "pack": pack,
        "version": version,
        "spec": _definition.dump_python(definition, mode="json"),
        "retired": False,
    }


@installs
def write_measures(act: Act, resolved: Resolved) -> None:
    """Leave a row for every measure of the packs; one that is gone from them is retired, its facts stay."""
    Scope.objects.get_or_create(id=0, defaults={"text": ""})
    standing = {measure.code: measure for measure in Measure.objects.all()}
    versions = {pack.id: pack.version for pack in resolved.packs}
    written: dict[str, Measure] = {}
    for definition in resolved.measures.values():
        pack = resolved.origins[f"measure:{definition.of or definition.code}"]
        fields = _fields(definition, resolved, versions.get(pack, ""), pack)
        fields["of"] = written.get(definition.of or "")
        measure = standing.get(definition.code)
        for former in definition.formerly:
            measure = measure or standing.get(former)
        if measure is None:
            measure = Measure.objects.create(code=definition.code, **fields)
            act.changed("measure", None, None, {"code": definition.code, "version": fields["version"]})
        else:
            before = {"code": measure.code, "spec": measure.spec}
            changed = measure.spec != fields["spec"]
            Measure.objects.filter(pk=measure.pk).update(code=definition.code, **fields)
            if changed:
                act.changed("measure", None, before, {"code": definition.code, "spec": fields["spec"]})
        written[definition.code] = measure
    gone = [code for code in standing if code not in written and not standing[code].retired]
    for code in gone:
        Measure.objects.filter(code=code).update(retired=True)
        act.changed("measure", None, {"code": code, "retired": False}, {"code": code, "retired": True})
