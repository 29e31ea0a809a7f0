"""Puts packs together: what they need comes first, a zone's overlays last; one meaning for every code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from qipan.engine.measures import MeasureSpec
from qipan.engine.problem import Problem, Where
from qipan.engine.sheets.spec import LedgerSpec
from qipan.engine.units import UnitTable
from qipan.packs.fields import CustomField
from qipan.packs.health import HealthCheck
from qipan.packs.layouts import BoardLayout
from qipan.packs.model import Board, Calendar, Case, Indicator, Ledger, Measure, Pack, Rule, Table
from qipan.packs.roles import Role, added_to, flattened
from qipan.packs.units import unit_table
from qipan.packs.validate import nearest

Dated = TypeVar("Dated", Indicator, Rule)
Thing: TypeAlias = (
    Measure | Indicator | Ledger | Board | BoardLayout | Rule | HealthCheck | Role | Table | Calendar | CustomField
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an installation knows: everything its packs declare, by code, siblings of measures included.

    `rules` and `indicators` hold the version that begins last; `rule` and `indicator` pick the one in force on a day.
    """

    packs: tuple[Pack, ...]
    units: UnitTable
    measures: Mapping[str, Measure]
    indicators: Mapping[str, Indicator]
    ledgers: Mapping[str, Ledger]
    boards: Mapping[str, Board]
    layouts: Mapping[str, BoardLayout]
    rules: Mapping[str, Rule]
    health: Mapping[str, HealthCheck]
    roles: Mapping[str, Role]
    tables: Mapping[str, Table]
    calendars: Mapping[str, Calendar]
    cases: tuple[Case, ...]
    versions: Mapping[str, tuple[Indicator | Rule, ...]]  # `rule:<code>` → every version, oldest first
    origins: Mapping[str, str]  # `<thing>:<code>` → the pack it comes from
    formerly: Mapping[str, str]  # `<thing>:<old code>` → the code it has now
    problems: tuple[Problem, ...]
    digest: str = ""
    places: Mapping[str, Where] = field(default_factory=dict[str, Where])
    fields: Mapping[str, CustomField] = field(default_factory=dict[str, CustomField])  # `<screen>.<code>`

    def measure_specs(self) -> tuple[MeasureSpec, ...]:
        """Return every measure, siblings included, as the sheet engine takes them."""
        return tuple(measure.spec() for measure in self.measures.values())

    def ledger_specs(self) -> tuple[LedgerSpec, ...]:
        """Return every ledger as the sheet engine takes them."""
        return tuple(ledger.spec for ledger in self.ledgers.values())

    def measure(self, code: str) -> Measure | None:
        """Return the measure that has, or formerly had, this code."""
        return self.measures.get(self.formerly.get(f"measure:{code}", code))

    def rule(self, code: str, on: date) -> Rule | None:
        """Return the version of a rule in force on `on`; null where there is none."""
        found = self._on("rule", code, on)
        return found if isinstance(found, Rule) else None

    def indicator(self, code: str, on: date) -> Indicator | None:
        """Return the version of an indicator in force on `on`; null where there is none."""
        found = self._on("indicator", code, on)
        return found if isinstance(found, Indicator) else None

    def where(self, thing: str) -> Where:
        """Return the file and line where `<thing>:<code>` or a field of it is written."""
        while thing and thing not in self.places:
            thing = thing.rpartition(".")[0]
        return self.places.get(thing, Where())

    def _on(self, thing: str, code: str, on: date) -> Indicator | Rule | None:
        now = self.formerly.get(f"{thing}:{code}", code)
        valid = [
            version
            for version in self.versions.get(f"{thing}:{now}", ())
            if version.valid_from <= on and (version.valid_until is None or on <= version.valid_until)
        ]
        return valid[-1] if valid else None


@dataclass(slots=True)
class _Gathering:
    """The things gathered so far, pack after pack."""

    problems: list[Problem] = field(default_factory=list[Problem])
    things: dict[str, dict[str, object]] = field(default_factory=dict[str, dict[str, object]])
    versions: dict[str, list[Indicator | Rule]] = field(default_factory=dict[str, "list[Indicator | Rule]"])
    origins: dict[str, str] = field(default_factory=dict[str, str])
    formerly: dict[str, str] = field(default_factory=dict[str, str])
    places: dict[str, Where] = field(default_factory=dict[str, Where])
    cases: list[Case] = field(default_factory=list[Case])
    changed: dict[str, str] = field(default_factory=dict[str, str])  # `<thing>:<code>` → the overlay that touched it

    def add(self, pack: Pack, *, over: frozenset[str] | None = None) -> None:
        """Add a pack; of an overlay `over` names the packs it builds on, and its things replace those of their code.

        For any other pack a code that is taken is a problem.
        """
        for gone in pack.removes:
            if not self.disputed(pack, gone, over):
                self.remove(pack, gone)
        kinds: Mapping[str, Iterable[Thing]] = {
            "measure": pack.measures,
            "indicator": pack.indicators,
            "ledger": pack.ledgers,
            "board": pack.boards,
            "layout": pack.layouts,
            "rule": pack.rules,
            "health": pack.health,
            "role": pack.roles,
            "table": pack.tables,
            "calendar": pack.calendars,
            "field": pack.fields,
        }
        for thing, found in kinds.items():
            for one in found:
                self.put(pack, thing, one, over=over)
        self.places.update(pack.places)
        self.cases += pack.cases

    def put(
        self,
        pack: Pack,
        thing: str,
        one: Thing,
        *,
        over: frozenset[str] | None,
    ) -> None:
        code = one.key if isinstance(one, CustomField) else one.code
        name = f"{thing}:{code}"
        owner = self.origins.get(name)
        if self.disputed(pack, name, over):
            return
        if owner is not None and owner != pack.id:
            if over is None:
                where = pack.where(name)
                self.problems.append(Problem.of("packs.taken", where=where, thing=thing, known=code, pack=owner))
                return
            # What a zone says holds from its day on; what held before stays, or old results could not be told again.
            since = one.valid_from if isinstance(one, Indicator | Rule) else None
            kept = [version for version in self.versions.get(name, []) if since and version.valid_from < since]
            self.versions[name] = kept
        standing = self.things.get(thing, {}).get(one.code)
        if isinstance(one, Role) and one.extends == one.code and isinstance(standing, Role):
            one = added_to(standing, one)
        self.origins[name] = pack.id
        if isinstance(one, Indicator | Rule):
            versions = self.versions.setdefault(name, [])
            versions.append(one)
            versions.sort(key=lambda version: version.valid_from)
            one = versions[-1]
        self.things.setdefault(thing, {})[code] = one
        if not isinstance(one, Table | Calendar):
            self.formerly.update({f"{thing}:{old}": code for old in one.formerly})

    def disputed(self, pack: Pack, name: str, over: frozenset[str] | None) -> bool:
        """Tell, as a problem, that two overlays change the same thing and neither builds on the other."""
        if over is None:
            return False
        other = self.changed.setdefault(name, pack.id)
        if other != pack.id and other not in over:
            where = pack.where(name) if name in pack.places else pack.where("pack")
            self.problems.append(
                Problem.of("packs.overlays-dispute", where=where, name=name, pack=pack.id, other=other)
            )
            return True
        self.changed[name] = pack.id
        return False

    def remove(self, pack: Pack, name: str) -> None:
        thing, _, code = name.partition(":")
        if name not in self.origins:
            near = nearest(name, self.origins)
            self.problems.append(Problem.of("packs.nothing-to-remove", where=pack.where("pack"), name=name, near=near))
            return
        del self.things[thing][code]
        self.origins.pop(name)
        self.versions.pop(name, None)


def resolve_packs(packs: Iterable[Pack], *, overlays: Iterable[Pack] = ()) -> Resolved:
    """Return the packs as one, in the order of their needs; a zone's `overlays` may replace and remove things.

    An overlay that needs another comes after it and may replace its things too. What does not fit together is in
    `problems`; the rest is resolved all the same.
    """
    gathering = _Gathering()
    over = list(overlays)
    ordered = _ordered([*packs, *over], gathering.problems)
    below = _needed(ordered)
    for pack in ordered:
        gathering.add(pack, over=below[pack.id] if any(pack is one for one in over) else None)
    for name in [*gathering.formerly]:
        if name in gathering.origins:
            where = gathering.places.get(name, Where())
            gathering.problems.append(Problem.of("packs.former-in-use", where=where, known=name))
    measures = _kind(gathering, "measure", Measure)
    siblings = {sibling.code: sibling for measure in measures.values() for sibling in measure.siblings()}
    gathering.formerly.update(
        {f"measure:{old}": sibling.code for sibling in siblings.values() for old in sibling.formerly}
    )
    tables = _kind(gathering, "table", Table)
    units, problems = unit_table(tables.get("units"), tables.get("dimensions"), gathering.places)
    return Resolved(
        packs=tuple(ordered),
        units=units,
        measures=MappingProxyType({**measures, **siblings}),
        indicators=MappingProxyType(_kind(gathering, "indicator", Indicator)),
        ledgers=MappingProxyType(_kind(gathering, "ledger", Ledger)),
        boards=MappingProxyType(_kind(gathering, "board", Board)),
        layouts=MappingProxyType(_kind(gathering, "layout", BoardLayout)),
        rules=MappingProxyType(_kind(gathering, "rule", Rule)),
        health=MappingProxyType(_kind(gathering, "health", HealthCheck)),
        roles=MappingProxyType(_roles(gathering)),
        tables=MappingProxyType(tables),
        calendars=MappingProxyType(_kind(gathering, "calendar", Calendar)),
        cases=tuple(gathering.cases),
        versions=MappingProxyType({name: tuple(found) for name, found in gathering.versions.items()}),
        origins=MappingProxyType(gathering.origins),
        formerly=MappingProxyType(gathering.formerly),
        problems=(*gathering.problems, *problems),
        digest=hashlib.sha256("\n".join(pack.digest for pack in ordered).encode()).hexdigest(),
        places=gathering.places,
        fields=MappingProxyType(_kind(gathering, "field", CustomField)),
    )


def _roles(gathering: _Gathering) -> dict[str, Role]:
    """Return the roles with what they extend taken in; a road that leads nowhere is a problem."""
    found, lost = flattened(_kind(gathering, "role", Role))
    for code in lost:
        where = gathering.places.get(f"role:{code}.extends") or gathering.places.get(f"role:{code}", Where())
        extends = found[code].extends or ""
        near = nearest(extends, found)
        gathering.problems.append(Problem.of("packs.role-extends", where=where, known=code, extends=extends, near=near))
    return found


Kept = TypeVar("Kept")


def _kind(gathering: _Gathering, name: str, kind: type[Kept]) -> dict[str, Kept]:
    return {code: one for code, one in gathering.things.get(name, {}).items() if isinstance(one, kind)}


def _needed(ordered: list[Pack]) -> dict[str, frozenset[str]]:
    """Return what each pack builds on, from near and from far."""
    found: dict[str, frozenset[str]] = {}
    for pack in ordered:  # what it needs stands before it
        far = [found.get(need, frozenset[str]()) for need in pack.needs]
        found[pack.id] = frozenset(pack.needs).union(*far)
    return found


def _ordered(packs: list[Pack], problems: list[Problem]) -> list[Pack]:
    """Return the packs so that each stands after those it needs; missing needs and rings are problems."""
    by_id: dict[str, Pack] = {}
    for pack in packs:
        if pack.id in by_id:
            problems.append(Problem.of("packs.twice", where=pack.where("pack"), pack=pack.id))
        by_id.setdefault(pack.id, pack)
    done: dict[str, Pack] = {}

    def take(pack: Pack, road: tuple[str, ...]) -> None:
        if pack.id in done:
            return
        for need in pack.needs:
            if need in road:
                ring = " → ".join((*road, need))
                problems.append(Problem.of("packs.ring", where=pack.where("pack"), ring=ring))
            elif need not in by_id:
                where, near = pack.where("pack"), nearest(need, by_id)
                problems.append(Problem.of("packs.missing-need", where=where, pack=pack.id, need=need, near=near))
            else:
                take(by_id[need], (*road, need))
        done.setdefault(pack.id, pack)

    for pack in by_id.values():
        take(pack, (pack.id,))
    return list(done.values())
