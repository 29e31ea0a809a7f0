"""`qipan boundaries`: the boundaries of parks out of a GeoJSON file."""

from __future__ import annotations

from pathlib import Path

from qipan.commands.setting import (
    DONE,
    FAILED,
    console,
    finish,
    language,
    misused,
    operator,
    ready,
    say,
    show_problems,
)


def boundaries(path: Path, *, datum: str, json: bool) -> int:
    """Load the boundaries in `path`, given in `datum`, and say whose they are."""
    ready()
    from qipan.domains.boards.boundaries import load
    from qipan.engine.geo.boundaries import MOST_BYTES

    if not path.is_file():
        return misused(say(f"没有文件 {path}", f"There is no file {path}"), json=json)
    with path.open("rb") as opened:
        content = opened.read(MOST_BYTES + 1)
    outcome = load(operator(), content, file=path.name, datum=datum)
    loaded = outcome.value
    problems = [problem.as_json(language()) for problem in (outcome.problems or (loaded.warnings if loaded else ()))]
    if not outcome.done or loaded is None:
        show_problems(outcome.problems)
        return finish({"done": False, "problems": problems}, json, FAILED)
    show_problems(loaded.warnings)
    new, changed, same = len(loaded.new), len(loaded.changed), len(loaded.same)
    if not json:
        console.print(
            say(
                f"边界：新增 {new} 个、更新 {changed} 个、未变 {same} 个",
                f"Boundaries: {new} new, {changed} changed, {same} the same",
            ),
            style="green",
        )
    result = {"done": True, "new": loaded.new, "changed": loaded.changed, "same": loaded.same, "problems": problems}
    return finish(result, json, DONE)
