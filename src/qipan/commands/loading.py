"""`qipan load`, `undo`, `lock`: ledgers go in, come out again as a whole, and are closed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from qipan.commands.loading_shown import show
from qipan.commands.setting import (
    DONE,
    ERRORS,
    FAILED,
    STOPPED,
    agreed,
    console,
    finish,
    language,
    misused,
    operator,
    progress,
    ready,
    say,
    show_problems,
)

EXAMPLES = 3


def load(
    paths: list[Path], *, unit: str | None, ledger: str | None, period: str | None, annotate: Path | None, dry_run: bool,  # noqa: E501
    yes: bool, json: bool,
) -> int:  # fmt: skip
    """Check, show, ask, commit."""
    started = time.perf_counter()
    ready()
    from qipan.platform.imports import load as loads
    from qipan.platform.imports.report import problem_groups

    missing = [path for path in paths if not path.exists()]
    if missing:
        return misused(say(f"没有这个文件：{missing[0]}", f"No such file: {missing[0]}"), json=json)
    request = _request(paths, unit, ledger, period)
    if isinstance(request, str):
        return misused(request, json=json)
    with progress(quiet=json) as tell:
        checked = loads.check(request, tell)
        groups = problem_groups(checked.understood, checked.problems(), examples=EXAMPLES)
        if annotate is not None:
            from qipan.platform.imports.report import annotate_all

            annotate_all(checked, annotate, language())
    result = _result(checked, groups, started)
    nothing = checked.counts.read == 0
    if not json:
        show(checked, groups)
    if dry_run or nothing:  # nothing understood is nothing to agree to, and no batch
        wrong = any(group.severity == "error" for group in groups)
        return finish(result, json, FAILED if nothing else ERRORS if wrong else DONE)
    if not agreed(say("写入吗？", "Write this?"), yes=yes):
        return finish(result, json, STOPPED)
    return _write(checked, result, started, json=json)


def _write(checked: Any, result: dict[str, Any], started: float, *, json: bool) -> int:
    from qipan.platform.imports import load as loads
    from qipan.platform.search import catch_up

    with progress(quiet=json) as tell:
        outcome = loads.write(checked, operator(), tell)
        if outcome.done:
            catch_up(tell)
    if not outcome.done:
        show_problems(outcome.problems)
        result["stopped"] = [problem.as_json(language()) for problem in outcome.problems]
        return finish(result, json, FAILED)
    result["batch"] = outcome.value.pk if outcome.value else None
    result["seconds"] = round(time.perf_counter() - started, 3)
    if not json:
        console.print(
            say(f"已写入批次 {result['batch']}，用时 {result['seconds']:.1f} 秒。撤销：qipan undo {result['batch']}",
                f"Written as batch {result['batch']} in {result['seconds']:.1f} s. To undo: qipan undo {result['batch']}"),  # noqa: E501
            style="green",
        )  # fmt: skip
    return finish(result, json, DONE)


def _request(paths: list[Path], unit: str | None, ledger: str | None, period: str | None) -> Any:
    from qipan.engine.periods import parse as read_period
    from qipan.engine.sheets import Context
    from qipan.platform.definitions import resolved
    from qipan.platform.imports.load import request
    from qipan.registry.naming import unit_named

    found = unit_named(unit) if unit else None
    if unit and found is None:
        return say(f"没有单位“{unit}”", f"There is no unit “{unit}”")
    known = resolved().ledger_specs()
    if ledger and not any(ledger in (spec.code, *spec.names, spec.en) for spec in known):
        zh = "、".join(f"{spec.names[0]}({spec.code})" for spec in known)
        en = ", ".join(f"{spec.en} ({spec.code})" for spec in known)
        return say(f"没有台账“{ledger}”；可用：{zh}", f"No ledger “{ledger}”; there are {en}")
    code = read_period(period) if period else None
    if period and code is None:
        return say(f"不是报告期：{period}（例：2026-10）", f"Not a period: {period} (try 2026-10)")
    context = Context(period=code.code) if code else None
    return request(paths, actor=operator(), unit=found.pk if found else None, ledger=ledger, context=context)


def _result(checked: Any, groups: list[Any], started: float) -> dict[str, Any]:
    counts = checked.counts
    return {
        "read": counts.read,
        "new": counts.new,
        "changed": counts.changed,
        "same": counts.same,
        "refused": counts.refused,
        "conflicts": counts.conflicts,
        "by_noun": {
            noun: {name: getattr(c, name) for name in ("read", "new", "changed", "same", "refused", "conflicts")}
            for noun, c in checked.plan.counts.items()
        },
        "sheets": [
            {
                "file": read.book.name, "sheet": read.sheet.name, "ledger": read.ledger.code if read.ledger else None,
                "confidence": round(read.recognition.confidence, 3),
            }
            for read in checked.understood.sheets
        ],
        "problems": {
            group.code: {
                "count": group.count,
                "severity": str(group.severity),
                "examples": [example.as_json(language()) for example in group.examples],
            }
            for group in groups
        },
        "seconds": round(time.perf_counter() - started, 3),
    }  # fmt: skip


def undo(batch: int, *, reason: str, yes: bool, json: bool) -> int:
    """Undo a batch as a whole."""
    ready(definitions=False)
    from qipan.platform.imports.undo import undo as run

    if not agreed(say(f"撤销批次 {batch}？", f"Undo batch {batch}?"), yes=yes):
        return finish({"batch": batch, "done": False}, json, STOPPED)
    outcome = run(operator(), batch, reason=reason)
    if outcome.done:
        from qipan.platform.search import catch_up

        catch_up()
    else:
        show_problems(outcome.problems)
    result = {"batch": batch, "done": outcome.done, "problems": [p.as_json(language()) for p in outcome.problems]}
    if not json and outcome.done:
        console.print(say(f"批次 {batch} 已撤销", f"Batch {batch} is undone"), style="green")
    return finish(result, json, DONE if outcome.done else FAILED)


def lock(period: str, units: list[str], ledgers: list[str], *, reason: str, yes: bool, json: bool) -> int:
    """Lock the returns of a period."""
    ready(definitions=False)
    from qipan.engine.periods import parse as read_period
    from qipan.registry.loading.returns import lock as run
    from qipan.registry.naming import unit_named

    found = read_period(period)
    named = [unit_named(text) for text in units]
    if found is None or None in named:
        return misused(say("报告期或单位不认识（例：2026-10）", "Period or unit not known (try 2026-10)"), json=json)
    if not agreed(say(f"锁定 {period}？", f"Lock {period}?"), yes=yes):
        return finish({"period": found.code, "locked": 0}, json, STOPPED)
    outcome = run(operator(), found.code, ledgers=ledgers, units=[unit.pk for unit in named if unit], reason=reason)
    show_problems(outcome.problems)
    result = {
        "period": found.code,
        "locked": outcome.value or 0,
        "problems": [p.as_json(language()) for p in outcome.problems],
    }
    if not json and outcome.done:
        console.print(say(f"已锁定 {outcome.value} 份报送", f"{outcome.value} returns locked"), style="green")
    return finish(result, json, DONE if outcome.done else FAILED)
