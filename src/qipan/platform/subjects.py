"""Subjects: the numbers under which the nouns of registry and desks stand, given out by whoever stands above."""

from __future__ import annotations

from typing import Any

from django.db import models

# The registry's table of subjects; given once, because the platform stands below the registry.
_subject: list[type[models.Model]] = []


def subjects_are(model: type[models.Model]) -> None:
    """Let `model` be the table new subjects are written to."""
    _subject[:] = [model]


def subject_model() -> type[models.Model]:
    """Return the table of subjects."""
    return _subject[0]


def stands_on_subject(model: type[models.Model]) -> bool:
    """Tell whether a record of `model` is a subject: its primary key is one's."""
    key = model._meta.pk
    return bool(_subject) and key is not None and key.is_relation and key.related_model is _subject[0]


def new_subject(model: type[models.Model]) -> models.Model:
    """Return a new subject for a record of `model`, whose `NUMBER` says which noun it is."""
    numbered: Any = model
    return _subject[0]._default_manager.create(noun=numbered.NUMBER)
