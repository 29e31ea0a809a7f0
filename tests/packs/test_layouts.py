"""A board's tiles are read whole, written back the same, and everything wrong with them is told with tile and field."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qipan.packs.layouts import MOST_TILES, Shown, Tile, read_tiles, tile_problems, write_tiles
from qipan.packs.model import Names

SHOWN = Shown({"output", "share"}, {"output"}, {"enterprise"})


def tile(code: str = "a", kind: str = "figure", **fields: object) -> Tile:
    place = {"x": 0, "y": 0, "width": 4, "height": 4, "measures": ("output",)}
    return Tile(code, kind, **{**place, **fields})  # type: ignore[arg-type]


def codes(*tiles: Tile) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.where.column) for problem in tile_problems(tiles, SHOWN)]


TILES = st.builds(
    Tile,
    code=st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True),
    kind=st.sampled_from(["figure", "trend", "ranking", "table", "map", "funnel", "text"]),
    x=st.integers(0, 11),
    y=st.integers(0, 99),
    width=st.integers(1, 12),
    height=st.integers(1, 24),
    names=st.none() | st.builds(Names, st.text(min_size=1, max_size=9).filter(str.isprintable), st.just("x")),
    measures=st.lists(st.sampled_from(["output", "share"]), max_size=4).map(tuple),
    last=st.integers(2, 60),
    by=st.sampled_from(["unit", "parks"]),
    show=st.sampled_from(["value", "growth"]),
)


@given(st.lists(TILES, max_size=6))
def test_tiles_are_read_back_as_they_were_written(tiles: list[Tile]):
    read = read_tiles(write_tiles(tiles))
    assert read.problems == ()
    assert list(read.tiles) == tiles


@given(st.text(max_size=60) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["code", "kind", "x", "names"]), inner),
    max_leaves=12,
).map(json.dumps))  # fmt: skip
def test_no_text_breaks_the_reading(text: str):
    read = read_tiles(text)
    assert read.problems or json.loads(text or "[]") == [] or read.tiles


def test_what_is_wrong_with_a_tile_names_the_tile_and_the_field():
    text = '[{"code": "a", "kind": "pie", "x": 0, "y": 0, "width": 2, "height": 2, "colour": "red"}]'
    found = {(problem.code, problem.where.column) for problem in read_tiles(text).problems}
    assert found == {("packs.unknown-field", "a.colour"), ("packs.not-allowed", "a.kind")}


def test_a_board_of_too_many_tiles_is_refused_at_once():
    assert [problem.code for problem in read_tiles(f"[{','.join(['1'] * (MOST_TILES + 1))}]").problems] == [
        "packs.too-many-tiles"
    ]


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (tile(x=10), ("packs.tile-outside", "a.x")),
        (tile(y=98), ("packs.tile-outside", "a.x")),
        (tile(width=1), ("packs.tile-small", "a.width")),
        (tile(measures=("outputs",)), ("packs.unknown-code", "a.measures")),
        (tile(measures=("share",), show="growth"), ("packs.no-growth", "a.show")),
        (tile(measures=()), ("packs.tile-measures", "a.measures")),
        (tile(measures=("output", "share")), ("packs.tile-measures", "a.measures")),
        (tile(kind="text", measures=()), ("packs.tile-text", "a.text")),
        (tile(kind="funnel", measures=()), ("packs.tile-steps", "a.noun")),
        (tile(kind="funnel", measures=(), noun="leads"), ("packs.tile-noun", "a.noun")),
        (tile(noun="enterprise"), ("packs.tile-noun", "a.noun")),
        (tile(kind="map"), ("packs.tile-measures", "a.measures")),
        (tile(period=202613), ("packs.tile-period", "a.period")),
    ],
)
def test_a_tile_that_cannot_be_shown_is_told(wrong: Tile, expected: tuple[str, str]):
    assert codes(wrong) == [expected]


def test_tiles_may_touch_and_not_overlap():
    assert codes(tile(), tile("b", x=4), tile("c", y=4)) == []
    assert codes(tile(), tile("b", x=3, y=3)) == [("packs.tiles-overlap", "b.y")]
    assert ("packs.duplicate-code", "a.code") in codes(tile(), tile(y=4))
