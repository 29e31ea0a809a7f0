"""Filling in a record: pre-filled, checked beside each field, and nothing lost when somebody else was quicker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qipan.engine.problem import Problem
from qipan.platform.action import Outcome
from qipan.platform.rights import Refused, person
from qipan.platform.screens import changing
from qipan.platform.screens.declaration import Column, Kind, Screen, screen_of
from qipan.platform.screens.fields import read_field
from qipan.platform.screens.hanging import hanging_on
from qipan.platform.screens.listing import searched
from qipan.platform.screens.words import name_of, shown
from qipan.platform.visible import visible_to
from qipan.web import errors
from qipan.web.pages import Request, page
from qipan.web.records import fields
from qipan.web.records.fields import CHOSEN, MEANWHILE, THEIRS, WAS, Input, editable
from qipan.web.records.standing import address_of, list_address, record_named, screen_named

OFFERED = 12  # records offered while somebody types a name
LONGEST = 20_000  # characters of one posted field


@dataclass(frozen=True, slots=True)
class Posted:
    """What the person sent: what stands in each field, and what they changed."""

    given: Mapping[str, str]
    changed: Mapping[str, str]
    version: int | None


def posted(request: Request, screen: Screen, *, fresh: bool) -> Posted:
    """Read the form; a field left as it was is not changed, and one may take the other person's value."""
    given: dict[str, str] = {}
    changed: dict[str, str] = {}
    for column in editable(screen):
        if column.code not in request.POST:
            continue
        value = request.POST[column.code][:LONGEST].replace("\r\n", "\n")
        given[column.code] = value
        was = request.POST.get(WAS + column.code, "").replace("\r\n", "\n")
        given[WAS + column.code] = was
        if request.POST.get(CHOSEN + column.code) == "theirs":
            given[column.code] = was
        elif fresh or value.strip() != was.strip():
            changed[column.code] = value
    version = request.POST.get("version", "")
    return Posted(given, changed, int(version) if version.isdecimal() and len(version) < 10 else None)


def _shown_form(
    request: Request, screen: Screen, record: Any | None, inputs: Mapping[str, Input], problems: Sequence[Problem] = ()
) -> HttpResponseBase:
    loose = [one for one in problems if one.where.column not in inputs and one.code != MEANWHILE]
    meanwhile = next((one for one in problems if one.code == MEANWHILE), None)
    wrong = sum(bool(one.problems) for one in inputs.values())
    context = {
        "screen": screen,
        "record": record,
        "title": name_of(record) if record is not None else "",
        "groups": fields.groups(screen, inputs, _("其他"), _("本区自定")),
        "problems": loose,
        "meanwhile": meanwhile,
        "wrong": wrong,
        "version": getattr(record, "version", "") if record is not None else "",
        "back": address_of(screen, record.pk) if record is not None else list_address(screen),
        "list_address": list_address(screen),
    }
    return render(request, "web/record_form.html", context)


def _inputs(
    request: Request, screen: Screen, record: Any | None, sent: Posted | None, problems: Sequence[Problem]
) -> dict[str, Input]:
    given = sent.given if sent is not None else None
    return {
        column.code: fields.input_of(screen, column, record, request.user, posted=given, problems=problems)
        for column in editable(screen)
    }


@page
def new(request: Request, code: str) -> HttpResponseBase:
    """The form of a new record, and what came of it."""
    screen = screen_named(request, code)
    if not changing.may_create(request.user, screen):
        raise Refused(screen.edit)
    if request.method != "POST":
        given = {column.code: _wished(request, column) for column in editable(screen) if column.code in request.GET}
        inputs = _inputs(request, screen, None, Posted(given, {}, None) if given else None, ())
        return _shown_form(request, screen, None, inputs)
    sent = posted(request, screen, fresh=True)
    outcome = changing.create(person(request.user), screen, sent.changed)
    if not outcome.done:
        return _shown_form(
            request, screen, None, _inputs(request, screen, None, sent, outcome.problems), outcome.problems
        )
    messages.success(request, _("已新建。"))
    return redirect(_after(request, screen, outcome))


def _wished(request: Request, column: Column) -> str:
    """Return what the address fills in beforehand: of a record its name."""
    value = request.GET[column.code][:300]
    target = screen_of(column.to) if column.to else None
    if target is not None and value.isdecimal() and len(value) < 19:
        found = visible_to(target.model, request.user).filter(pk=int(value)).first()
        return name_of(found) if found is not None else ""
    return value


def _after(request: Request, screen: Screen, outcome: Outcome[Any]) -> str:
    record: Any = outcome.value
    key = record.pk
    seen = visible_to(screen.model, request.user).filter(pk=key).exists()
    return address_of(screen, key) if seen else list_address(screen)


@page
def edit(request: Request, code: str, number: int) -> HttpResponseBase:
    """The form of a record, and what came of it; with both sides' values where somebody else was quicker."""
    screen = screen_named(request, code)
    record = record_named(request, screen, number)
    if not changing.may_change(request.user, screen, record):
        raise Refused(screen.edit)
    if request.method != "POST":
        return _shown_form(request, screen, record, _inputs(request, screen, record, None, ()))
    sent = posted(request, screen, fresh=False)
    outcome = changing.change(person(request.user), screen, number, sent.version, sent.changed)
    if outcome.done:
        messages.success(request, _("已保存。") if sent.changed else _("没有改动。"))
        return redirect(_after(request, screen, outcome))
    record = record_named(request, screen, number)  # as it is now
    inputs = _inputs(request, screen, record, sent, outcome.problems)
    if any(one.code == MEANWHILE for one in outcome.problems):
        inputs = {code: _beside(request, screen, record, sent, one, outcome) for code, one in inputs.items()}
    return _shown_form(request, screen, record, inputs, outcome.problems)


def _beside(request: Request, screen: Screen, record: Any, sent: Posted, one: Input, outcome: Outcome[Any]) -> Input:
    """Return a field with the other person's value beside one's own, or, where one left it alone, with theirs."""
    column = screen.column(one.code)
    assert column is not None  # noqa: S101 - the input was made from it
    now = fields.standing(screen, column, record, request.user)
    if one.code not in sent.changed:
        return replace(one, value=now, was=now)
    told = next((p for p in outcome.problems if p.code == THEIRS and p.where.column == one.code), None)
    if told is None or now == one.was:  # nobody else touched it, or both mean the same
        return replace(one, was=now)
    mine = read_field(screen, column, one.value, request.user)
    said = shown(screen, column, mine.value, request.user, record=record) if mine.problem is None else one.value
    return replace(one, was=now, theirs=fields.in_page_language(told, "theirs") or "—", mine=said or "—")


@page
@require_POST
def check(request: Request, code: str, column: str) -> HttpResponseBase:
    """What is wrong with one field, asked when the person leaves it."""
    screen = screen_named(request, code)
    found = screen.column(column)
    if found is None or not found.edit:
        return errors.not_found(request)
    given = request.POST.get(column, "")[:LONGEST]
    unchanged = given.strip() == request.POST.get(WAS + column, "").strip() and "version" in request.POST
    read = read_field(screen, found, given, request.user)
    wrong = () if unchanged or read.problem is None else (read.problem,)
    return render(request, "web/parts/field_problems.html", {"problems": wrong, "code": column})


@page
@require_GET
def offer(request: Request, code: str, column: str) -> HttpResponseBase:
    """Records that can be chosen in a field, by the beginning of their name."""
    screen = screen_named(request, code)
    found = screen.column(column)
    target = screen_of(found.to) if found is not None and found.edit and found.kind is Kind.RECORD else None
    # Of one record the field is called as its column, of many records `set_` stands before it.
    wanted = (request.GET.get(column) or request.GET.get(f"set_{column}", "")).strip()[:100]
    options: list[tuple[str, str]] = []
    if target is not None and len(wanted) > 1:
        records = visible_to(target.model, request.user).filter(searched(request.user, target, wanted).condition)
        options = _told_apart(list(records[:OFFERED]))
    return render(request, "web/parts/field_options.html", {"options": options})


def _told_apart(records: Sequence[Any]) -> list[tuple[str, str]]:
    """Return what each record is chosen by, and what stands beside it: several of one name are chosen by their code."""
    names = [name_of(one) for one in records]
    found: dict[str, str] = {}
    for record, name in zip(records, names, strict=True):
        code = str(getattr(record, "code", "") or getattr(record, "uscc", "") or "")
        shared = names.count(name) > 1 and code
        found.setdefault(code if shared else name, name if shared else "")
    return list(found.items())


@page
def remove(request: Request, code: str, number: int) -> HttpResponseBase:
    """What removing the record would take with it, and, once confirmed, its removal."""
    screen = screen_named(request, code)
    record = record_named(request, screen, number)
    if not changing.may_remove(request.user, screen, record):
        raise Refused(screen.remove)
    title = name_of(record)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        version = request.POST.get("version", "")
        asked = int(version) if version.isdecimal() and len(version) < 10 else None
        reason = request.POST.get("reason", "")[:500]
        outcome = changing.remove(person(request.user), screen, number, asked, reason=reason)
        if outcome.done:
            messages.success(request, _("已删除“{name}”。").format(name=title))
            return redirect(list_address(screen))
        problems = outcome.problems
    hanging = hanging_on(screen, number, request.user)
    context = {
        "screen": screen,
        "record": record,
        "title": title,
        "hanging": hanging,
        "problems": problems or tuple(hanging.problems(title)),
        "possible": not hanging.problems(title),
        "version": getattr(record, "version", ""),
        "back": address_of(screen, number),
        "list_address": list_address(screen),
    }
    return render(request, "web/record_remove.html", context)
