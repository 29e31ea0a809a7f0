"""Many rows at once: what is the same in all of them is sent once and stands in every row all the same."""

from __future__ import annotations

import polars as pl
import pytest
from django.db import connection, transaction

from qipan.platform.storage import bulk
from qipan.registry.models import Enterprise, Subject

ROWS = 2 * bulk.FEW


def _firms(**columns: object) -> pl.DataFrame:
    ids = pl.int_range(1, ROWS + 1, eager=True, dtype=pl.Int64)
    frame = pl.DataFrame({"id": ids}).with_columns(name=pl.format("firm {}", "id"), name_key=pl.format("firm{}", "id"))
    return frame.with_columns(**{name: pl.lit(value) for name, value in columns.items()})


def _insert(frame: pl.DataFrame) -> None:
    bulk.insert(Subject, pl.DataFrame({"id": frame["id"], "noun": 2}))
    with bulk.large_insert(Enterprise, frame.height):
        bulk.insert(Enterprise, frame)


@pytest.mark.django_db
def test_a_value_all_rows_share_stands_in_every_row() -> None:
    shared = {"city": "O'Brien's 青岛?%s", "capital": -7, "above_scale": True, "address": "", "row": None}
    _insert(_firms(**shared))
    stored = list(Enterprise.objects.values_list(*shared).distinct())
    assert stored == [tuple(shared.values())]
    assert Enterprise.objects.count() == ROWS


@pytest.mark.django_db
def test_a_value_only_the_last_row_differs_in_is_not_shared() -> None:
    frame = _firms(city="青岛").with_columns(
        city=pl.when(pl.col("id") == ROWS).then(pl.lit("济宁")).otherwise(pl.col("city")),
        capital=pl.when(pl.col("id") == ROWS).then(pl.lit(5)),
    )
    _insert(frame)
    assert Enterprise.objects.filter(city="青岛", capital=None).count() == ROWS - 1
    assert Enterprise.objects.filter(pk=ROWS).values_list("city", "capital").get() == ("济宁", 5)


@pytest.mark.django_db
def test_the_indexes_stand_again_after_a_large_insert(monkeypatch: pytest.MonkeyPatch) -> None:
    def names() -> set[str]:
        with connection.cursor() as cursor:
            return set(connection.introspection.get_constraints(cursor, "enterprise"))

    monkeypatch.setattr(bulk, "LARGE", 10)
    before = names()
    _insert(_firms())
    assert names() == before


@pytest.mark.django_db(transaction=True)
def test_postgresql_answers_from_an_index_alone_after_a_large_insert(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps no map of what everybody sees")
    monkeypatch.setattr(bulk, "LARGE", 10)
    with transaction.atomic():
        _insert(_firms())
    with connection.cursor() as cursor:
        cursor.execute("SELECT relallvisible, reltuples FROM pg_class WHERE relname = 'enterprise'")
        pages, rows = cursor.fetchone()
    assert pages > 0
    assert rows == ROWS
