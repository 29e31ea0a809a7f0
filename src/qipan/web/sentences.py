"""The trail as sentences a director understands: who did what to what, and what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from qipan.engine.periods import Period
from qipan.platform.action import VERBS
from qipan.platform.models import TrailEntry
from qipan.web import labels, words
from qipan.web.language import short
from qipan.web.people.shown import role_name


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
    about: str = ""  # the unit or firm it is about, where a list does not say so already


def _value(value: Any) -> str:
    if value is None or value == "":
        return _("空")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(value)


# Personal data: that it changed is told, from what to what never; who may read it asks on the record, with a reason.
CONTACTS = frozenset({"phone", "person"})
HIDDEN = "•••"  # what stands for a value the reader may not know


def _changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, *, values: bool) -> tuple[Change, ...]:
    fields = {**(before or {}), **(after or {})}
    return tuple(
        Change(words.word("field", name), *_shown(name, before, after, open_=values and name not in CONTACTS))
        for name in fields
        if name in words.WORDS["field"] and (before or {}).get(name) != (after or {}).get(name)
    )


def _shown(
    name: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, *, open_: bool
) -> tuple[str, str]:
    if not open_:
        return HIDDEN, HIDDEN
    was, now = ((told or {}).get(name) for told in (before, after))
    if name == "status":
        return _status(was), _status(now)
    return _value(was), _value(now)


def _status(value: Any) -> str:
    """Return the status of a return in words; that of a firm stands in the words of its register."""
    known = words.WORDS["return"].get(value) if isinstance(value, str) else None
    return str(known) if known is not None else _value(value)


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


def _granted(who: str, deed: str, told: Mapping[str, Any]) -> str:
    """Return what was granted to whom, where and until when."""
    sentence = _("{who}：{deed}，{name}任{role}").format(
        who=who, deed=deed, name=words.who(str(told.get("name", ""))), role=role_name(str(told.get("role", "")))
    )
    place = (told.get("unit_en") if short() == "en" else "") or told.get("unit")
    details = [str(place)] if place else []
    if told.get("stands_for"):
        details.append(_("代理 {name}").format(name=words.who(str(told["stands_for"]))))
    if told.get("since"):
        details.append(_("自 {day}").format(day=told["since"]))
    if told.get("until"):
        details.append(_("{day} 止").format(day=told["until"]))
    if not details:
        return sentence
    # Translators: what stands between the parts of an aside.
    return _("{sentence}（{aside}）").format(sentence=sentence, aside=_("，").join(details))


def _returned(told: Mapping[str, Any]) -> str:
    """Return which return is meant: its ledger and period in words."""
    period = told.get("period")
    when = Period(period).text(short()) if isinstance(period, int) else ""
    return " ".join(filter(None, (labels.ledger(str(told["ledger"])), when)))


def event(entry: TrailEntry, *, values: bool = True) -> Event:
    """Return the entry as a sentence, with what changed beside it.

    `values`: whether the reader may know from what to what; of personal data nobody is told that here.
    """
    verb = VERBS.get(entry.action)
    actor, told = words.acting(entry.actor_name, entry.acting_for), entry.after or entry.before or {}
    deed = verb.names[short()] if verb else _("修改了记录")
    noun = words.word("one" if entry.noun in words.WORDS["one"] else "noun", entry.noun)
    name = told.get("name")
    if entry.noun == "verdict" and entry.after:
        sentence = _judged(actor, entry.after)
    elif entry.noun == "return" and told.get("ledger"):
        sentence = _("{who}：{deed}，{noun}“{name}”").format(who=actor, deed=deed, noun=noun, name=_returned(told))
    elif entry.noun == "grant" and name:
        sentence = _granted(actor, deed, told)
    elif entry.noun == "verdict" and entry.before:
        sentence = _unsaid(actor, entry.before)
    elif isinstance(name, str) and name:
        shown = words.who(name) if entry.noun in {"person", "session"} else name
        sentence = _("{who}：{deed}，{noun}“{name}”").format(who=actor, deed=deed, noun=noun, name=shown)
    else:
        sentence = _("{who}：{deed}").format(who=actor, deed=deed)
    changes = ()
    if entry.before is not None:
        changes = _changes(entry.before, entry.after, values=values)
    return Event(entry.at, sentence, changes, entry.reason, entry.batch)
