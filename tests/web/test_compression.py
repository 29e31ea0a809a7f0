"""Answers travel compressed: pages and texts for whoever takes it, files from what was compressed beforehand."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from tests.web.api.programs import V1, program
from tests.web.attack_ground import Ground

TAKES = {"Accept-Encoding": "gzip"}


def test_a_page_is_compressed_for_whoever_takes_it(ground: Ground):
    client = ground.client("economy")
    plain, packed = client.get("/measures/"), client.get("/measures/", headers=TAKES)
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 4
    assert "<html" in gzip.decompress(packed.content).decode()
    assert "Accept-Encoding" in packed["Vary"]


def test_the_length_of_a_compressed_page_says_little_about_what_is_inside(ground: Ground):
    client = ground.client("economy")
    assert len({len(client.get("/measures/", headers=TAKES).content) for _ in range(12)}) > 1


def test_a_page_that_shows_a_secret_is_not_compressed(ground: Ground):
    form = {"name": "大屏", "right": ["figures.see"], "days": "30", "unit": ""}
    shown = ground.client("economy").post("/tokens/", form, headers=TAKES)
    assert shown["Content-Encoding"] == "identity"
    assert "qipan_" in shown.content.decode()


def test_figures_as_arrow_are_not_squeezed_and_as_text_they_are(ground: Ground):
    client = program(ground.people["economy"])
    address = f"{V1}/facts?measure=industrial_output,gdp,firm_output,firm_power"
    assert "Content-Encoding" not in client.get(f"{address}&format=arrow", headers=TAKES)
    packed = client.get(address, headers=TAKES)
    assert packed["Content-Encoding"] == "gzip"
    assert packed["ETag"].startswith("W/")
    again = client.get(address, headers={**TAKES, "If-None-Match": packed["ETag"]})
    assert again.status_code == 304


def test_what_was_compressed_beforehand_is_sent_as_it_is():
    path = finders.find("vendor/echarts.min.js.gz")
    if not isinstance(path, str):
        pytest.skip("the pages' assets were copied by hand, uncompressed")
    answer = Client().get("/static/vendor/echarts.min.js", headers=TAKES)
    assert answer["Content-Encoding"] == "gzip"
    assert b"".join(answer.streaming_content) == Path(path).read_bytes()  # type: ignore[attr-defined]
