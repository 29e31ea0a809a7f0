"""`qipan health`: look at records and figures now, and say what is wrong."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from qipan.commands.setting import (
    DONE,
    ERRORS,
    FAILED,
    console,
    finish,
    language,
    operator,
    out,
    progress,
    ready,
    say,
    severity_word,
    show_problems,
)

SEVERITIES = ("error", "warning", "info")
STYLES = {"error": "red", "warning": "yellow", "info": ""}


def health(*, json: bool) -> int:
    """Run every check and print how many findings are open; the exit code is 4 where any is an error."""
    started = time.perf_counter()
    ready()
    from qipan.domains.health import watch
    from qipan.platform.definitions import resolved

    with progress(quiet=json) as tell:
        outcome = watch.run(operator(), lambda _check, done, total: tell("health", done, total))
    if outcome.value is None:
        show_problems(outcome.problems)
        told = [problem.as_json(language()) for problem in outcome.problems]
        return finish({"problems": told}, json, FAILED)
    checks = _checks(resolved().health)
    code = ERRORS if any(check["severity"] == "error" and check["open"] for check in checks) else DONE
    kept = outcome.value
    result = {
        "found": kept.found, "opened": kept.opened, "closed": kept.closed, "checks": checks,
        "seconds": round(time.perf_counter() - started, 3),
    }  # fmt: skip
    if not json:
        _show(checks)
        console.print(
            say(f"新发现 {kept.opened} 条，已消除 {kept.closed} 条", f"{kept.opened} new, {kept.closed} closed"),
            style="red" if code == ERRORS else "green",
        )
    return finish(result, json, code)


def _checks(every: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every check in force with how many findings are open, let be and explained, the gravest first."""
    from django.db.models import Count, Q, Sum
    from django.utils import timezone

    from qipan.domains.health.keeping import open_on
    from qipan.domains.health.models import DailyCount, Finding

    today = timezone.localdate()
    rows = Finding.objects.filter(closed__isnull=True).values("code").annotate(
        open=Count("id", filter=open_on(today)),
        ignored=Count("id", filter=Q(ignored_until__gt=today)),
        explained=Count("id", filter=Q(explanation__isnull=False)),
    )  # fmt: skip
    found = {row["code"]: row for row in rows}
    beyond = {
        row["code"]: row["sum"]
        for row in DailyCount.objects.filter(day=today).values("code").annotate(sum=Sum("beyond"))
    }
    return [
        {
            "check": code,
            "name": check.names.text(language()),
            "severity": check.severity,
            "open": found.get(code, {}).get("open", 0) + (beyond.get(code) or 0),
            "ignored": found.get(code, {}).get("ignored", 0),
            "explained": found.get(code, {}).get("explained", 0),
        }
        for code, check in sorted(every.items(), key=lambda pair: SEVERITIES.index(pair[1].severity))
        if check.in_force(today)
    ]


def _show(checks: list[dict[str, Any]]) -> None:
    from rich.table import Table

    table = Table(title=say("数据体检", "Data health"), title_justify="left")
    table.add_column(say("严重程度", "Severity"))
    table.add_column(say("检查", "Check"))
    table.add_column(say("待处理", "Open"), justify="right")
    table.add_column(say("已忽略", "Ignored"), justify="right")
    table.add_column(say("已说明", "Explained"), justify="right")
    for check in checks:
        if check["open"] or check["ignored"] or check["explained"]:
            counts = [f"{check[name]:,}" for name in ("open", "ignored", "explained")]
            table.add_row(severity_word(check["severity"]), check["name"], *counts, style=STYLES[check["severity"]])
    if table.row_count:
        out.print(table)
    else:
        console.print(say("一个问题也没有", "Not a single finding"), style="green")
