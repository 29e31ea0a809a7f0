"""YAML with its places."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qipan.packs.marks import MAX_BYTES, read_marked


def codes(text: str | bytes) -> list[tuple[str, int | None]]:
    marked = read_marked(text if isinstance(text, bytes) else text.encode(), "a.yaml")
    return [(problem.code, problem.where.row) for problem in marked.problems]


def test_every_key_and_item_knows_its_line():
    marked = read_marked(b"a: 1\nb:\n  - c: 2\n  - d:\n      e: 3\n", "a.yaml")
    assert marked.lines[("b",)] == 2
    assert marked.lines[("b", 1, "d", "e")] == 5
    assert marked.where(("b", 1, "d", "nowhere")).row == 4


def test_scalars_mean_what_they_say():
    marked = read_marked(
        b"a: no\nb: on\nc: 1.10\nd: 2026-02-28\ne: '12'\nf: 0123\ng: ~\nh: true\ni: 2026-02-30\nj: 7\n", "a.yaml"
    )
    assert marked.value == {
        "a": "no", "b": "on", "c": Decimal("1.10"), "d": date(2026, 2, 28), "e": "12", "f": "0123",
        "g": None, "h": True, "i": "2026-02-30", "j": 7,
    }  # fmt: skip


def test_a_key_written_twice_names_both_lines():
    marked = read_marked(b"a: 1\nb: 2\na: 3\n", "a.yaml")
    assert [(p.code, p.where.row, p.params["first"]) for p in marked.problems] == [("packs.duplicate-key", 3, 1)]
    assert marked.value == {"a": 1, "b": 2}


def test_an_anchor_bomb_is_refused_at_once():
    bomb = "a: &a [x,x]\n" + "".join(f"k{i}: &k{i} [*{'a' if i == 0 else f'k{i - 1}'}, *a]\n" for i in range(60))
    began = time.monotonic()
    assert codes(bomb) == [("packs.alias", 1)]
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: !!python/object/apply:os.system ['x']\n", ("packs.tag", 1)),
        ("a: !binary aGk=\n", ("packs.tag", 1)),
        ("a: [1\nb: 2\n", ("packs.syntax", 2)),
        ("a: 1\n---\nb: 2\n", ("packs.documents", 2)),
        ("? [x]\n: 2\n", ("packs.key", 1)),
        (b"a: \xb2\xfa\xd6\xb5\n", ("packs.not-utf8", None)),
        ("[" * 5000, ("packs.too-large", 1)),
        (b"a" * (MAX_BYTES + 1), ("packs.too-long", None)),
        ("\n".join(f"- {i}" for i in range(200_001)), ("packs.too-large", 200_000)),
    ],
)
def test_what_a_pack_has_no_use_for_is_refused_with_its_line(text: str | bytes, expected: tuple[str, int | None]):
    assert codes(text) == [expected]


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_make_the_reader_fail(text: bytes):
    marked = read_marked(text, "a.yaml")
    assert marked.problems or marked.lines or marked.value is None


def test_a_bom_is_no_part_of_the_first_key():
    assert read_marked("﻿a: 1\n".encode(), "a.yaml").value == {"a": 1}
