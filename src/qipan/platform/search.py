"""The search index: two-character grams of names, codes whole; a cache that can be built anew from the records."""

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

from qipan.platform.home import home
from qipan.platform.models import TrailEntry

VERSION = 2  # of the index's shape; another number means: build anew
HEAP = 256_000_000
STEP = 50_000

# `rows(ids)` gives what is searchable of a noun: id, unit, name (all names, joined by a line break), code. None: all.
Rows = Callable[[Sequence[int] | None], pl.DataFrame]
# `changed(since)` gives the ids that may have changed after this change number; None: too many to list, build anew.
Changed = Callable[[int], Sequence[int] | None]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class _Searchable:
    rows: Rows
    changed: Changed


_nouns: dict[int, _Searchable] = {}


def searchable(noun: int, rows: Rows, changed: Changed) -> None:
    """Let records of `noun` be found."""
    _nouns[noun] = _Searchable(rows, changed)


@lru_cache(maxsize=1)
def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_unsigned_field("noun", indexed=True)
    builder.add_unsigned_field("unit", indexed=True)
    builder.add_text_field("name", tokenizer_name="gram", index_option="freq")
    builder.add_text_field("code", tokenizer_name="raw", index_option="basic")
    return builder.build()


def _folder() -> Path:
    return home().cache / "search"


def _state() -> int | None:
    """Return the change number the index stands at; None where there is no usable index."""
    try:
        state = json.loads((_folder() / "state.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return int(state["change"]) if state.get("version") == VERSION else None


def _open() -> tantivy.Index:
    _folder().mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(_schema(), path=str(_folder()))
    grams = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(2, 2, prefix_only=False))
    index.register_tokenizer("gram", grams.filter(tantivy.Filter.lowercase()).build())
    return index


@lru_cache(maxsize=1)
def _reader(folder: str) -> tantivy.Index:
    del folder  # only the key: tests use several data folders
    return _open()


def catch_up(progress: Progress | None = None) -> bool:
    """Bring the index up to the records; False where another process is doing so already."""
    change = TrailEntry.objects.aggregate(last=Max("id"))["last"] or 0
    stands = _state()
    if stands == change:
        return True
    changed = {noun: kind.changed(stands) if stands is not None else None for noun, kind in _nouns.items()}
    anew = any(ids is None for ids in changed.values())
    if anew and stands is None:
        shutil.rmtree(_folder(), ignore_errors=True)
        _reader.cache_clear()
    index = _open()
    try:
        writer = index.writer(heap_size=HEAP, num_threads=2)
    except ValueError:  # the lock of another writer
        return False
    if anew:
        writer.delete_all_documents()
    for noun, kind in _nouns.items():
        ids = None if anew else changed[noun]
        for key in ids or ():  # by query: the term of a plain call is of another type of number and meets nothing
            writer.delete_documents_by_query(tantivy.Query.term_query(_schema(), "id", key))
        if ids is None or ids:
            _add(writer, noun, kind.rows(ids), progress)
    writer.commit()
    writer.wait_merging_threads()
    (_folder() / "state.json").write_text(json.dumps({"version": VERSION, "change": change}), encoding="utf-8")
    return True


def _add(writer: tantivy.IndexWriter, noun: int, rows: pl.DataFrame, progress: Progress | None) -> None:
    done = 0
    for part in rows.iter_slices(STEP):
        # Encoded in columns: a call per document with ready text is several times faster than a document per row.
        shaped = part.select(
            pl.col("id"), pl.lit(noun).alias("noun"), pl.col("unit").fill_null(0), "name", pl.col("code").fill_null("")
        )
        for text in shaped.select(pl.struct(pl.all()).struct.json_encode())[:, 0]:
            writer.add_json(text)
        done += part.height
        if progress:
            progress("index", done, rows.height)


def find(noun: int, text: str, limit: int = 200, units: frozenset[int] | None = None) -> list[int]:
    """Return the ids of the records of `noun` that `text` names, best first; `units` bounds what may be seen.

    Every two neighbouring characters of every word must occur; a single character must begin or end such a pair; a code
    is found whole.
    """
    if _state() is None or not text.strip():
        return []
    index = _reader(str(_folder()))
    index.reload()
    schema, must = _schema(), tantivy.Occur.Must
    parts = [(must, tantivy.Query.term_query(schema, "noun", noun)), (must, _words(schema, text.strip().lower()))]
    if units is not None:
        parts.append((must, tantivy.Query.term_set_query(schema, "unit", list(units))))
    searcher = index.searcher()
    found = searcher.search(tantivy.Query.boolean_query(parts), limit, count=False)
    keys = searcher.fast_field_values("id", [address for _, address in found.hits])
    return [int(key) for key in keys if key is not None]


def _words(schema: tantivy.Schema, text: str) -> tantivy.Query:
    words = dict.fromkeys(text.split())
    pairs = dict.fromkeys(word[i : i + 2] for word in words for i in range(len(word) - 1))
    named = [tantivy.Query.term_query(schema, "name", pair) for pair in pairs]
    for one in (_literal(word) for word in words if len(word) == 1):
        named.append(tantivy.Query.regex_query(schema, "name", f"{one}.|.{one}"))
    every = tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in named])
    code = tantivy.Query.term_query(schema, "code", text.upper())
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, code), (tantivy.Occur.Should, every)])


def _literal(character: str) -> str:
    return character if character.isalnum() else "\\" + character
