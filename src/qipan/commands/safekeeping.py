"""`qipan backup` and `qipan restore`."""

from __future__ import annotations

import time
from pathlib import Path

from qipan.commands.setting import (
    DONE,
    FAILED,
    STOPPED,
    agreed,
    answer,
    console,
    finish,
    language,
    misused,
    progress,
    ready,
    say,
    show_problems,
)


def backup(out: Path, *, json: bool) -> int:
    """Back up everything while it is used."""
    started = time.perf_counter()
    ready(definitions=False)
    from qipan.platform.backup import backup as run

    if not out.parent.is_dir():
        return misused(say(f"没有文件夹 {out.parent}", f"There is no folder {out.parent}"), json=json)
    with progress(quiet=json) as tell:
        kept = run(out, tell)
    seconds = round(time.perf_counter() - started, 3)
    if json:
        answer({"backup": str(out), "files": kept.files, "bytes": kept.bytes, "seconds": seconds, "exit": DONE})
    else:
        console.print(
            say(
                f"已备份到 {out}：{kept.files} 个文件，{kept.bytes:,} 字节",
                f"Backed up to {out}: {kept.files} files, {kept.bytes:,} bytes",
            ),
            style="green",
        )
    return DONE


def restore(source: Path, *, yes: bool, json: bool) -> int:
    """Restore a backup over what is there."""
    started = time.perf_counter()
    if not source.is_file():
        return misused(say(f"没有这个文件：{source}", f"No such file: {source}"), json=json)
    ready(definitions=False)
    from qipan.platform.backup import restore as run

    if not agreed(say("恢复将替换现有全部数据，继续吗？", "This replaces all present data. Go on?"), yes=yes):
        return finish({"restored": False}, json, STOPPED)
    with progress(quiet=json) as tell:
        problems = run(source, tell)
    show_problems(problems)
    code = FAILED if problems else DONE
    if not problems:
        from qipan.platform.search import catch_up

        catch_up()
    if json:
        found = [problem.as_json(language()) for problem in problems]
        answer(
            {
                "restored": not problems,
                "problems": found,
                "seconds": round(time.perf_counter() - started, 3),
                "exit": code,
            }
        )
    elif not problems:
        console.print(say("已恢复。请重新启动服务。", "Restored. Start the server again."), style="green")
    return code
