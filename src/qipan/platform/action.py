"""The only way to change a record: right, transaction, trail and event come with the decorator."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from django.db import OperationalError, transaction

from qipan.engine.problem import Problem, stops
from qipan.platform import lease, rights
from qipan.platform.models import TrailEntry
from qipan.platform.rights import Actor, Refused

P = ParamSpec("P")
T = TypeVar("T")

# How long an Action waits for a load to finish committing before it says so instead; a load, for running Actions.
PATIENCE = 10.0
LOADS_PATIENCE = 60.0
# Whether an Action runs already: one called inside another belongs to its transaction and waits for nobody.
_inside: ContextVar[bool] = ContextVar("inside an Action", default=False)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What an Action brought: a value, or the problems that stopped it (then nothing was written)."""

    value: T | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def done(self) -> bool:
        """Whether the Action took place."""
        return not stops(self.problems)


class Stopped(Exception):
    """Raised inside an Action to leave everything as it was and answer with problems."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


@dataclass(slots=True)
class Act:
    """The running Action: who acts, and the trail it leaves."""

    actor: Actor
    action: str
    reason: str = ""
    acting_for: str = ""
    batch: int | None = None
    _entries: list[TrailEntry] = field(default_factory=list)

    def changed(
        self,
        noun: str,
        subject: int | None,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
        about: Mapping[str, Any] | None = None,
    ) -> None:
        """Note one changed record; of fields that stayed the same only those that say which it is are kept: `about`."""
        if before is not None and after is not None:
            differing = {name for name in after if before.get(name) != after[name]}
            if not differing:
                return
            before = {**(about or {}), **{name: before.get(name) for name in differing}}
            after = {**(about or {}), **{name: after[name] for name in differing}}
        self._entries.append(
            TrailEntry(
                actor=self.actor.user.pk if self.actor.user else None,
                actor_name=self.actor.name,
                action=self.action,
                noun=noun,
                subject=subject,
                before=dict(before) if before is not None else None,
                after=dict(after) if after is not None else None,
                reason=self.reason,
                acting_for=self.acting_for or None,
                batch=self.batch,
            )
        )

    def write_trail(self) -> None:
        """Write what was noted; called once, inside the transaction."""
        TrailEntry.objects.bulk_create(self._entries)
        self._entries.clear()


Listener = Callable[[str, Actor], None]
_listeners: list[Listener] = []


def after_commit(listener: Listener) -> Listener:
    """Call `listener(action, actor)` after every Action that took place."""
    _listeners.append(listener)
    return listener


@dataclass(frozen=True, slots=True)
class Verb:
    """What the register knows of an Action."""

    code: str
    right: str
    names: Mapping[str, str]  # "zh", "en": what the trail calls it


VERBS: dict[str, Verb] = {}


def _committing(holder: lease.Committing) -> Outcome[Any]:
    problem = Problem.of("platform.load-committing", name=holder.name, done=holder.done, total=holder.total)
    return Outcome(problems=(problem,))


def action(
    code: str, *, right: str, zh: str, en: str, holds_lease: bool = False
) -> Callable[[Callable[Concatenate[Act, P], T]], Callable[Concatenate[Actor, P], Outcome[T]]]:
    """Turn a function `(act, …) -> value` into the Action `code`, called as `(actor, …) -> Outcome`.

    The caller may pass `reason=` and `at_unit=` (where the right is needed) if the function names them. Raises Refused
    without the right. A function raises Stopped to roll back and answer with problems. `holds_lease` marks the load
    itself, which must not wait for its own commit.
    """
    VERBS[code] = Verb(code, right, {"zh": zh, "en": en})

    def decorate(function: Callable[Concatenate[Act, P], T]) -> Callable[Concatenate[Actor, P], Outcome[T]]:
        @functools.wraps(function)
        def run(actor: Actor, *args: P.args, **kwargs: P.kwargs) -> Outcome[T]:
            unit = kwargs.get("at_unit")
            at = unit if isinstance(unit, int) else None
            if not rights.may(actor, right, at):
                raise Refused(right)
            waits = not holds_lease and not _inside.get()
            if waits and (holder := lease.wait_until_free(PATIENCE)) is not None:
                return _committing(holder)
            deputy = rights.acting_for(actor, right, at)
            act = Act(actor, code, reason=str(kwargs.get("reason") or ""), acting_for=deputy)
            outer = _inside.set(True)
            try:
                with transaction.atomic():
                    lease.enter(alone=holds_lease, patience=LOADS_PATIENCE if holds_lease else PATIENCE)
                    value = function(act, *args, **kwargs)
                    act.write_trail()
                    transaction.on_commit(lambda: _tell(code, actor))
            except Stopped as stopped:
                return Outcome(problems=tuple(stopped.problems))
            except OperationalError as error:
                return _locked(error)
            finally:
                _inside.reset(outer)
            return Outcome(value)

        return run

    return decorate


def _locked(error: OperationalError) -> Outcome[Any]:
    if "locked" not in str(error) and "lock timeout" not in str(error):
        raise error
    if (holder := lease.committing()) is not None:
        return _committing(holder)
    return Outcome(problems=(Problem.of("platform.database-busy"),))


def _tell(code: str, actor: Actor) -> None:
    for listener in _listeners:
        listener(code, actor)


def refuse(problems: Sequence[Problem]) -> None:
    """Stop the running Action where any of `problems` is an error."""
    if stops(problems):
        raise Stopped(*problems)
