"""Long work on lists, as jobs: exports, changes and removals of many records, with progress and a way to stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.http import QueryDict
from django.utils import translation

from qipan.engine.problem import Language
from qipan.platform import jobs
from qipan.platform.action import Act, action
from qipan.platform.home import home
from qipan.platform.models import Job, User
from qipan.platform.rights import Actor, Refused, may
from qipan.platform.screens.amounts import unit_name
from qipan.platform.screens.bulk import Done, change_many, remove_many
from qipan.platform.screens.declaration import Column, Screen, columns_of, screen_of
from qipan.platform.screens.exporting import Format, heading, write_list
from qipan.platform.screens.listing import list_keys
from qipan.platform.screens.selection import MOST
from qipan.platform.screens.wanted import Wanted, read_wanted
from qipan.platform.term import language

EXPORT, CHANGE, REMOVE = "lists.export", "lists.change", "lists.remove"
HERE = 500  # records that are changed while the page waits; more are a job
EXPORTED_HERE = 5_000
KEPT_FOR = 24 * 3600.0  # seconds an export lies ready
BREATH = 0.5  # seconds between two words about how far it is


def chosen_columns(screen: Screen, codes: Sequence[str]) -> list[Column]:
    """Return the columns called so, in that order; those a list shows where none is named."""
    known = {column.code: column for column in columns_of(screen)}
    found = [known[code] for code in dict.fromkeys(codes) if code in known]
    return found or [column for column in columns_of(screen) if column.shown]


def exports() -> Path:
    """Return the folder where exports lie ready for who asked for them; old ones are gone from it."""
    folder = home().cache / "exports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    old = time.time() - KEPT_FOR
    for path in folder.iterdir():
        if path.stat().st_mtime < old:
            path.unlink(missing_ok=True)
    return folder


def _teller(job: Job, step: str, total: int) -> Callable[[int], None]:
    """Return what tells of progress, not more often than anybody looks; it raises where somebody asked to stop."""
    last = 0.0

    def tell(done: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= BREATH:
            last = now
            jobs.heard(job, step, done, total)

    return tell


def _screen(arguments: Mapping[str, Any]) -> Screen:
    screen = screen_of(str(arguments["screen"]))
    if screen is None:
        raise LookupError(f"there is no screen {arguments['screen']}")
    return screen


def _wanted(screen: Screen, query: str) -> Wanted:
    return read_wanted(screen, QueryDict(query))[0]


def _somebody(actor: Actor) -> User:
    if actor.user is None:
        raise Refused("lists")
    return actor.user


@action("list.export", right="views.keep", zh="导出列表", en="Export a list")
def note_export(act: Act, screen: Screen, rows: int, format: Format, query: str) -> None:
    """Leave in the trail that a list was taken along: what of, how many records, under which conditions."""
    right = screen.export or screen.see
    if not may(act.actor, right):
        raise Refused(right)
    told = {"name": str(screen.names.zh), "rows": rows, "format": str(format), "query": query}
    act.changed("export", None, None, told)


def export_list(
    path: Path,
    actor: Actor,
    screen: Screen,
    query: str,
    columns: Sequence[Column],
    format: Format,
    tell: Callable[[int], None] | None = None,
) -> int:
    """Write the list to `path`, with a line in the trail; returns how many records it has."""
    user = _somebody(actor)
    headings = [heading(column, unit_name) for column in columns]
    wanted = _wanted(screen, query)
    rows = write_list(path, user, screen, wanted, columns, format, headings=headings, tell=tell)
    outcome = note_export(actor, screen, rows, format, query)
    if not outcome.done:
        path.unlink(missing_ok=True)
        raise RuntimeError(", ".join(problem.code for problem in outcome.problems))
    return rows


@jobs.kind(EXPORT)
def _export(actor: Actor, job: Job, arguments: dict[str, Any]) -> dict[str, Any]:
    screen, format = _screen(arguments), Format(arguments["format"])
    path = exports() / f"{job.pk}.{format}"
    with translation.override(arguments.get("language", "zh-hans")):
        columns = chosen_columns(screen, arguments["columns"])
        tell = _teller(job, "export", int(arguments.get("count", 0)))
        rows = export_list(path, actor, screen, arguments["query"], columns, format, tell)
    return {"rows": rows, "format": str(format)}


def _keys(actor: Actor, screen: Screen, arguments: Mapping[str, Any]) -> list[int]:
    if arguments.get("query") is None:
        return [int(key) for key in arguments["keys"]]
    return list_keys(_somebody(actor), screen, _wanted(screen, arguments["query"]), MOST)


@jobs.kind(CHANGE)
def _change(actor: Actor, job: Job, arguments: dict[str, Any]) -> dict[str, Any]:
    screen = _screen(arguments)
    keys = _keys(actor, screen, arguments)
    tell = _teller(job, "change", len(keys))
    found = change_many(actor, screen, keys, arguments["values"], reason=arguments.get("reason", ""), tell=tell)
    return _told(found, arguments)


@jobs.kind(REMOVE)
def _remove(actor: Actor, job: Job, arguments: dict[str, Any]) -> dict[str, Any]:
    screen = _screen(arguments)
    keys = _keys(actor, screen, arguments)
    tell = _teller(job, "remove", len(keys))
    found = remove_many(actor, screen, keys, reason=arguments.get("reason", ""), tell=tell)
    return _told(found, arguments)


def _told(found: Done, arguments: Mapping[str, Any]) -> dict[str, Any]:
    with translation.override(arguments.get("language", "zh-hans")):
        said: Language = language()
    return found.as_json(said)
