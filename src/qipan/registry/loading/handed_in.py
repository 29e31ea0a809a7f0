"""A file that a program handed in: checked, and written where it asked so, as a job."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qipan.engine.problem import Language, Problem
from qipan.platform import files, jobs
from qipan.platform.exchange import tokens
from qipan.platform.imports import load
from qipan.platform.imports.report import Group, groups_of, names_of, problem_groups
from qipan.platform.models import Job, User
from qipan.platform.rights import Actor, person
from qipan.registry.originals import veiled

KIND = "exchange.load"
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What a program hands in: a kept file under its own name, for a unit, and what it is told to be."""

    file: str
    name: str
    unit: int | None
    ledger: str | None
    dry_run: bool
    token: int
    language: Language


def hand_in(user: User, given: HandedIn) -> Job:
    """Queue the load and return its job."""
    arguments = {name: getattr(given, name) for name in HandedIn.__slots__}
    return jobs.start(KIND, person(user), arguments)


@jobs.kind(KIND)
def work(actor: Actor, job: Job, arguments: dict[str, Any]) -> dict[str, Any]:
    """Check the file and write it unless it is a dry run; return what came of it.

    The job goes on with the rights of the token that began it: no more than it carries, and none once it is revoked.
    """
    del actor
    given = HandedIn(**arguments)
    token = tokens.numbered(given.token)
    if token is None:
        return {"problems": [], "stopped": [Problem.of("exchange.no-such-token").as_json(given.language)]}
    with tempfile.TemporaryDirectory(prefix="qipan-") as folder:
        path = Path(folder) / given.name
        shutil.copyfile(files.path_of(given.file), path)
        return _loaded(token.user, job, given, path)


def _loaded(user: User, job: Job, given: HandedIn, path: Path) -> dict[str, Any]:
    request = load.request([path], actor=person(user), unit=given.unit, ledger=given.ledger)
    checked = load.check(request, lambda step, done, total: jobs.heard(job, step, done, total))
    result = {**_told(user, checked, given.language), "dry_run": given.dry_run, "batch": None, "stopped": []}
    if given.dry_run or checked.counts.read == 0:
        return result
    jobs.heard(job, "commit", 0, 0)  # the last moment at which it can be cancelled
    outcome = load.write(checked, person(user))
    if outcome.value is not None:
        result["batch"] = outcome.value.pk
    result["stopped"] = [problem.as_json(given.language) for problem in outcome.problems]
    return result


def _told(user: User, checked: load.Checked, language: Language) -> dict[str, Any]:
    counts, names = checked.counts, names_of(checked.understood.sheets)
    whole = problem_groups(checked.understood, checked.problems().clear(), examples=EXAMPLES)
    rows = groups_of(veiled(checked.problems(), user, frozenset()), names, examples=EXAMPLES)
    numbers = ("read", "new", "changed", "same", "refused", "conflicts")
    return {
        "counts": {name: getattr(counts, name) for name in numbers},
        "sheets": [
            {
                "file": read.book.name,
                "sheet": read.sheet.name,
                "ledger": read.ledger.code if read.ledger else None,
                "confidence": round(read.recognition.confidence, 3),
            }
            for read in checked.understood.sheets
        ],
        "problems": [_group(group, language) for group in (*whole, *rows)],
    }


def _group(group: Group, language: Language) -> dict[str, Any]:
    return {
        "code": group.code,
        "severity": str(group.severity),
        "count": group.count,
        "examples": [example.as_json(language) for example in group.examples],
    }
