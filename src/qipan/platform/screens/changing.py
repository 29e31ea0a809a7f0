"""Creating, changing and removing records of any screen: one Action each, with every wrong field told at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from qipan.engine.problem import Problem, stops
from qipan.platform.action import Act, Outcome, Stopped, action, refuse
from qipan.platform.models import TrailEntry, User
from qipan.platform.rights import Actor, Refused, units_of
from qipan.platform.screens.cells import veil
from qipan.platform.screens.declaration import Column, Kind, Screen, columns_of, on_declare
from qipan.platform.screens.fields import model_field, put, read_field, typed, value_of, wrong
from qipan.platform.screens.hanging import drop_belongings, hanging_on
from qipan.platform.screens.paths import value_at
from qipan.platform.screens.words import may_read, name_of, shown
from qipan.platform.subjects import new_subject, stands_on_subject
from qipan.platform.visible import visible_to

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Verbs:
    """The three Actions of a screen; one it does not allow is None."""

    create: Callable[..., Outcome[Any]] | None
    change: Callable[..., Outcome[Any]] | None
    remove: Callable[..., Outcome[Any]] | None


_verbs: dict[str, tuple[Screen, Verbs]] = {}
# `hook(act, screen, record, columns)` inside the transaction of every change (whoever watches the record is told).
Hook = Callable[[Act, Screen, Any, tuple[str, ...]], None]
_hooks: list[Hook] = []


def with_every_change(hook: Hook) -> None:
    """Call `hook(act, screen, record, columns)` inside every change of a record."""
    _hooks.append(hook)


def create(actor: Actor, screen: Screen, values: Values, *, reason: str = "") -> Outcome[Any]:
    """Leave a new record with `values` (texts as typed, or values of their kind, by column).

    All that is wrong comes back at once, each problem at its column. The right is needed at the unit the record is put
    into; raises Refused where the person may create none at all.
    """
    verb = verbs_of(screen).create
    if verb is None:
        raise Refused(screen.edit)
    return _known(verb, actor, values, reason=reason)


def change(
    actor: Actor, screen: Screen, key: int, version: int | None, values: Values, *, reason: str = ""
) -> Outcome[Any]:
    """Leave record `key` with `values`; columns that are not named stay as they are.

    Where the record is no longer the `version` the person saw, nothing is written: `screens.changed-meanwhile` says
    who changed it, and `screens.field-changed` at each column of `values` that differs what it holds now. None
    overwrites whatever is there. Raises Refused without the right at the record's unit.
    """
    verb = verbs_of(screen).change
    if verb is None:
        raise Refused(screen.edit)
    unit = _standing_unit(actor, screen, key)
    return _known(verb, actor, key, version, values, at_unit=unit, reason=reason)


def remove(actor: Actor, screen: Screen, key: int, version: int | None, *, reason: str = "") -> Outcome[Any]:
    """Leave the installation without record `key` and what belongs to it; what only points at it stands in the way."""
    verb = verbs_of(screen).remove
    if verb is None:
        raise Refused(screen.remove)
    unit = _standing_unit(actor, screen, key)
    return _known(verb, actor, key, version, at_unit=unit, reason=reason)


def _known(verb: Callable[..., Outcome[Any]], *given: Any, **named: Any) -> Outcome[Any]:
    """Call the Action; what another one wrote in the same instant is a problem, not a fault."""
    try:
        return verb(*given, **named)
    except IntegrityError:
        return Outcome(problems=(Problem.of("screens.taken", name="—", name_en="—"),))


def _standing_unit(actor: Actor, screen: Screen, key: int) -> int | None:
    record = seen_by(actor, screen).filter(pk=key).first()
    return unit_of(screen, record) if record is not None else None


def seen_by(actor: Actor, screen: Screen) -> Any:
    """Return the records of the screen the actor may see."""
    if actor.user is None:
        return screen.model._default_manager.all()
    return visible_to(screen.model, actor.user)


def unit_of(screen: Screen, record: Any) -> int | None:
    """Return the unit at which the rights over `record` are asked for; None where it has none."""
    if not screen.unit:
        return None
    return value_at(record, screen.unit) if record is not None else None


def may_at(actor: Actor, right: str, unit: int | None) -> bool:
    """Tell whether `right` holds at `unit`; what has no unit is changed by whoever holds it everywhere."""
    if not right:
        return False
    allowed = units_of(actor, right)
    return allowed is None or (unit is not None and unit in allowed)


def verbs_of(screen: Screen) -> Verbs:
    """Return the Actions of a screen."""
    kept = _verbs.get(screen.code)
    if kept is None or kept[0] is not screen:
        kept = _verbs[screen.code] = (screen, _made(screen))
    return kept[1]


@on_declare
def _register(screen: Screen) -> None:
    """Let the trail know the Actions of every declared screen, whether or not this process runs one."""
    verbs_of(screen)


def _made(screen: Screen) -> Verbs:
    zh, en = screen.one.zh, screen.one.en

    def new(act: Act, values: Values, *, reason: str = "") -> Any:
        del reason  # read by the decorator
        return _create(act, screen, values)

    def changed(
        act: Act, key: int, version: int | None, values: Values, *, at_unit: int | None = None, reason: str = ""
    ) -> Any:
        del reason, at_unit
        return _change(act, screen, key, version, values)

    def gone(act: Act, key: int, version: int | None, *, at_unit: int | None = None, reason: str = "") -> None:
        del reason, at_unit
        _remove(act, screen, key, version)

    editable = any(column.edit for column in screen.columns)
    code, edit = screen.code, screen.edit
    return Verbs(
        action(f"{code}.create", right=edit, zh=f"新建{zh}", en=f"Add a new {en}")(new) if edit and editable else None,
        action(f"{code}.change", right=edit, zh=f"修改{zh}", en=f"Change the {en}")(changed)
        if edit and editable
        else None,
        action(f"{code}.remove", right=screen.remove, zh=f"删除{zh}", en=f"Remove the {en}")(gone)
        if screen.remove
        else None,
    )


def _read(act: Act, screen: Screen, values: Values) -> tuple[dict[str, Any], list[Problem]]:
    """Return what the values mean, by column, and everything that is wrong with them."""
    meant: dict[str, Any] = {}
    problems: list[Problem] = []
    for code, given in values.items():
        column = screen.column(code)
        if column is None or not column.edit:
            problems.append(Problem.of("screens.unchangeable", value=code[:40]))
            continue
        found = read_field(screen, column, given, act.actor.user)
        if found.problem is not None:
            problems.append(found.problem)
        else:
            meant[code] = found.value
    return meant, problems


def _create(act: Act, screen: Screen, values: Values) -> Any:
    meant, problems = _read(act, screen, values)
    required = [column for column in columns_of(screen) if column.edit and column.required]
    problems += [wrong("screens.missing", column) for column in required if column.code not in values]
    refuse(problems)
    record = screen.model()
    _set(screen, record, meant)
    _placed(act, screen, record, meant)
    if stands_on_subject(screen.model):
        record.pk = new_subject(screen.model).pk
    _save(act, screen, record, {}, fresh=True)
    after = {column.code: _kept(value_of(column, record)) for column in columns_of(screen) if column.edit}
    given = {code: value for code, value in after.items() if value not in (None, "")}
    act.changed(screen.model._meta.db_table, record.pk, None, {"name": name_of(record), **given})
    return record


def _change(act: Act, screen: Screen, key: int, version: int | None, values: Values) -> Any:
    record = _held(act, screen, key, screen.edit)
    meant, problems = _read(act, screen, values)
    if version is not None and _version(record) not in (version, None):
        problems = [*_meanwhile(act, screen, record, values), *problems]
    refuse(problems)
    columns = [column for column in columns_of(screen) if column.code in meant]
    old = {column.code: value_of(column, record) for column in columns}
    before = {code: value for code, value in old.items() if value != meant[code]}
    if not before:
        return record
    _set(screen, record, {code: meant[code] for code in before})
    _placed(act, screen, record, before)
    if _version(record) is not None:
        record.version += 1
    _save(act, screen, record, before, fresh=False)
    kept = {code: _kept(value) for code, value in before.items()}
    after = {column.code: _kept(value_of(column, record)) for column in columns if column.code in before}
    act.changed(screen.model._meta.db_table, record.pk, kept, after)
    for hook in _hooks:
        hook(act, screen, record, tuple(before))
    return record


def _remove(act: Act, screen: Screen, key: int, version: int | None) -> None:
    record = _held(act, screen, key, screen.remove)
    if version is not None and _version(record) not in (version, None):
        raise Stopped(*_meanwhile(act, screen, record, {}))
    title = name_of(record)
    refuse(hanging_on(screen, key, act.actor.user).problems(title))
    before = {column.code: _kept(value_of(column, record)) for column in columns_of(screen) if column.edit}
    filled = {code: value for code, value in before.items() if value not in (None, "")}
    drop_belongings(act, screen, key)
    subject = record.subject if stands_on_subject(screen.model) else None
    record.delete()
    if subject is not None:
        subject.delete()
    act.changed(screen.model._meta.db_table, key, {"name": title, **filled}, None)


def _held(act: Act, screen: Screen, key: int, right: str) -> Any:
    """Return the record, held until the Action ends; Stopped where there is none, Refused without the right there."""
    if not seen_by(act.actor, screen).filter(pk=key).exists():
        raise Stopped(Problem.of("screens.no-such-record", number=key))
    manager: Any = screen.model._default_manager
    record = manager.select_for_update().get(pk=key)
    if not may_at(act.actor, right, unit_of(screen, record)):
        raise Refused(right)
    return record


def _version(record: Any) -> int | None:
    return getattr(record, "version", None)


def _set(screen: Screen, record: Any, meant: Mapping[str, Any]) -> None:
    for column in columns_of(screen):
        if column.code in meant:
            put(column, screen, record, meant[column.code])


def _placed(act: Act, screen: Screen, record: Any, touched: Mapping[str, Any]) -> None:
    """Stop where the record was put at a unit at which the person has no right."""
    unit = unit_of(screen, record)
    if may_at(act.actor, screen.edit, unit):
        return
    start = screen.unit.split("__")[0]
    column = next((one for one in columns_of(screen) if one.path == start and one.edit), None)
    if column is None or (column.code not in touched and record.pk is not None):
        raise Refused(screen.edit)
    if unit is None:
        raise Stopped(wrong("screens.missing", column))
    said = shown(screen, column, value_of(column, record), act.actor.user)
    raise Stopped(wrong("screens.outside", column, value=said))


def _save(act: Act, screen: Screen, record: Any, before: Mapping[str, Any], *, fresh: bool) -> None:
    """Settle what follows, ask the table's own rules, and write the record."""
    settled = list(screen.settle(act, record, before)) if screen.settle is not None else []
    if not stops(settled):
        settled += _taken(screen, record)
    refuse(settled)
    with transaction.atomic():  # of its own, so that a refusal by the database leaves the Action able to answer
        record.save(force_insert=fresh)


def _taken(screen: Screen, record: Any) -> list[Problem]:
    """Return the problems of values that only one record may have."""
    try:
        record.validate_unique()
        record.validate_constraints()
    except ValidationError as error:
        named = error.message_dict if hasattr(error, "error_dict") else {}
        fields = {one.path: one for one in columns_of(screen)}
        columns = [fields[name] for name in named if name in fields]
        if columns:
            return [wrong("screens.taken", column) for column in columns]
        return [Problem.of("screens.taken", name=screen.one.zh, name_en=screen.one.en)]
    return []


def _meanwhile(act: Act, screen: Screen, record: Any, values: Values) -> list[Problem]:
    """Return who changed the record meanwhile, and at each given column that differs what it holds now."""
    entries = TrailEntry.objects.filter(noun=screen.model._meta.db_table, subject=record.pk)
    last = entries.order_by("-id").values_list("actor_name", flat=True).first() or "—"
    found = [Problem.of("screens.changed-meanwhile", who=last, version=_version(record))]
    for column in columns_of(screen):
        if column.code not in values or not column.edit:
            continue
        mine = read_field(screen, column, values[column.code], act.actor.user)
        theirs = value_of(column, record)
        if mine.problem is not None or mine.value != theirs:
            zh, en = (
                shown(screen, column, theirs, act.actor.user, language, record=record) for language in ("zh", "en")
            )
            again = typed(column, record) if not column.secret else ""
            if column.secret and may_read(act.actor.user, screen, column, record):
                zh, en = veil(zh), veil(en)
            said = {"who": last, "theirs": zh, "theirs_en": en, "typed": again}
            found.append(wrong("screens.field-changed", column, **said))
    return found


def _kept(value: Any) -> Any:
    """Return a value as the trail keeps it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def changeable(screen: Screen, column: Column) -> bool:
    """Tell whether a person may change the column in a form."""
    return column.edit and (column.kind is not Kind.UNIT or model_field(screen, column) is not None)


def may_create(user: User, screen: Screen) -> bool:
    """Tell whether the person may create records of the screen somewhere."""
    if verbs_of(screen).create is None:
        return False
    allowed = units_of(Actor(user, str(user)), screen.edit)
    return allowed is None or (bool(screen.unit) and bool(allowed))


def may_change(user: User, screen: Screen, record: models.Model) -> bool:
    """Tell whether the person may change this record."""
    return verbs_of(screen).change is not None and may_at(Actor(user, str(user)), screen.edit, unit_of(screen, record))


def may_remove(user: User, screen: Screen, record: models.Model) -> bool:
    """Tell whether the person may remove this record."""
    right = screen.remove
    return verbs_of(screen).remove is not None and may_at(Actor(user, str(user)), right, unit_of(screen, record))
