"""`qipan audit`: whether the trail is as it was written, and a copy of it that can be verified elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from qipan.commands.setting import DONE, FAILED, console, finish, misused, ready, say

SHOWN = 20
KINDS = {
    "changed": ("被改动", "was changed"),
    "removed": ("被删除", "was removed"),
    "inserted": ("是后来插入的", "was inserted afterwards"),
}


def audit(what: str, out: Path | None, *, head: str, json: bool) -> int:
    """Verify the trail, or write a copy of it."""
    if what not in {"verify", "export"}:
        return misused(say("要做什么：verify 或 export", "What to do: verify or export"), json=json)
    if what == "export" and (out is None or not out.parent.is_dir()):
        return misused(say("导出要指明文件，且其文件夹已存在", "Name a file in a folder that exists"), json=json)
    ready(definitions=False)
    return _verify(head, json=json) if what == "verify" or out is None else _export(out, json=json)


def _verify(head: str, *, json: bool) -> int:
    from qipan.platform.seal import verify

    found = verify(head=head.strip().lower())
    faults = [{"wrong": str(one.wrong), "block": one.block, "entry": one.entry} for one in found.faults]
    code = FAILED if faults else DONE
    told = {"entries": found.entries, "blocks": found.blocks, "unsealed": found.unsealed, "head": found.head}
    if json:
        return finish({**told, "faults": faults}, json, code)
    _tell(_sentence(str(one.wrong), one.block, one.entry) for one in found.faults[:SHOWN])
    if len(faults) > SHOWN:
        more = len(faults) - SHOWN
        _tell([say(f"另有 {more} 处", f"and {more} more")])
    counts = say(
        f"已封存 {found.entries:,} 条（{found.blocks:,} 块），未封存 {found.unsealed:,} 条",
        f"{found.entries:,} entries sealed in {found.blocks:,} blocks, {found.unsealed:,} not sealed yet",
    )
    verdict = say("留痕完好", "The trail is as it was written") if not faults else say("留痕被动过", "Altered")
    console.print(f"{verdict}: {counts}", style="red" if faults else "green", highlight=False)
    if found.head:
        console.print(say(f"最新封印：{found.head}", f"Newest seal: {found.head}"), style="dim", highlight=False)
    return code


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        console.print(line, style="red", markup=False, highlight=False)


def _sentence(wrong: str, block: int, entry: int | None) -> str:
    if wrong == "head":
        return say("记下的封印不在链中：整条链被改写过", "The seal noted down is not in the chain: it was rewritten")
    if entry is None:
        return say(f"第 {block} 块的封印与链不符", f"The seal of block {block} does not fit the chain")
    zh, en = KINDS[wrong]
    return say(f"第 {entry} 条{zh}（第 {block} 块）", f"Entry {entry} {en} (block {block})")


def _export(out: Path, *, json: bool) -> int:
    from qipan.platform.seal import copied

    lines = 0
    with out.open("w", encoding="utf-8") as file:
        for line in copied():
            file.write(line + "\n")
            lines += 1
    if not json:
        console.print(say(f"已写出 {lines:,} 行到 {out}", f"{lines:,} lines written to {out}"), style="green")
    return finish({"export": str(out), "lines": lines}, json, DONE)
