"""Rows come as frames of the asked types: inside and outside a transaction, on either database."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from django.db import connection, transaction

from qipan.platform.storage.frames import read_frame

COLUMNS: dict[str, pl.DataType] = {
    "id": pl.Int64(), "name": pl.String(), "uscc": pl.String(), "registered": pl.Date(), "above_scale": pl.Boolean(),
    "longitude": pl.Float64(),
}  # fmt: skip
SQL = f"SELECT {', '.join(COLUMNS)} FROM enterprise"


def put(key: int, **fields: object) -> None:
    from qipan.registry.models import Enterprise, Subject

    subject = Subject.objects.create(id=key, noun=Subject.Noun.ENTERPRISE)
    Enterprise.objects.create(subject=subject, name=f"企业{key}", name_key=f"企业{key}", **fields)


@pytest.mark.django_db(transaction=True)
def test_dates_and_truth_come_as_their_own_types_in_and_out_of_a_transaction():
    put(1)
    put(2, uscc="X", registered=date(2020, 2, 29), above_scale=True, longitude=117.0)
    expected = [
        (1, "企业1", None, None, None, None),
        (2, "企业2", "X", date(2020, 2, 29), True, 117.0),
    ]
    outside = read_frame(SQL, COLUMNS)
    with transaction.atomic():
        inside = read_frame(SQL, COLUMNS)
    for frame in (outside, inside):
        assert dict(frame.schema) == COLUMNS
        assert sorted(frame.rows()) == expected


@pytest.mark.django_db(transaction=True)
def test_an_empty_table_gives_an_empty_frame_of_the_schema():
    assert read_frame(SQL, COLUMNS).equals(pl.DataFrame(schema=COLUMNS))


@pytest.mark.django_db(transaction=True)
def test_a_column_that_is_empty_for_its_first_hundred_thousand_rows_keeps_its_type():
    if connection.vendor != "sqlite":
        pytest.skip("SQLite gives columns no type of their own")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE long_one (id INTEGER, name TEXT)")
        cursor.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100001) "
            "INSERT INTO long_one SELECT i, CASE WHEN i > 100000 THEN 'last' END FROM n"
        )
    try:
        frame = read_frame("SELECT id, name FROM long_one", {"id": pl.Int64(), "name": pl.String()})
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE long_one")
    assert (frame.height, frame["name"].drop_nulls().to_list()) == (100_001, ["last"])


@pytest.mark.django_db(transaction=True)
def test_a_transactions_own_rows_are_seen_inside_it():
    with transaction.atomic():
        put(1)
        assert read_frame("SELECT id FROM enterprise", {"id": pl.Int64()})["id"].to_list() == [1]
