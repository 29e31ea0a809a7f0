"""What the things of one file share is written once, under `defaults`, beside the list of them."""

from __future__ import annotations

from dataclasses import replace

from qipan.engine.problem import Problem
from qipan.packs.marks import MAX_DEPTH, Marked, Path, Plain

MAX_DEFAULTS = 200  # keys and items; they are repeated for every thing of the file


def with_defaults(marked: Marked, folder: str) -> tuple[Marked, Path | None]:
    """Return the file with `defaults` filled into every thing that does not say otherwise, and where the things stand.

    A file is one thing (path `()`), a list of things (`()`), or `{defaults: …, <folder>: […]}` (path `(folder,)`).
    The path is null where such a mapping is not what it should be.
    """
    value = marked.value
    if not isinstance(value, dict) or (folder not in value and "defaults" not in value):
        return marked, ()
    things = value.get(folder)
    shared = value.get("defaults", {})
    if set(value) - {"defaults", folder} or not isinstance(things, list) or not isinstance(shared, dict):
        return marked, None
    inherited = [(path, line) for path, line in marked.lines.items() if path[:1] == ("defaults",) and len(path) > 1]
    if len(inherited) > MAX_DEFAULTS:
        return marked, None
    filled: list[Plain] = [{**shared, **thing} if isinstance(thing, dict) else thing for thing in things]
    lines = dict(marked.lines)
    for path, line in inherited:
        for index, thing in enumerate(things):
            if isinstance(thing, dict) and path[1] not in thing:
                lines[(folder, index, *path[1:])] = line
    return replace(marked, value={**value, folder: filled}, lines=lines), (folder,)


def defaults_problem(marked: Marked, folder: str) -> Problem:
    """Return what is wrong with a file that has `defaults` but not the rest."""
    value = marked.value if isinstance(marked.value, dict) else {}
    stray = next((key for key in value if key not in {"defaults", folder}), None)
    if stray is not None:
        return Problem.of(
            "packs.unknown-field", where=marked.where((stray,)), field=stray, near=folder, valid=f"defaults、{folder}"
        )
    shared = value.get("defaults", {})
    if isinstance(shared, dict) and isinstance(value.get(folder), list):
        where = marked.where(("defaults",))
        return Problem.of("packs.too-large", where=where, nodes=MAX_DEFAULTS, depth=MAX_DEPTH)
    if isinstance(shared, dict):
        return Problem.of("packs.want-list", where=marked.where((folder,)), field=folder)
    return Problem.of("packs.want-mapping", where=marked.where(("defaults",)), field="defaults")
