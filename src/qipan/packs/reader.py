"""Reads a pack folder: every file, every problem at once, each with file and line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from qipan.engine.problem import Problem, Where
from qipan.packs.calendars import read_calendar
from qipan.packs.defaults import defaults_problem, with_defaults
from qipan.packs.marks import MAX_BYTES, MAX_PROBLEMS, Marked, problem_with, read_marked
from qipan.packs.marks import Path as MarkPath
from qipan.packs.model import Case, Indicator, Measure, Pack, PackRead, Rule
from qipan.packs.schemas import KINDS, PACK, CaseWritten, Kind, LedgerWritten, PackWritten
from qipan.packs.tables import read_table
from qipan.packs.validate import validated

MAX_FILES = 2_000
_FOLDERS = (*KINDS, "tables", "calendars")
_LOOSE = {"pack.yaml", "README.md", "README.en.md", "CHANGELOG.md", "LICENSE", "NOTICE"}


def shipped_root() -> Path:
    """Return the folder of the packs that come with the program: inside the wheel, else the repository's `packs/`."""
    inside = Path(str(files("qipan"))) / "_packs"
    return inside if inside.is_dir() else Path(__file__).resolve().parents[3] / "packs"


def read_pack(folder: Path) -> PackRead:
    """Return the pack in `folder` as far as it is sound, and every problem found in its files.

    Null where `pack.yaml` itself cannot be read; things with an error are left out of the pack.
    """
    if not folder.is_dir():
        return PackRead(None, (Problem.of("packs.no-folder", folder=str(folder)),))
    if not (folder / "pack.yaml").is_file():
        return PackRead(None, (Problem.of("packs.no-pack-file", folder=str(folder)),))
    reading = _Reading(folder)
    pack = reading.whole()
    return PackRead(pack, tuple(reading.problems))


def _by_thing(marked: Marked, depth: int) -> dict[MarkPath, list[tuple[str, int]]]:
    """Return the fields of every thing of a file, dotted, with their lines; a thing is a path of `depth` steps."""
    found: dict[MarkPath, list[tuple[str, int]]] = {}
    for path, line in marked.lines.items():
        if len(path) > depth:
            found.setdefault(path[:depth], []).append((".".join(str(step) for step in path[depth:]), line))
    return found


@dataclass(slots=True)
class _Reading:
    """One pass over a folder, collecting things, places and problems."""

    folder: Path
    problems: list[Problem] = field(default_factory=list[Problem])
    places: dict[str, Where] = field(default_factory=dict[str, Where])
    things: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])
    digest: Any = field(default_factory=hashlib.sha256)

    def whole(self) -> Pack | None:
        paths = list(self.paths())
        head = self.head()
        for path in paths:
            if path.name != "pack.yaml" or path.parent != self.folder:
                self.file(path, head.id if head else self.folder.name)
        if head is None:
            return None
        self.places["pack"] = Where(file=self.shown(self.folder / "pack.yaml"), row=1)
        return Pack(
            id=head.id,
            version=head.version,
            names=head.names,
            needs=head.needs,
            licence=head.licence,
            generated=head.generated,
            removes=head.removes,
            places=self.places,
            digest=self.digest.hexdigest(),
            **{name: tuple(self.things.get(name, ())) for name in _FOLDERS},
        )

    def paths(self) -> Iterator[Path]:
        """Yield the pack's files in name order; what leads outside or is too much is a problem."""
        count = 0
        for path in sorted(self.folder.rglob("*")):
            if path.name.startswith(".") or "__pycache__" in path.parts:
                continue
            if path.is_symlink():
                self.add("packs.outside", path, name=path.name)
            elif path.is_dir():
                if path.parent == self.folder and path.name not in _FOLDERS:
                    self.add("packs.unknown-folder", path, folder=path.name, valid="、".join(_FOLDERS))
            elif path.is_file() and self.known(path):
                count += 1
                if count > MAX_FILES:
                    self.add("packs.too-many-files", self.folder, limit=MAX_FILES)
                    return
                yield path

    def known(self, path: Path) -> bool:
        """Tell whether the file is one the pack may hold; remembers it in the pack's digest."""
        part = path.relative_to(self.folder).parts[0]
        if path.parent == self.folder:
            if path.name not in _LOOSE:
                self.add("packs.unknown-file", path, name=path.name, valid="、".join(sorted(_LOOSE)))
            return path.name == "pack.yaml"
        if part not in _FOLDERS:
            return False
        wanted = {".yaml"} if part in KINDS else {".csv", ".yaml"}
        if path.suffix not in wanted:
            self.add("packs.unknown-file", path, name=path.name, valid="、".join(f"*{end}" for end in sorted(wanted)))
            return False
        return True

    def head(self) -> PackWritten | None:
        marked = self.marked(self.folder / "pack.yaml")
        if marked is None:
            return None
        found, problems = validated(PACK, PackWritten, marked, ())
        self.problems += problems
        return found

    def marked(self, path: Path) -> Marked | None:
        """Return a YAML file with its places, or null with the problem told."""
        marked = read_marked(self.bytes(path), self.shown(path))
        self.problems += marked.problems
        if marked.value is None and not marked.problems:
            self.add("packs.empty", path)
        return None if marked.value is None else marked

    def bytes(self, path: Path) -> bytes:
        with path.open("rb") as opened:
            found = opened.read(MAX_BYTES * 8)
        self.digest.update(f"{path.relative_to(self.folder).as_posix()}\n{len(found)}\n".encode())
        self.digest.update(found)
        return found

    def file(self, path: Path, pack: str) -> None:
        """Add what one file declares."""
        part = path.relative_to(self.folder).parts[0]
        if part in KINDS:
            marked = self.marked(path)
            if marked is not None:
                self.declared(KINDS[part], marked, pack)
        elif part == "tables" and path.suffix == ".csv":
            beside = path.with_suffix(".yaml")
            marked = self.marked(beside) if beside.is_file() else None
            table, problems = read_table(path.stem, self.bytes(path), self.shown(path), marked)
            self.problems += problems
            if table is not None:
                self.things.setdefault("tables", []).append(table)
                self.places[f"table:{table.code}"] = Where(file=self.shown(path), row=1)
        elif part == "calendars" and path.name.endswith(".years.csv"):
            days = path.with_name(path.name.removesuffix(".years.csv") + ".csv")
            text = self.bytes(days) if days.is_file() else b""
            calendar, problems = read_calendar(days.stem, self.bytes(path), self.shown(path), text, self.shown(days))
            self.problems += problems
            if calendar is not None:
                self.things.setdefault("calendars", []).append(calendar)
                self.places[f"calendar:{calendar.code}"] = Where(file=self.shown(path), row=1)

    def declared(self, kind: Kind, marked: Marked, pack: str) -> None:
        """Add what a YAML file holds: one thing, a list of them, or a list under the folder's name with `defaults`."""
        marked, root = with_defaults(marked, kind.folder)
        self.problems += [] if root is not None else [defaults_problem(marked, kind.folder)]
        value = marked.value
        if root:
            value = value[kind.folder] if isinstance(value, dict) else None
        paths = [(*(root or ()), index) for index in range(len(value))] if isinstance(value, list) else [root or ()]
        lines = _by_thing(marked, len(paths[0]) if paths else 0)
        told = len(self.problems)
        for path in paths if root is not None else ():
            found, problems = validated(kind.adapter, kind.written, marked, path)
            self.problems += problems
            if found is not None:
                self.keep(kind, found, marked.where(path), lines.get(path, []), pack)
            if len(self.problems) - told > MAX_PROBLEMS:
                self.problems.append(Problem.of("packs.more", where=marked.where(path), limit=MAX_PROBLEMS))
                return

    def keep(self, kind: Kind, found: Any, where: Where, lines: list[tuple[str, int]], pack: str) -> None:
        """Add one thing with its place; `lines` are the lines of its fields."""
        kept = self.things.setdefault(kind.folder, [])
        if isinstance(found, CaseWritten):
            kept.append(Case(found.name, found.of, found.given, found.expect, where, found.on, found.places))
            return
        if isinstance(found, LedgerWritten):
            found = found.ledger(pack)
        if isinstance(found, Measure) and (found.of or found.sibling):
            return
        code = getattr(found, "key", found.code)
        name = f"{kind.thing}:{code}"
        version = f"{name}@{found.valid_from}"
        dated = isinstance(found, Indicator | Rule)
        if version in self.places or (name in self.places and not dated):
            first = self.places[name].text()
            self.problems.append(
                Problem.of("packs.duplicate-code", where=where, thing=kind.thing, known=code, first=first)
            )
            return
        kept.append(found)
        for known in (name, version):
            if known not in self.places:
                self.places[known] = where
                self.places.update({f"{known}.{inner}": Where(file=where.file, row=line) for inner, line in lines})

    def shown(self, path: Path) -> str:
        return f"{self.folder.name}/{path.relative_to(self.folder).as_posix()}"

    def add(self, code: str, path: Path, **params: str | int) -> None:
        self.problems.append(problem_with(code, Where(file=self.shown(path)), params))
