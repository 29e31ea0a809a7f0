"""A registry of 1.5 million firms: the real ones, placed in parks and trades by lot, with titles and a search index."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from installation import real_data

PARKS = 12
SECTIONS = ("A01", "C26", "C27", "C35", "C38", "C39", "E47", "F51", "F52", "I65", "L72", "M73", "M75", "N77", "R87")
KINDS = {"hightech": 0.04, "tech_sme": 0.08, "specialised": 0.01, "little_giant": 0.001, "gazelle": 0.0005}


def _places() -> int:
    """Write the zone and its parks; returns the zone."""
    from qipan.registry.models import Subject, Unit, UnitPlace

    units = [Subject.objects.create(noun=Subject.Noun.UNIT).pk for _ in range(PARKS + 1)]
    for number, key in enumerate(units):
        kind = "park" if number else "zone"
        Unit.objects.create(
            subject_id=key, kind=kind, code=f"u{number}", name=f"第{number}园区" if number else "高新区"
        )
        if number:
            UnitPlace.objects.create(unit_id=key, parent_id=units[0], since="2000-01-01")
    return units[0]


def _firms(zone: int) -> pl.DataFrame:
    """Return the table's rows without their ids: trades, parks and scale by lot, the rest as registered."""
    read = pl.read_parquet(real_data() / "registry" / "enterprises.parquet")
    random = np.random.default_rng(11)
    number = read.height
    park = zone + 1 + np.minimum(random.geometric(0.2, number) - 1, PARKS - 1)
    trade = np.array(SECTIONS)[random.integers(0, len(SECTIONS), number)]
    return read.select(
        unit_id=pl.Series(park).cast(pl.Int64),
        # One code for one firm: who repeats it has none here.
        uscc=pl.when(pl.col("uscc_ok") & pl.col("uscc").is_first_distinct()).then("uscc"),
        name="name",
        name_key="name",
        industry=pl.concat_str(pl.Series(trade), pl.Series(random.integers(10, 99, number)).cast(pl.String)),
        kind=pl.col("ent_type").fill_null(""),
        registered=pl.col("reg_date").str.to_date("%Y-%m-%d", strict=False),
        above_scale=pl.Series(random.random(number) < 0.02),
        region=pl.col("region_code6").fill_null(""),
        province=pl.col("province").fill_null(""),
        city=pl.col("city").fill_null(""),
        address=pl.col("address").fill_null(""),
        scope=pl.col("scope").fill_null(""),
    )


def _titles(ids: pl.Series) -> pl.DataFrame:
    random = np.random.default_rng(13)
    parts = [
        pl.DataFrame({"enterprise_id": ids.filter(pl.Series(random.random(len(ids)) < share))}).with_columns(
            kind=pl.lit(kind), since=pl.lit(date(2024, 11, 1))
        )
        for kind, share in KINDS.items()
    ]
    return pl.concat(parts)


def _figures(ids: pl.Series, measures: list[int]) -> pl.DataFrame:
    """Return a figure of every firm, of some measure and month."""
    random = np.random.default_rng(17)
    number = len(ids)
    return pl.DataFrame(
        {
            "subject_id": ids,
            "measure_id": pl.Series(np.array(measures)[random.integers(0, len(measures), number)]).cast(pl.Int32),
            "period": pl.Series(202601 + random.integers(0, 10, number)).cast(pl.Int64),
            "reading": pl.Series([0]).cast(pl.Int16).extend_constant(0, number - 1),
            "basis": pl.Series([1]).cast(pl.Int16).extend_constant(1, number - 1),
            "scope_id": pl.Series([0]).cast(pl.Int32).extend_constant(0, number - 1),
            "value": pl.Series(random.integers(0, 10**9, number)).cast(pl.Int64),
            "origin": pl.Series([2]).cast(pl.Int16).extend_constant(2, number - 1),
            "batch": pl.Series([1]).cast(pl.Int64).extend_constant(1, number - 1),
        }
    )


def _measures() -> list[int]:
    """Leave four measures and the scope of their own; returns the measures' keys."""
    from qipan.registry.models import Measure, Scope

    Scope.objects.get_or_create(id=0, defaults={"text": ""})
    common = {"unit": "万元", "decimals": 1, "dimension": "money_cny", "places": 2, "basis": "cumulative"}
    names = ("营业收入", "利润总额", "研发费用", "实缴税金")
    made = [
        Measure.objects.get_or_create(
            code=f"bench_{number}",
            defaults={"names": {"zh": name, "en": name}, "pack": "bench", "version": "1", **common},
        )[0]
        for number, name in enumerate(names)
    ]
    return [one.pk for one in made]


def fill(*, figures: bool = False, most: int | None = None, indexed: bool = True) -> int:
    """Leave the registry filled and indexed, with a figure of every firm where asked; returns how many.

    `most` takes only the first so many firms; one that searches nothing need not be `indexed`.
    """
    from django.db import connection, transaction

    from qipan.platform.search import catch_up
    from qipan.platform.storage import bulk
    from qipan.registry.models import Enterprise, Fact, Qualification, Subject

    with transaction.atomic():
        firms = _firms(_places()).head(most if most is not None else 10**9)
        first = bulk.reserve(Subject, firms.height)
        ids = pl.int_range(first, first + firms.height, eager=True, dtype=pl.Int64).alias("id")
        bulk.insert(Subject, pl.DataFrame({"id": ids, "noun": Subject.Noun.ENTERPRISE.value}))
        for model, rows in ((Enterprise, firms.with_columns(ids)), (Qualification, _titles(ids))):
            with bulk.large_insert(model, rows.height):
                bulk.insert(model, rows)
        if figures:
            with bulk.large_insert(Fact, firms.height):
                bulk.insert(Fact, _figures(ids, _measures()))
    with connection.cursor() as cursor:
        # The rest of the tables, as a server's own housekeeping leaves them; the large ones were seen to above.
        cursor.execute("ANALYZE")
    if indexed:
        catch_up()
    return firms.height
