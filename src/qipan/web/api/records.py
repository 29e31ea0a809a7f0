"""Records of every declared noun: list, read, create, change, remove, change many, and what happened to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from ninja import Router

from qipan.engine.problem import Problem
from qipan.platform.action import VERBS, Outcome
from qipan.platform.records.history import Happening, history
from qipan.platform.rights import Refused, may, person
from qipan.platform.screens import Column, Screen, columns_of, screen_of
from qipan.platform.screens.cells import rows_of, veil
from qipan.platform.screens.changing import change, create, remove, verbs_of
from qipan.platform.screens.listing import every_record, list_page, read_wanted
from qipan.platform.screens.words import may_read, name_of
from qipan.web.api import answers
from qipan.web.api.asked import Wrong, body, next_link, wrong_value
from qipan.web.api.doors import Request
from qipan.web.api.schemas import BULK, MOST

router = Router(tags=["records"])

PAGE = 100
READ_HERE = frozenset({"limit", "at"})
VERSION = re.compile(r'(?:W/)?"?([0-9]{1,9})(?:\.[0-9a-f]+)?"?')


def screen_shown(request: Request, code: str) -> Screen:
    """Return the screen at an address; raises Http404 where there is none and Refused without the right to see it."""
    screen = screen_of(code)
    if screen is None:
        raise Http404
    if not may(person(request.user), screen.see):
        raise Refused(screen.see)
    return screen


def _allowed(screen: Screen, *, single: bool) -> list[str]:
    """Return what the address of all records, or of one, takes."""
    verbs = verbs_of(screen)
    if single:
        return ["GET", *(["PATCH"] if verbs.change else []), *(["DELETE"] if verbs.remove else [])]
    return ["GET", *(["POST"] if verbs.create else [])]


def _record(screen: Screen, request: Request, key: int) -> Any:
    found = every_record(request.user, screen).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def rows(screen: Screen, records: list[Any], request: Request) -> list[dict[str, Any]]:
    """Return records as the API gives them: columns by code, secrets masked without their right."""
    columns = columns_of(screen)
    return [
        {
            "id": record.pk,
            "version": _counted(record),
            "title": name_of(record),
            "values": {
                column.code: found.value if not found.masked else found.text
                for column, found in zip(columns, cells, strict=True)
            },
        }
        for record, cells in zip(records, rows_of(screen, columns, records, request.user), strict=True)
    ]


def _counted(record: Any) -> int | None:
    """Return how often the record was changed; None where its noun does not count (a measure's version is another)."""
    version = getattr(record, "version", None)
    return version if isinstance(version, int) else None


def _tag(shown: Mapping[str, Any]) -> str:
    """Return the tag of one record: its version, then what it holds as its reader sees it."""
    whole = sha256(answers.said(shown).encode()).hexdigest()[:16]
    return f'"{shown["version"] if shown["version"] is not None else 0}.{whole}"'


def _one(screen: Screen, record: Any, request: Request, status: int = 200) -> HttpResponse:
    shown = rows(screen, [record], request)[0]
    response = answers.answer(shown, status)
    response["ETag"] = _tag(shown)
    response["Cache-Control"] = "private, no-cache"
    return response


def _limit(request: Request) -> int:
    text = request.GET.get("limit", str(PAGE))
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= MOST):
        raise Wrong(wrong_value("limit", f"1–{MOST}"))
    return int(text)


@router.get("/records/{str:code}", include_in_schema=False, url_name="records")
def listing(request: Request, code: str) -> HttpResponseBase:
    """Return a page of the list, filtered and ordered as its page in the browser is; a wrong condition is an error."""
    screen = screen_shown(request, code)
    wanted, problems = read_wanted(screen, request.GET, also=READ_HERE)
    if problems:
        raise Wrong(*problems, status=422)
    limit, at = _limit(request), request.GET.get("at", "")

    def make() -> HttpResponse:
        page = list_page(request.user, screen, wanted, at=at, limit=limit)
        return answers.answer(
            {
                "records": rows(screen, list(page.records), request),
                "count": page.count,
                "more": page.more_than_counted,
                "next": next_link(request, page.following),
                "previous": next_link(request, page.preceding),
            }
        )

    tag = answers.state_tag(request, screen.stamp()) if screen.stamp is not None else None
    return answers.tagged(request, make, tag)


@router.post("/records/{str:code}", include_in_schema=False)
def creating(request: Request, code: str) -> HttpResponseBase:
    """Add a record."""
    screen = screen_shown(request, code)
    if verbs_of(screen).create is None:
        return HttpResponseNotAllowed(_allowed(screen, single=False))
    given = body(request, {"values", "reason"})
    outcome = create(person(request.user), screen, _values(given), reason=_reason(given.get("reason", "")))
    if outcome.value is None:
        return answers.refusal(outcome.problems)
    response = _one(screen, _fresh(screen, request, outcome), request, 201)
    response["Location"] = reverse("api:record", args=[screen.code, outcome.value.pk])
    return response


def _fresh(screen: Screen, request: Request, outcome: Outcome[Any]) -> Any:
    """Return the record as it is kept; a person may put one where they do not see it."""
    made: Any = outcome.value
    found = every_record(request.user, screen).filter(pk=made.pk).first()
    return found if found is not None else outcome.value


@router.get("/records/{str:code}/{number:key}", include_in_schema=False, url_name="record")
def reading(request: Request, code: str, key: int) -> HttpResponseBase:
    """Return one record."""
    screen = screen_shown(request, code)
    shown = rows(screen, [_record(screen, request, key)], request)[0]
    return answers.tagged(request, lambda: answers.answer(shown), _tag(shown))


@router.patch("/records/{str:code}/{number:key}", include_in_schema=False)
def changing(request: Request, code: str, key: int) -> HttpResponseBase:
    """Change one record, unless somebody changed it since it was read: then say who, and what it holds now."""
    screen = screen_shown(request, code)
    if verbs_of(screen).change is None:
        return HttpResponseNotAllowed(_allowed(screen, single=True))
    given = body(request, {"values", "version", "reason"})
    record = _record(screen, request, key)
    version = _version(request, record, given)
    reason = _reason(given.get("reason", ""))
    outcome = change(person(request.user), screen, key, version, _values(given), reason=reason)
    if outcome.value is None:
        return _stopped(screen, request, key, outcome)
    return _one(screen, _fresh(screen, request, outcome), request)


@router.delete("/records/{str:code}/{number:key}", include_in_schema=False)
def removing(request: Request, code: str, key: int) -> HttpResponseBase:
    """Remove one record, unless somebody changed it since it was read or something hangs on it."""
    screen = screen_shown(request, code)
    if verbs_of(screen).remove is None:
        return HttpResponseNotAllowed(_allowed(screen, single=True))
    record = _record(screen, request, key)
    version = _version(request, record, {})
    outcome = remove(person(request.user), screen, key, version, reason=_reason(request.GET.get("reason", "")))
    if not outcome.done:
        return _stopped(screen, request, key, outcome)
    return HttpResponse(status=204)


def _version(request: Request, record: Any, given: Mapping[str, Any]) -> int | None:
    """Return the version the client saw, from If-Match or the body; raises Wrong (428) where it says none.

    `*` means whatever is there. A noun that counts no versions needs none.
    """
    if _counted(record) is None:
        return None
    match, version = request.headers.get("If-Match", "").strip(), given.get("version")
    if match == "*":
        return None
    if match:
        found = VERSION.fullmatch(match)
        return int(found[1]) if found else -1  # a tag that was never ours matches nothing
    if isinstance(version, bool) or not isinstance(version, int):
        if version is not None:
            raise Wrong(wrong_value("version", "1, 2, …"))
        raise Wrong(Problem.of("api.version-needed"), status=428)
    return version


def _stopped(screen: Screen, request: Request, key: int, outcome: Outcome[Any]) -> HttpResponse:
    """Return why nothing was written; where the record moved on, with what it holds now."""
    moved = any(one.code == "screens.changed-meanwhile" for one in outcome.problems)
    hinders = any(one.code.startswith("screens.hanging") for one in outcome.problems)
    status = (412 if "If-Match" in request.headers else 409) if moved else 409 if hinders else None
    record = every_record(request.user, screen).filter(pk=key).first() if moved else None
    current = rows(screen, [record], request)[0] if record is not None else None
    return answers.refusal(outcome.problems, status, **({"current": current} if current else {}))


def _values(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a body by column; raises Wrong where they are no object of plain values."""
    values = given.get("values")
    if not isinstance(values, dict):
        raise Wrong(wrong_value("values", "{}"))
    wrong = [name for name, one in values.items() if not (one is None or isinstance(one, str | int | float))]
    if wrong:
        raise Wrong(*(wrong_value(name[:60], "text, number, true, false, null") for name in wrong[:20]))
    return values


def _reason(text: object) -> str:
    if not isinstance(text, str) or len(text) > 500 or "\0" in text:
        raise Wrong(wrong_value("reason", "≤ 500"))
    return text


@router.post("/records/{str:code}/bulk", include_in_schema=False)
def bulk(request: Request, code: str) -> HttpResponseBase:
    """Set the same values in many records, each by an Action of its own; what one refuses stops no other."""
    screen = screen_shown(request, code)
    if verbs_of(screen).change is None:
        raise Http404
    given = body(request, {"ids", "values", "reason"})
    ids, values, reason = given.get("ids"), _values(given), _reason(given.get("reason", ""))
    if not isinstance(ids, list) or not 1 <= len(ids) <= BULK or not all(type(one) is int for one in ids):
        raise Wrong(wrong_value("ids", f"1–{BULK}"))
    if any(not 0 <= one < 10**18 for one in ids):
        raise Wrong(wrong_value("ids", "0–10¹⁸"))
    done, refused = 0, []
    for key in dict.fromkeys(ids):
        try:
            outcome = change(person(request.user), screen, key, None, values, reason=reason)
            problems = outcome.problems
        except Refused:
            problems = (Problem.of("api.no-right"),)
        if any(one.code in {"platform.load-committing", "platform.database-busy"} for one in problems):
            return answers.refusal(problems)
        if problems:
            refused.append({"id": key, "problems": [answers.spelled(one) for one in problems]})
        else:
            done += 1
    return answers.answer({"done": done, "refused": refused})


@router.get("/records/{str:code}/{number:key}/history", include_in_schema=False)
def happened(request: Request, code: str, key: int) -> HttpResponseBase:
    """Return what people and loads did to the record, newest first."""
    screen = screen_shown(request, code)
    record = _record(screen, request, key)
    before = _moment(request.GET.get("before", ""))

    def make() -> HttpResponse:
        found = history(request.user, screen, record, before=before)
        following = None
        if found.earlier is not None:
            following = f"{request.path}?before={found.earlier.isoformat().replace('+', '%2B')}"
        events = [_event(screen, request, record, one) for one in found.happenings]
        return answers.answer({"events": events, "next": following})

    return answers.tagged(request, make)


def _moment(text: str) -> Any:
    if not text:
        return None
    try:
        found = parse_datetime(text) if len(text) < 40 else None
    except ValueError:
        found = None
    if found is None or not 1900 < found.year < 9999:
        raise Wrong(wrong_value("before", "2026-10-31T09:30:00+08:00"))
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _event(screen: Screen, request: Request, record: Any, one: Happening) -> dict[str, Any]:
    changes: list[dict[str, Any]] = []
    if one.entry is not None:
        entry = one.entry
        fields = {**(entry.before or {}), **(entry.after or {})}
        for name in fields:
            changes += _change(
                screen, request, record, name, (entry.before or {}).get(name), (entry.after or {}).get(name)
            )
        verb = VERBS.get(entry.action)
        return {
            "at": entry.at, "action": entry.action, "name": dict(verb.names) if verb else {}, "who": entry.actor_name,
            "acting_for": entry.acting_for or None, "reason": entry.reason, "batch": entry.batch, "event": entry.pk,
            "changes": changes,
        }  # fmt: skip
    if one.load is None:
        raise Http404
    load = one.load
    for written in load.changes:
        changes += _change(screen, request, record, written.field, written.before, written.after)
    verb = VERBS["batch.commit" if load.batch.kind == load.batch.Kind.LOAD else "batch.undo"]
    return {
        "at": one.at, "action": verb.code, "name": dict(verb.names), "who": load.batch.by_name,
        "acting_for": load.acting_for or None, "reason": "", "batch": load.batch.pk if load.open else None,
        "event": None, "changes": changes,
    }  # fmt: skip


def _change(screen: Screen, request: Request, record: Any, name: str, before: Any, after: Any) -> list[dict[str, Any]]:
    """Return one change of a declared column, masked where the person reads it so; nothing for what is no column."""
    column = next((one for one in columns_of(screen) if name in {one.code, one.path, f"{one.path}_id"}), None)
    if column is None:
        return []
    return [{"field": column.code, **{side: _veiled(screen, request, record, column, value) for side, value in
                                      (("before", before), ("after", after))}}]  # fmt: skip


def _veiled(screen: Screen, request: Request, record: Any, column: Column, value: Any) -> Any:
    if value in (None, "") or may_read(request.user, screen, column, record):
        return value
    return veil(str(value))
