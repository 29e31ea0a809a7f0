"""Boards as data (看板): tiles on a grid of twelve columns, the same shape in a pack and in a board people made."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from qipan.engine.problem import Problem, Where
from qipan.packs.marks import problem_with, read_marked
from qipan.packs.model import Code, From, Names, Source, Strict, Until

Kind = Literal["figure", "trend", "ranking", "table", "map", "funnel", "text"]
COLUMNS = 12
ROWS = 100
MOST_TILES = 60
MOST_MEASURES = 24
# The smallest a tile of a kind can be and still be read: columns and rows.
SMALLEST: Mapping[str, tuple[int, int]] = {
    "figure": (2, 2), "trend": (3, 3), "ranking": (3, 3), "table": (4, 3), "map": (4, 4), "funnel": (3, 3),
    "text": (2, 1),
}  # fmt: skip
# How many measures a tile of a kind shows; what is not named here shows none.
MEASURES: Mapping[str, tuple[int, int]] = {"figure": (1, 1), "trend": (1, 1), "ranking": (1, 1), "table": (1, 24)}


@dataclass(frozen=True, slots=True)
class Tile(Strict):
    """A piece of a board: where it lies and what it shows.

    `unit` is the code of a fixed unit, empty for the board's own; `period` a fixed month, 0 for the board's own. A
    trend shows the `last` months; `by: parks` draws or lists every park. `top` keeps the first so many of a ranking, 0
    all. A funnel counts the steps of a `noun`, or its `measures` one below the other. `industry` and `title` narrow a
    map.
    """

    code: Code
    kind: Kind
    x: Annotated[int, Field(ge=0, lt=COLUMNS)]
    y: Annotated[int, Field(ge=0, lt=ROWS)]
    width: Annotated[int, Field(ge=1, le=COLUMNS)]
    height: Annotated[int, Field(ge=1, le=24)]
    names: Names | None = None
    measures: Annotated[tuple[str, ...], Field(max_length=MOST_MEASURES)] = ()
    unit: Annotated[str, Field(max_length=40)] = ""
    period: Annotated[int, Field(ge=0, le=219912)] = 0
    last: Annotated[int, Field(ge=2, le=60)] = 24
    by: Literal["unit", "parks"] = "unit"
    show: Literal["value", "growth"] = "value"
    top: Annotated[int, Field(ge=0, le=100)] = 0
    noun: Annotated[str, Field(max_length=40)] = ""
    text: Names | None = None
    industry: Annotated[str, Field(max_length=8)] = ""
    title: Annotated[str, Field(max_length=40)] = ""

    @property
    def place(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom on the grid."""
        return self.x, self.y, self.x + self.width, self.y + self.height


@dataclass(frozen=True, slots=True)
class BoardLayout(Strict):
    """A board: its tiles, for whom it is the first one to open, and how long a wall screen shows it."""

    code: Code
    names: Names
    tiles: Annotated[tuple[Tile, ...], Field(max_length=MOST_TILES)]
    source: Source
    valid_from: From
    valid_until: Until = None
    roles: tuple[str, ...] = ()
    seconds: Annotated[int, Field(ge=5, le=3600)] = 30
    note: Names | None = None
    formerly: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class TilesRead:
    """The tiles a board's text holds, and everything wrong with it; a problem's column is `<tile>.<field>`."""

    tiles: tuple[Tile, ...]
    problems: tuple[Problem, ...]


_TILE: TypeAdapter[Tile] = TypeAdapter(Tile)


def read_tiles(text: str) -> TilesRead:
    """Return the tiles in `text` (a JSON list, as a board people made is kept)."""
    from qipan.packs.validate import validated

    marked = read_marked(text.encode(), "")
    if not isinstance(marked.value, list):
        return TilesRead((), marked.problems or (Problem.of("packs.want-list", field="tiles"),))
    if len(marked.value) > MOST_TILES:
        return TilesRead((), (Problem.of("packs.too-many-tiles", limit=MOST_TILES),))
    found: list[Tile] = []
    problems: list[Problem] = [*marked.problems]
    for index, written in enumerate(marked.value):
        name = str(written.get("code", index + 1)) if isinstance(written, dict) else str(index + 1)
        tile, told = validated(_TILE, Tile, marked, (index,))
        problems += [replace(one, where=Where(column=f"{name}.{_field(one)}")) for one in told]
        if tile is not None:
            found.append(tile)
    return TilesRead(tuple(found), tuple(problems))


def _field(problem: Problem) -> str:
    """Return the field of its tile a problem is about."""
    return str(problem.params.get("field", "")).rpartition(".")[2]


def write_tiles(tiles: Iterable[Tile]) -> str:
    """Return the text that `read_tiles` reads back; what is as nobody chose it is left out."""
    return json.dumps([tile_fields(tile) for tile in tiles], ensure_ascii=False, separators=(",", ":"))


def tile_fields(tile: Tile) -> Mapping[str, Any]:
    """Return what a tile says, by field, as JSON takes it."""
    plain = Tile("x", tile.kind, 0, 0, 1, 1)
    given = _TILE.dump_python(tile, mode="json")
    usual = _TILE.dump_python(plain, mode="json")
    always = ("code", "kind", "x", "y", "width", "height")
    return {name: value for name, value in given.items() if name in always or value != usual[name]}


@dataclass(frozen=True, slots=True)
class Shown:
    """What tiles can speak of: measures and indicators that exist, those that grow, and nouns with steps."""

    figures: Collection[str]
    growing: Collection[str]
    nouns: Collection[str]


def tile_problems(tiles: Sequence[Tile], shown: Shown) -> list[Problem]:
    """Return what is wrong between tiles and with what they show; a problem's column is `<tile>.<field>`."""
    from qipan.packs.validate import nearest

    def told(code: str, tile: Tile, field: str, **params: str | int) -> Problem:
        return problem_with(code, Where(column=f"{tile.code}.{field}"), {"tile": tile.code, **params})

    found: list[Problem] = []
    codes = [tile.code for tile in tiles]
    found += [
        Problem.of("packs.duplicate-code", where=Where(column=f"{code}.code"), thing="tile", known=code, first=code)
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]
    for tile in tiles:
        width, height = SMALLEST[tile.kind]
        if tile.x + tile.width > COLUMNS or tile.y + tile.height > ROWS:
            found.append(told("packs.tile-outside", tile, "x", columns=COLUMNS, rows=ROWS))
        if tile.width < width or tile.height < height:
            found.append(told("packs.tile-small", tile, "width", width=width, height=height))
        for code in tile.measures:
            if code not in shown.figures:
                near = nearest(code, shown.figures)
                found.append(told("packs.unknown-code", tile, "measures", known=code, near=near))
            elif tile.show == "growth" and code not in shown.growing and tile.kind != "table":
                found.append(told("packs.no-growth", tile, "show", known=code))
        found += [told(*one) for one in _lacking(tile, shown)]
        if tile.period and not 1 <= tile.period % 100 <= 12:
            found.append(told("packs.tile-period", tile, "period", period=tile.period))
    found += [
        told("packs.tiles-overlap", other, "y", other=one.code)
        for one, other in combinations(tiles, 2)
        if _overlap(one, other)
    ]
    return found


def _lacking(tile: Tile, shown: Shown) -> Iterable[tuple[str, Tile, str]]:
    least, most = MEASURES.get(tile.kind, (0, MOST_MEASURES if tile.kind == "funnel" else 0))
    if not least <= len(tile.measures) <= most:
        yield ("packs.tile-measures", tile, "measures")
    if tile.kind == "text" and tile.text is None:
        yield ("packs.tile-text", tile, "text")
    if tile.kind == "funnel" and bool(tile.noun) == bool(tile.measures):
        yield ("packs.tile-steps", tile, "noun")
    if tile.noun and (tile.kind != "funnel" or tile.noun not in shown.nouns):
        yield ("packs.tile-noun", tile, "noun")


def _overlap(one: Tile, other: Tile) -> bool:
    left, top, right, bottom = one.place
    return left < other.x + other.width and other.x < right and top < other.y + other.height and other.y < bottom
