"""The roles of the installed packs: which there are today, what each may do, which cannot be one person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from qipan.packs import Role
from qipan.platform.definitions import in_force

# By the state of the definitions and the day.
_kept: dict[tuple[str, date], Mapping[str, Role]] = {}


def roles(today: date) -> Mapping[str, Role]:
    """Return the roles in force on `today` by code, former codes included; none where no pack can be used."""
    found = in_force()
    if found is None:
        return MappingProxyType({})
    key = (found.digest, today)
    if key not in _kept:
        now = {code: role for code, role in found.roles.items() if role.holds_on(today)}
        old = {name.partition(":")[2]: code for name, code in found.formerly.items() if name.startswith("role:")}
        _kept.clear()
        _kept[key] = MappingProxyType({**{was: now[code] for was, code in old.items() if code in now}, **now})
    return _kept[key]


def barred(role: str, others: Iterable[str], today: date) -> str | None:
    """Return which of `others` cannot be one person with `role`; None where all can."""
    known = roles(today)
    mine = known[role].excludes if role in known else ()
    for other in others:
        theirs = known[other].excludes if other in known else ()
        if other in mine or role in theirs:
            return other
    return None
