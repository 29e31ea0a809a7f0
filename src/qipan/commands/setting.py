"""How every command begins: which data folder, which language, the records ready to be used."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from qipan.engine.problem import Language, Problem

# Progress and questions go to standard error, so that standard output stays what was asked for.
console = Console(stderr=True)
out = Console()
_chosen: dict[str, Language] = {"language": "zh"}

DONE, FAILED, STOPPED, MISUSED, ERRORS = 0, 1, 3, 2, 4
SEVERITIES = {
    "error": ("错误", "error", "red"),
    "question": ("待确认", "question", "magenta"),
    "warning": ("提醒", "warning", "yellow"),
    "info": ("说明", "note", "blue"),
}

STEPS = {
    "read": ("读取", "Reading"),
    "understand": ("识别", "Recognising"),
    "resolve": ("匹配企业", "Matching firms"),
    "compare": ("比对", "Comparing"),
    "commit": ("提交", "Committing"),
    "index": ("建立索引", "Indexing"),
    "generate": ("生成", "Generating"),
    "backup": ("备份", "Backing up"),
    "restore": ("恢复", "Restoring"),
    "write": ("写出", "Writing"),
    "health": ("体检", "Checking"),
}


def choose(data: Path | None, language: str) -> None:
    """Remember what the options say."""
    if data is not None:
        os.environ["QIPAN_HOME"] = str(data)
    _chosen["language"] = "en" if language.startswith("en") else "zh"


def language() -> Language:
    """Return the language of this command's words."""
    return _chosen["language"]


def say(zh: str, en: str) -> str:
    """Return the words in the chosen language."""
    return zh if language() == "zh" else en


class Unready(Exception):
    """The installation cannot be used; `main` says why, to a machine in JSON."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


def ready(*, definitions: bool = True) -> None:
    """Leave Django set up, the tables in place and the definitions installed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qipan.platform.settings")
    import django

    django.setup()
    from qipan.platform.storage.tables import bring_up_to_date

    bring_up_to_date()
    if definitions:
        from qipan.platform.definitions import install
        from qipan.platform.rights import machine

        outcome = install(machine(say("系统", "system")))
        if not outcome.done:
            raise Unready(*outcome.problems)


def operator() -> Any:
    """Return the person at the command line as an actor: whoever owns the data folder may do everything in it."""
    import getpass

    from qipan.platform.rights import machine

    return machine(say(f"命令行（{getpass.getuser()}）", f"command line ({getpass.getuser()})"))


def severity_word(severity: str) -> str:
    """Return what a severity is called."""
    return say(*SEVERITIES[severity][:2])


def show_problems(problems: Sequence[Problem]) -> None:
    """Print problems for a person, advice that holds for several in a row once."""
    for number, problem in enumerate(problems):
        where, hint = problem.where.text(language()), problem.hint(language())
        console.print(
            f"{severity_word(problem.severity)} {problem.message(language())}",
            style=SEVERITIES[problem.severity][2], highlight=False, markup=False,
        )  # fmt: skip
        if where:
            console.print(f"  {where}", style="dim", highlight=False, markup=False)
        if hint and (number + 1 == len(problems) or problems[number + 1].hint(language()) != hint):
            console.print(f"  → {hint}", style="dim", highlight=False, markup=False)


def answer(result: Mapping[str, Any]) -> None:
    """Print the one JSON object a machine reads."""
    sys.stdout.write(json.dumps(result, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def finish(result: Mapping[str, Any], json: bool, code: int) -> int:
    """Answer a machine where it asked, and return the exit code."""
    if json:
        answer({**result, "exit": code})
    return code


def misused(what: str, *, json: bool) -> int:
    """Say that the command was called wrongly, and how."""
    console.print(what, style="red", markup=False, highlight=False)
    return finish({"misused": what}, json, MISUSED)


def fell(error: Exception, *, json: bool) -> int | None:
    """Say what the machine refused and return the exit code; null where `error` is a fault of the program."""
    from qipan.platform.faults import said

    found = said(error)
    problems = error.problems if isinstance(error, Unready) else (found,) if found else ()
    if not problems:
        return None
    show_problems(problems)
    return finish({"problems": [problem.as_json(language()) for problem in problems]}, json, FAILED)


def agreed(question: str, *, yes: bool) -> bool:
    """Ask a person; where nobody can answer, only `--yes` agrees."""
    if yes:
        return True
    if not sys.stdin.isatty():
        console.print(say("无人值守时请加 --yes", "Add --yes where nobody can answer"), style="yellow")
        return False
    return console.input(f"{question} [y/N] ").strip().lower() in {"y", "yes", "是"}


@contextmanager
def progress(*, quiet: bool) -> Iterator[Any]:
    """Yield a function `(step, done, total)` that shows how far the work is."""
    if quiet:
        yield lambda *_told: None
        return
    bar = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console, transient=True,
    )  # fmt: skip
    tasks: dict[str, Any] = {}

    def tell(step: str, done: int, total: int) -> None:
        if step not in tasks:
            tasks[step] = bar.add_task(say(*STEPS.get(step, (step, step))), total=total or None)
        bar.update(tasks[step], completed=done, total=total or None)

    with bar:
        yield tell
