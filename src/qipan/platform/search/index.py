"""The search index: pairs of characters of names and of their sounds, codes whole; a cache built from the records.

Every noun has two: names, brought up to date at once, and sounds (拼音), which a large build leaves to the worker. Each
stands at the last entry of the trail it knows.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl
import tantivy
from django.db.models import Max

from qipan.engine.pinyin import Sounds
from qipan.platform.home import home
from qipan.platform.models import TrailEntry
from qipan.platform.search.kinds import Searchable, searchables
from qipan.platform.search.shape import schema, with_grams

VERSION = 3  # of the index's shape and of the sounds; another number means: build anew
STEP = 50_000
MANY = 50_000  # names whose sounds a load does not wait for
# What an index may hold in memory while it is written, by the number of rows; below 15 MB it cannot work.
SMALL, LARGE = 15_000_000, 256_000_000
# Entries of the trail that may still come in below the last one: PostgreSQL numbers before it commits.
LATE = 500
NAMES, SOUNDS = "names", "sounds"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Known:
    """What an index knows of the trail: its last entry, and all entries near the end."""

    last: int
    seen: frozenset[int]


@dataclass(frozen=True, slots=True)
class Part:
    """One index: the names or the sounds of one noun."""

    folder: Path

    @classmethod
    def of(cls, kind: str, what: str) -> Part:
        """Return the index of a noun's names or sounds, as it lies in this data folder."""
        return cls(home().cache / "search" / kind / what)

    def state(self) -> Known | None:
        """Return what it knows of the trail; None where there is no usable index."""
        try:
            told = json.loads((self.folder / "state.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return Known(int(told["last"]), frozenset(told["seen"])) if told.get("version") == VERSION else None

    def stand(self, known: Known) -> None:
        """Note what it knows; the folder is made where nothing had to be written."""
        self.folder.mkdir(parents=True, exist_ok=True)
        told = json.dumps({"version": VERSION, "last": known.last, "seen": sorted(known.seen)})
        fresh = self.folder / "state.new"
        fresh.write_text(told, encoding="utf-8")
        fresh.replace(self.folder / "state.json")

    def open(self) -> tantivy.Index:
        """Return the index, an empty one where there is none."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return with_grams(tantivy.Index(schema(), path=str(self.folder)))

    def searcher(self) -> tantivy.Searcher | None:
        """Return what is searched; None where nothing is built yet."""
        if self.state() is None:
            return None
        index = _reader(str(self.folder))
        index.reload()
        return index.searcher()


@lru_cache(maxsize=256)
def _reader(folder: str) -> tantivy.Index:
    return Part(Path(folder)).open()


@lru_cache(maxsize=2)
def _sounds(written: Path, changed: float) -> Sounds:
    del changed  # only part of the key
    return Sounds.read(written.read_text(encoding="utf-8"))


def sounds() -> Sounds:
    """Return the sounds the index was built with: read from beside it, because a dictionary takes a moment."""
    written = home().cache / "search" / f"sounds-{VERSION}.json"
    if not written.exists():
        written.parent.mkdir(parents=True, exist_ok=True)
        fresh = written.with_suffix(".new")
        fresh.write_text(Sounds.known().written(), encoding="utf-8")
        fresh.replace(written)
    return _sounds(written, written.stat().st_mtime)


def catch_up(progress: Progress | None = None) -> bool:
    """Bring all names up to the records, and their sounds where that is soon done.

    False where another process is doing so already.
    """
    return _bring_up(progress, MANY)


def complete(progress: Progress | None = None) -> bool:
    """Bring names and sounds up to the records, however long it takes; the worker's duty."""
    return _bring_up(progress, None)


def _bring_up(progress: Progress | None, most: int | None) -> bool:
    last = TrailEntry.objects.aggregate(last=Max("id"))["last"] or 0
    known = Known(last, frozenset(TrailEntry.objects.filter(id__gt=last - LATE).values_list("id", flat=True)))
    kinds = searchables()
    done = [_follow(kind, NAMES, known, progress) for kind in kinds]
    done += [_follow(kind, SOUNDS, known, progress) for kind in kinds if most is None or _soon(kind, known, most)]
    return all(done)


def _soon(kind: Searchable, known: Known, most: int) -> bool:
    """Tell whether the sounds of a noun are brought up to date with at most `most` names."""
    stands = Part.of(kind.code, SOUNDS).state()
    keys = _changed(kind, stands, known)
    if keys is not None:
        return len(keys) <= most
    names = Part.of(kind.code, NAMES).searcher()
    return names is None or names.num_docs <= most


def _changed(kind: Searchable, stands: Known | None, known: Known) -> Sequence[int] | None:
    """Return the records that changed since an index stood so; None: build it anew."""
    if stands is None:
        return None
    if stands.last == known.last and stands.seen >= known.seen:
        return ()
    return kind.changed(TrailEntry.objects.filter(id__gt=stands.last - LATE).exclude(id__in=stands.seen))


def _follow(kind: Searchable, what: str, known: Known, progress: Progress | None) -> bool:
    """Bring one index up to the records; False where another process is at it."""
    part = Part.of(kind.code, what)
    stands = part.state()
    keys = _changed(kind, stands, known)
    if (keys is None or keys) and not _write(part, kind.rows(keys), keys, what, progress):
        return False
    if stands != known:
        part.stand(known)
    return True


def _write(part: Part, rows: pl.DataFrame, keys: Sequence[int] | None, what: str, progress: Progress | None) -> bool:
    """Put the rows in place of what the index holds of `keys` (None: of everything); False where another writes."""
    if keys is None and part.state() is None:
        shutil.rmtree(part.folder, ignore_errors=True)
        _reader.cache_clear()
    large = rows.height > STEP
    index = part.open()
    try:
        writer = index.writer(heap_size=LARGE if large else SMALL, num_threads=2 if large else 1)
    except ValueError:  # the lock of another writer
        return False
    if keys is None:
        writer.delete_all_documents()
    for key in keys or ():  # by query: the term of a plain call is of another type of number and meets nothing
        writer.delete_documents_by_query(tantivy.Query.term_query(schema(), "id", key))
    _add(writer, rows, what, progress)
    writer.commit()
    writer.wait_merging_threads()
    return True


def _add(writer: tantivy.IndexWriter, rows: pl.DataFrame, what: str, progress: Progress | None) -> None:
    heard = sounds() if what == SOUNDS and rows.height else None
    done = 0
    for slice_ in rows.iter_slices(STEP):
        name = slice_["name"].fill_null("")
        # Encoded in columns: a call per document with ready text is several times faster than a document per row.
        shaped = slice_.select(
            pl.col("id"),
            pl.col("unit").fill_null(0),
            (heard.column(name) if heard is not None else name).alias("text"),
            pl.col("code").fill_null("").str.to_uppercase() if heard is None else pl.lit("").alias("code"),
        )
        for text in shaped.select(pl.struct(pl.all()).struct.json_encode())[:, 0]:
            writer.add_json(text)
        done += slice_.height
        if progress:
            progress("index", done, rows.height)
