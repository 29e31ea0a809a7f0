"""Reads packs together with what they need, and checks a pack the way `qipan check` does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qipan.engine.problem import Problem
from qipan.packs.cases import CaseResult, run_cases
from qipan.packs.lint import lint
from qipan.packs.model import Pack
from qipan.packs.reader import read_pack, shipped_root
from qipan.packs.resolve import Resolved, resolve_packs


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking came to: everything resolved, every problem of files, lint and cases, and each case's result."""

    resolved: Resolved
    problems: tuple[Problem, ...]
    cases: tuple[CaseResult, ...]


def read_packs(folders: Iterable[Path], *, roots: Sequence[Path] | None = None) -> tuple[list[Pack], list[Problem]]:
    """Return the packs in `folders` and, from `roots` (default: the shipped ones), the packs they need."""
    searched = (shipped_root(),) if roots is None else tuple(roots)
    packs: dict[str, Pack] = {}
    problems: list[Problem] = []
    waiting = list(folders)
    seen: set[Path] = set()
    while waiting:
        folder = waiting.pop(0)
        if folder.resolve() in seen:
            continue
        seen.add(folder.resolve())
        read = read_pack(folder)
        problems += read.problems
        if read.pack is None:
            continue
        packs.setdefault(read.pack.id, read.pack)
        for need in read.pack.needs:
            found = next((root / need for root in searched if (root / need / "pack.yaml").is_file()), None)
            if need not in packs and found is not None:
                waiting.append(found)
    return list(packs.values()), problems


def load_packs(*ids: str, overlays: Sequence[Path] = ()) -> tuple[Resolved, tuple[Problem, ...]]:
    """Return shipped packs (default: `cn-hitech`) with what they need as one, a zone's overlays over them.

    Problems of the files come first; those of resolving stand in `Resolved.problems` too.
    """
    root = shipped_root()
    packs, problems = read_packs([root / one for one in ids or ("cn-hitech",)])
    reads = [read_pack(folder) for folder in overlays]
    problems += [problem for read in reads for problem in read.problems]
    resolved = resolve_packs(packs, overlays=[read.pack for read in reads if read.pack is not None])
    return resolved, (*problems, *resolved.problems)


def check(folder: Path, *, roots: Sequence[Path] | None = None) -> Checked:
    """Return everything wrong with the pack in `folder`, read with what it needs, and how its cases came out.

    A pack that does not ship is an overlay; those it needs may stand beside it.
    """
    beside = (shipped_root(), folder.resolve().parent) if roots is None else roots
    packs, problems = read_packs([folder], roots=beside)
    shipped = {path.name for path in shipped_root().iterdir() if (path / "pack.yaml").is_file()}
    own = [pack for pack in packs if pack.id not in shipped]
    resolved = resolve_packs([pack for pack in packs if pack.id in shipped], overlays=own)
    results = run_cases(resolved)
    failures = [problem for result in results if not result.passed for problem in result.problems]
    return Checked(resolved, (*problems, *lint(resolved), *failures), results)
