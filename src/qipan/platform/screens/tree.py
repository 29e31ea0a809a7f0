"""The tree of units as lists need it, asked of whoever knows the units: the registry answers through `tree_is`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from qipan.platform.models import User


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit a person may see, in its place in the tree."""

    unit: int
    name: str
    depth: int
    closed: bool = False  # no longer there today: looked for, and no more chosen for anything new


@dataclass(frozen=True, slots=True)
class Tree:
    """Who answers: the units a person may see, in the tree's order; all units below some; all units there are."""

    branches: Callable[[User], tuple[Branch, ...]]
    below: Callable[[frozenset[int]], frozenset[int]]
    every: Callable[[], frozenset[int]]


_trees: list[Tree] = []


def tree_is(tree: Tree) -> None:
    """Let `tree` answer from now on; called once, by the registry."""
    _trees[:] = [tree]


def branches(user: User) -> tuple[Branch, ...]:
    """Return the units `user` may see, in the tree's order; none where nobody keeps units."""
    return next((tree.branches(user) for tree in _trees), ())


def open_branches(user: User) -> tuple[Branch, ...]:
    """Return those of the units `user` may see that are there today: what a form offers."""
    return tuple(branch for branch in branches(user) if not branch.closed)


def unit_names(user: User) -> Mapping[int, str]:
    """Return what the units `user` may see are called in the page's language, in the tree's order."""
    return {branch.unit: branch.name for branch in branches(user)}


def units_below(units: Iterable[int]) -> frozenset[int]:
    """Return `units` and every unit that stands below one of them today, or stood there until it was closed."""
    given = frozenset(units)
    return next((tree.below(given) for tree in _trees), given)


def every_unit() -> frozenset[int]:
    """Return all units there are, whoever sees them."""
    return next((tree.every() for tree in _trees), frozenset())
