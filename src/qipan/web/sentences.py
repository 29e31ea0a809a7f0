"""The trail as sentences a director understands: who did what to what, and what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from qipan.platform.action import VERBS
from qipan.platform.models import TrailEntry
from qipan.web import words
from qipan.web.language import short


@dataclass(frozen=True, slots=True)
class Change:
    """One field that changed."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the trail."""

    at: datetime
    sentence: str
    changes: tuple[Change, ...]
    reason: str
    batch: int | None


def _value(value: Any) -> str:
    if value is None or value == "":
        return _("空")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(value)


def _changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[Change, ...]:
    fields = {**(before or {}), **(after or {})}
    return tuple(
        Change(words.word("field", name), _value((before or {}).get(name)), _value((after or {}).get(name)))
        for name in fields
        if name in words.WORDS["field"]
    )


def _judged(who: str, after: Mapping[str, Any]) -> str:
    """Return what somebody said of a firm in a file that could not be told for certain."""
    if after.get("said") == "same":
        said = _("{who}：判定文件中的“{name}”就是“{firm}”")
    else:
        said = _("{who}：判定文件中的“{name}”是另一家企业，登记为新企业")
    return said.format(who=who, name=after.get("name", ""), firm=after.get("firm", ""))


def _unsaid(who: str, before: Mapping[str, Any]) -> str:
    """Return what somebody took back of it."""
    if before.get("said") == "same":
        said = _("{who}：撤回判定，文件中的“{name}”不再当作“{firm}”")
    else:
        said = _("{who}：撤回判定，文件中的“{name}”不再登记为新企业")
    return said.format(who=who, name=before.get("name", ""), firm=before.get("firm", ""))


def event(entry: TrailEntry) -> Event:
    """Return the entry as a sentence, with what changed beside it."""
    verb = VERBS.get(entry.action)
    actor = words.who(entry.actor_name)
    deed = verb.names[short()] if verb else _("修改了记录")
    noun = words.word("noun", entry.noun)
    name = (entry.after or entry.before or {}).get("name")
    if entry.noun == "verdict" and entry.after:
        sentence = _judged(actor, entry.after)
    elif entry.noun == "verdict" and entry.before:
        sentence = _unsaid(actor, entry.before)
    elif isinstance(name, str) and name:
        sentence = _("{who}：{deed}，{noun}“{name}”").format(who=actor, deed=deed, noun=noun, name=name)
    else:
        sentence = _("{who}：{deed}").format(who=actor, deed=deed)
    changes = _changes(entry.before, entry.after) if entry.before is not None else ()
    return Event(entry.at, sentence, changes, entry.reason, entry.batch)
