"""Roles as packs declare them (角色): what a person granted one may do, and which roles cannot be one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from qipan.packs.model import Code, From, Names, Source, Until

Right = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", max_length=64)]
Scope = Literal["unit", "installation", "enterprise"]


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its rights hold where it is granted.

    At a `unit` they hold for everything below it, at an `enterprise` for that firm alone; a role of the `installation`
    may also be granted at no unit. `secrecy` names what is closed to others and open to it: `contacts`, `survey`.
    A role that `extends` another has its rights as well, and whatever else it leaves unsaid; one that extends its own
    code adds to the shipped role of that code.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=False)

    code: Code
    source: Source
    valid_from: From
    valid_until: Until = None
    names: Names | None = None
    note: Names | None = None
    scope: Scope | None = None
    extends: Code | None = None
    rights: tuple[Right, ...] = ()
    secrecy: tuple[Code, ...] = ()
    excludes: tuple[Code, ...] = ()
    second_factor: bool = False
    formerly: tuple[Code, ...] = ()

    def all_rights(self) -> frozenset[str]:
        """Return its rights; what is open to it by secrecy is the right to see it."""
        return frozenset((*self.rights, *(f"{what}.see" for what in self.secrecy)))

    def holds_on(self, day: date) -> bool:
        """Tell whether the role is in force on `day`."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def text(self, language: Literal["zh", "en"] = "zh") -> str:
        """Return its name."""
        return self.names.text(language) if self.names is not None else self.code


def _joined(first: tuple[str, ...], then: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *then)))


def extended(base: Role, role: Role) -> Role:
    """Return `role` with everything of `base` that it adds to or leaves unsaid."""
    return replace(
        role,
        names=role.names or base.names,
        note=role.note or base.note,
        scope=role.scope or base.scope,
        rights=_joined(base.rights, role.rights),
        secrecy=_joined(base.secrecy, role.secrecy),
        excludes=_joined(base.excludes, role.excludes),
        second_factor=base.second_factor or role.second_factor,
        formerly=_joined(base.formerly, role.formerly),
    )


def added_to(base: Role, role: Role) -> Role:
    """Return the role of one code with what a later pack adds to it; what `base` itself extends stays so."""
    return replace(extended(base, role), extends=base.extends, valid_from=min(base.valid_from, role.valid_from))


def flattened(roles: Mapping[str, Role]) -> tuple[dict[str, Role], list[str]]:
    """Return every role with what it extends taken in, and the codes whose road leads in a ring or to nowhere.

    A role of such a road keeps only what it says itself.
    """
    done: dict[str, Role] = {}
    lost: list[str] = []
    for code in roles:
        road: list[str] = []
        step: str | None = code
        while step is not None and step in roles and step not in road:
            road.append(step)
            step = roles[step].extends
        if step is not None:
            lost.append(code)
            done[code] = roles[code]
            continue
        whole = roles[road[-1]]
        for one in reversed(road[:-1]):
            whole = extended(whole, roles[one])
        done[code] = whole
    return done, lost
