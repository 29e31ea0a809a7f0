"""`qipan check`: definition packs are read, linted and their cases run."""

from __future__ import annotations

from pathlib import Path

from qipan.commands.setting import DONE, FAILED, answer, console, language, say, show_problems
from qipan.engine.problem import stops


def check(folders: list[Path], *, json: bool) -> int:
    """Check the packs in `folders`, or those that ship."""
    from qipan.packs import lint, read_pack, resolve_packs, run_cases, shipped_root

    given = folders or [shipped_root() / code for code in ("cn-base", "cn-hitech", "demo")]
    needed = [shipped_root() / code for code in ("cn-base", "cn-hitech")] if folders else []
    reads = [read_pack(folder) for folder in [*(path for path in needed if path not in given), *given]]
    problems = [problem for read in reads for problem in read.problems]
    packs = [read.pack for read in reads if read.pack is not None]
    shipped = {folder.name for folder in shipped_root().iterdir()}
    own = [pack for pack in packs if pack.id not in shipped]  # what a zone writes lies over what ships
    resolved = resolve_packs([pack for pack in packs if pack.id in shipped], overlays=own)
    problems += [*resolved.problems, *lint(resolved)]
    results = run_cases(resolved)
    failed = [result for result in results if not result.passed]
    good = not stops(problems) and not failed
    if json:
        answer(
            {
                "packs": [pack.id for pack in packs],
                "problems": [problem.as_json(language()) for problem in problems],
                "cases": len(results),
                "failed": [{"case": result.case.name, "got": result.got} for result in failed],
                "exit": DONE if good else FAILED,
            }
        )
        return DONE if good else FAILED
    show_problems(problems)
    for result in failed:
        console.print(
            say(
                f"用例未通过：{result.case.name}，得到 {result.got}",
                f"Case failed: {result.case.name} gave {result.got}",
            ),
            style="red",
        )
    console.print(
        say(f"{len(packs)} 个定义包，{len(problems)} 个问题，用例 {len(results) - len(failed)}/{len(results)} 通过",
            f"{len(packs)} packs, {len(problems)} problems, {len(results) - len(failed)} of {len(results)} cases passed"),  # noqa: E501
        style="green" if good else "red",
    )  # fmt: skip
    return DONE if good else FAILED
