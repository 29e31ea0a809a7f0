"""Where the header of a sheet is, and what stands over each column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qipan.engine.periods import state
from qipan.engine.sheets.body import spread
from qipan.engine.sheets.book import Grid
from qipan.engine.sheets.columns import Column, candidates
from qipan.engine.sheets.headings import heading
from qipan.engine.sheets.looks import is_example, says_nothing
from qipan.engine.sheets.spec import Layout, LedgerSpec
from qipan.engine.sheets.text import narrow
from qipan.engine.sheets.vocabulary import Vocabulary

SEARCHED = 40  # rows from the top in which a header is sought
TALLEST = 4
SAMPLED = 200
WIDEST = 1024  # columns of a small sheet that are looked at
FIGURE = re.compile(r"[+\-−]?[\d,,]*\.?\d+%?")
ORDINALS = {"甲", "乙", "丙", "丁", "戊", "栏次"}


@dataclass(frozen=True, slots=True)
class Header:
    """A place where the header may be: rows `top` to `bottom` (0-based in the grid), and the columns under it."""

    top: int
    bottom: int
    columns: tuple[Column, ...]
    noise: float = 0.0  # how much in those rows does not look like a heading


def grid_headers(grid: Grid, lines: Sequence[Sequence[str | None]], vocabulary: Vocabulary) -> list[Header]:
    """Return every place where the header may be; samples are taken later, from the one that is chosen (`sampled`)."""
    found: list[Header] = []
    limit = min(len(lines), SEARCHED)
    lines = [line[:WIDEST] for line in lines[: limit + TALLEST]]
    likely = [top for top in range(limit) if len({text for text in lines[top] if text}) >= 2]
    worded = [top for top in likely if not _wide_note(lines[top]) and not _is_figures(lines[top])]
    for top in worded or likely[:1]:
        for height in range(1, TALLEST + 1):
            bottom = top + height - 1
            if bottom >= len(lines) or (height > 1 and _is_figures(lines[bottom])):
                break
            if _cut(grid, top, bottom) or not any(lines[bottom]):
                continue
            paths = _paths(grid, lines, top, bottom)
            columns = tuple(Column(index, heading(path, vocabulary.units), ()) for index, path in enumerate(paths))
            found.append(Header(top, bottom, columns, _noise(lines, top, bottom)))
    return found


def sampled(header: Header, lines: Sequence[Sequence[str | None]]) -> Header:
    """Return the header with the first values under each column."""
    columns = tuple(replace(one, sample=_sample(lines, header.bottom + 1, one.index)) for one in header.columns)
    return replace(header, columns=columns)


def frame_header(names: Sequence[str], samples: Sequence[tuple[str, ...]], vocabulary: Vocabulary) -> Header:
    """Return the header of a plain table, whose column names are known."""
    columns = tuple(
        Column(index, heading((name,), vocabulary.units), sample)
        for index, (name, sample) in enumerate(zip(names, samples, strict=True))
    )
    return Header(-1, -1, columns)


def score(header: Header, ledger: LedgerSpec, vocabulary: Vocabulary) -> float:
    """Return how much of the header the ledger explains, less what is no heading; taller headers must earn it."""
    total = 0.0
    seen: set[str] = set()
    for column in header.columns:
        head = column.heading
        best = next(iter(candidates(head, ledger, vocabulary.units)), None)
        if best is not None:
            total += best[1] if best[0].code not in seen else 0.4
            seen.add(best[0].code)
        elif head.part and head.path:
            total += 0.5
        elif (ledger.layout is not Layout.ROWS and head.stated is not None) or (
            ledger.layout is not Layout.ROWS and vocabulary.named(head.bare) is not None
        ):
            total += 0.6
    return total - header.noise - 0.25 * (header.bottom - header.top)


def _paths(grid: Grid, lines: Sequence[Sequence[str | None]], top: int, bottom: int) -> list[tuple[str, ...]]:
    rows = spread(lines, grid, top, bottom)
    width = len(rows[0]) if rows else 0
    for at, row in enumerate(rows[:-1]):
        _fill_groups(row, rows[at + 1 :], lines[top + at])
    return [tuple(text for row in rows if (text := row[column])) for column in range(width)]


def _fill_groups(row: list[str | None], below: Sequence[Sequence[str | None]], original: Sequence[str | None]) -> None:
    """Let a group heading without a merged cell stand over the columns to its right that have headings below only."""
    group: str | None = None
    for column, text in enumerate(row):
        if text is not None:
            has_parts = any(line[column] is not None and line[column] != text for line in below)
            group = text if has_parts and original[column] is not None else None
        elif group is not None and any(line[column] is not None for line in below):
            row[column] = group
        else:
            group = None


def _cut(grid: Grid, top: int, bottom: int) -> bool:
    """Tell whether a merged cell would reach out of the header's rows."""
    return any(
        (span.top != span.bottom and span.top <= bottom < span.bottom and span.top >= top)
        or span.top < top <= span.bottom
        for span in grid.spans
    )


def _wide_note(line: Sequence[str | None]) -> bool:
    texts = [text for text in line if text]
    return len(texts) <= 2 and any(len(text) > 60 for text in texts)


def _is_figures(line: Sequence[str | None]) -> bool:
    known = [narrow(text) for text in line if text and not says_nothing(text)]
    figures = sum(1 for text in known if FIGURE.fullmatch(text) and state(text) is None)
    return bool(known) and figures / len(known) > 0.5 and not is_numbering(line)


def is_numbering(line: Sequence[str | None]) -> bool:
    """Tell whether a row only numbers the columns (甲 乙 1 2 3)."""
    known = [narrow(text).strip("()") for text in line if text]
    if len(known) < 3:
        return False
    numbers = [int(text) for text in known if text.isdigit()]
    others = [text for text in known if not text.isdigit()]
    if len(numbers) < 2 or any(text not in ORDINALS for text in others):
        return False
    return numbers[0] in (0, 1) and all(after - before == 1 for before, after in pairwise(numbers))


def _noise(lines: Sequence[Sequence[str | None]], top: int, bottom: int) -> float:
    total = 0.0
    for line in lines[top : bottom + 1]:
        for text in line:
            if text is None:
                continue
            known = narrow(text)
            if FIGURE.fullmatch(known) and state(known) is None:
                total += 0.6
            elif len(known) > 40:
                total += 0.5
    return total


def _sample(lines: Sequence[Sequence[str | None]], start: int, column: int) -> tuple[str, ...]:
    found: list[str] = []
    for line in lines[start : start + SAMPLED]:
        if is_example(line):
            continue
        text = line[column] if column < len(line) else None
        if text is not None:
            found.append(text)
    return tuple(found)
