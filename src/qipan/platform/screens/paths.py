"""Where the ORM finds a value: the field at the end of a path, and the value of a record there."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, ForeignKey, JSONField, Model


def fields_on(model: type[Model], path: str) -> tuple[Field[Any, Any], ...]:
    """Return the fields a path walks through; it ends at a JSON field, behind which every key may stand.

    Raises FieldDoesNotExist for a path that leads nowhere: a declaration is wrong.
    """
    found: list[Field[Any, Any]] = []
    at: type[Model] | None = model
    for part in path.split("__"):
        if at is None:
            raise FieldDoesNotExist(f"{model.__name__} has no {path}")
        one: Any = at._meta.pk if part == "pk" else at._meta.get_field(part)
        found.append(one)
        if isinstance(one, JSONField):
            break
        at = one.related_model if isinstance(one.related_model, type) else None
    return tuple(found)


def field_at(model: type[Model], path: str) -> Field[Any, Any]:
    """Return the field at the end of a path; a JSON field for a key behind it."""
    return fields_on(model, path)[-1]


def can_be_null(model: type[Model], path: str) -> bool:
    """Tell whether a record can have no value there."""
    fields = fields_on(model, path)
    return any(one.null for one in fields) or isinstance(fields[-1], JSONField)


def joined(path: str, model: type[Model]) -> str:
    """Return the relation a path crosses ("enterprise" of "enterprise__unit"); empty where it stays in the table."""
    fields = fields_on(model, path)
    return "__".join(path.split("__")[: len(fields) - 1])


def loaded(path: str, model: type[Model]) -> str:
    """Return the field that has to be loaded for the value at the path."""
    return "__".join(path.split("__")[: len(fields_on(model, path))])


def value_at(record: Any, path: str) -> Any:
    """Return the value of a record at a path; of a relation, its key."""
    at = record
    parts = path.split("__")
    for number, part in enumerate(parts):
        if at is None:
            return None
        if not isinstance(at, Model):
            at = at.get(part) if isinstance(at, dict) else None
            continue
        last = number == len(parts) - 1
        if part != "pk" and last and isinstance(at._meta.get_field(part), ForeignKey):
            part = at._meta.get_field(part).attname
        at = getattr(at, part)
    return at
