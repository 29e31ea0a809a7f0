"""The one road from paths to books: every file is looked at, none can stop the others."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qipan.engine.problem import Problem, Severity, Where
from qipan.engine.sheets.book import Book, Sheet
from qipan.engine.sheets.reading.archive import meant, member_name, natural, readable, walk
from qipan.engine.sheets.reading.columnar import read_parquet
from qipan.engine.sheets.reading.kind import Kind, odd_name, tell
from qipan.engine.sheets.reading.limits import Limits, Unreadable, guarded, refuse
from qipan.engine.sheets.reading.oldbook import read_oldbook
from qipan.engine.sheets.reading.package import checked, listed
from qipan.engine.sheets.reading.source import Scratch, Source, keep, mebibytes, take
from qipan.engine.sheets.reading.text import read_text
from qipan.engine.sheets.reading.webpage import read_webpage
from qipan.engine.sheets.reading.workbook import read_workbook

Read = tuple[tuple[Sheet, ...], tuple[Problem, ...]]


def read_books(paths: Sequence[Path], *, limits: Limits | None = None) -> list[Book]:
    """Return a book for every file behind `paths` (files, folders, ZIPs), in order.

    Never raises over what a file holds: a book that could not be read has no sheets and says why in its problems.
    """
    return list(iter_books(paths, limits=limits))


def iter_books(paths: Sequence[Path], *, limits: Limits | None = None) -> Iterator[Book]:
    """Yield the books of `read_books` one at a time, so that no two large ones need be in memory."""
    bounds = limits or Limits()
    with Scratch(bounds.scratch) as scratch:
        road = _Road(bounds, scratch)
        for path in paths:
            if path.is_dir():
                yield from road.folder(path)
            else:
                yield from road.file(path, readable(path.name))


def refusal(path: Path, name: str, *, limits: Limits | None = None) -> Problem | None:
    """Return why a file is none that can be read at all, told by its first bytes; None where it may be."""
    bounds = limits or Limits()
    try:
        with Scratch(bounds.scratch) as scratch:
            source = take(path, name, scratch, bounds)
            with guarded():
                told = tell(source, bounds)
            if told.kind is Kind.ENCRYPTED:
                raise refuse("reading.file-encrypted")
            if told.kind is Kind.OTHER:
                raise refuse("reading.file-unsupported" if told.label else "reading.file-unknown", kind=told.label)
    except Unreadable as refused:
        return replace(refused.problem, where=replace(refused.problem.where, file=name))
    return None


@dataclass(slots=True)
class _Place:
    """Where a source comes from: the file on disk, its name inside a ZIP, and whether a person named it directly."""

    path: Path
    member: str | None = None
    named: bool = True
    on_disk: str = ""  # the fingerprint of the file at `path`


class _Road:
    """Reads files under one set of limits."""

    def __init__(self, limits: Limits, scratch: Scratch) -> None:
        self.limits, self.scratch = limits, scratch
        self._unpacked = 0

    def folder(self, folder: Path) -> Iterator[Book]:
        """Yield the books of a folder; one without any is a problem."""
        count = 0
        try:
            with guarded():
                files = list(walk(folder, self.limits))
        except Unreadable as refusal:
            yield _unread(readable(folder.name), _Place(folder), refusal)
            return
        for path, name in files:
            for book in self.file(path, readable(name), named=False):
                count += 1
                yield book
        if not count:
            yield _unread(readable(folder.name), _Place(folder), refuse("reading.folder-empty"))

    def file(self, path: Path, name: str, *, named: bool = True) -> Iterator[Book]:
        """Yield the books of one file: one, or those of its members where it is a ZIP."""
        place = _Place(path, named=named)
        try:
            source = take(path, name, self.scratch, self.limits)
        except Unreadable as refusal:
            yield _unread(name, place, refusal)
            return
        self._unpacked = 0
        yield from self._source(source, replace(place, on_disk=source.sha256), depth=0)

    def _source(self, source: Source, place: _Place, *, depth: int) -> Iterator[Book]:
        try:
            with guarded():
                told = tell(source, self.limits)
            if told.kind is Kind.ZIP:
                if depth > 1:
                    raise refuse("reading.archive-nested")
                yield from self._archive(source, place, depth)
                return
            if told.kind is Kind.ENCRYPTED:
                raise refuse("reading.file-encrypted")
            if told.kind is Kind.OTHER:
                code = "reading.file-unsupported" if told.label else "reading.file-unknown"
                raise refuse(code, kind=told.label)
            sheets, problems = self._reader(told.kind)(source)
        except Unreadable as refusal:
            yield _unread(source.name, place, refusal, source)
            return
        odd = odd_name(source.name, told.kind)
        if odd is not None:
            where = Where(file=source.name)
            problems += (Problem.of("reading.wrong-extension", where=where, suffix=odd, kind=told.kind.upper()),)
        yield Book(source.name, source.sha256, source.size, sheets, problems, place.path, place.member, place.on_disk)

    def _reader(self, kind: Kind) -> Callable[[Source], Read]:
        readers: dict[Kind, Callable[[Source], Read]] = {
            Kind.XLSX: lambda source: read_workbook(source, self.limits),
            Kind.XLS: lambda source: read_oldbook(source, self.limits),
            Kind.TEXT: lambda source: read_text(source, self.limits, self.scratch),
            Kind.PARQUET: lambda source: read_parquet(source, self.limits),
            Kind.WEBPAGE: lambda source: read_webpage(source, self.limits),
        }
        return readers[kind]

    def _archive(self, source: Source, place: _Place, depth: int) -> Iterator[Book]:
        count = 0
        with guarded(), source.open() as stream, zipfile.ZipFile(listed(stream, self.limits)) as archive:
            members = checked(archive, self.limits.unpacked_bytes, self.limits)
            named = sorted(((member_name(member), member) for member in members), key=lambda one: natural(one[0]))
            for name, member in named:
                if meant(name):
                    count += 1
                    yield from self._member(archive, member, source.name, place, name, depth)
        if not count:
            raise refuse("reading.folder-empty")

    def _member(
        self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, outer: str, place: _Place, name: str, depth: int
    ) -> Iterator[Book]:
        member_of = name if place.member is None else f"{place.member}/{name}"
        inner = replace(place, member=member_of, named=False)
        shown = f"{outer}/{name}"
        try:
            with guarded():
                source = self._kept(archive, member, shown)
        except Unreadable as refusal:
            yield _unread(shown, inner, refusal)
            return
        yield from self._source(source, inner, depth=depth + 1)

    def _kept(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> Source:
        if member.flag_bits & 1:
            raise refuse("reading.file-encrypted")
        if member.file_size == 0:
            raise refuse("reading.file-empty")
        self._unpacked += member.file_size
        limit = self.limits.unpacked_bytes
        if self._unpacked > limit:
            raise refuse("reading.archive-bomb", size=mebibytes(self._unpacked), limit=mebibytes(limit))
        with archive.open(member) as stream:
            return keep(stream, name, member.file_size, self.scratch, self.limits)


def _unread(name: str, place: _Place, refusal: Unreadable, source: Source | None = None) -> Book:
    """Return a book without sheets; of a file nobody named, being of another kind is only worth a warning."""
    problem = refusal.problem
    severity = problem.severity
    if not place.named and problem.code in ("reading.file-unsupported", "reading.file-unknown"):
        severity = Severity.WARNING
    told = replace(problem, where=replace(problem.where, file=name), severity=severity)
    digest, size = (source.sha256, source.size) if source is not None else ("", 0)
    return Book(name, digest, size, (), (told,), place.path, place.member, place.on_disk)
