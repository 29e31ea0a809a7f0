"""What has become of the returns (报送) that figures stand in: a figure inherits the status of its return."""

from __future__ import annotations

import polars as pl

from qipan.platform.models import BatchSheet
from qipan.platform.storage.among import among
from qipan.platform.storage.frames import read_frame
from qipan.registry.models import Return, Unit

# With these a figure is final; with any other it is preliminary (初步).
FINAL = (Return.Status.LOCKED, Return.Status.PUBLISHED)
_SHEETS: dict[str, pl.DataType] = {
    "batch": pl.Int64(), "sheet": pl.Int64(), "ledger": pl.String(), "home": pl.Int64(),
}  # fmt: skip
_RETURNS: dict[str, pl.DataType] = {
    "reporter": pl.Int64(), "ledger": pl.String(), "period": pl.Int64(), "status": pl.String(),
}  # fmt: skip


def with_status(figures: pl.DataFrame) -> pl.DataFrame:
    """Add `status` and `preliminary` to figures (subject, period, batch, sheet), in the same order.

    Both are null where the registry knows no return: a figure that came in no ledger's sheet. Who reports a figure is
    its subject where that is a unit of the zone, else the unit it was loaded for.
    """
    sheets = _sheets(figures["batch"].unique().to_list())
    returns = _returns(figures["period"].unique().to_list())
    # Two short tables meet first: a long list of figures is joined by whole numbers only.
    ledgers = pl.concat([sheets["ledger"], returns["ledger"]]).unique().sort()
    numbers = pl.DataFrame({"ledger": ledgers}).with_row_index("form")
    sheets = sheets.join(numbers, on="ledger").drop("ledger")
    returns = returns.join(numbers, on="ledger").drop("ledger")
    own = list(Unit.objects.exclude(kind=Unit.Kind.CITY).values_list("pk", flat=True))
    reporter = pl.when(pl.col("subject").is_in(own)).then("subject").otherwise("home")
    final = pl.col("status").is_in([str(one) for one in FINAL])
    return (
        figures.join(sheets, on=["batch", "sheet"], how="left", maintain_order="left")
        .with_columns(reporter.alias("reporter"))
        .join(returns, on=["reporter", "form", "period"], how="left", maintain_order="left")
        .with_columns((~final).alias("preliminary"))
        .drop("reporter", "form", "home")
    )


def _sheets(batches: list[int]) -> pl.DataFrame:
    found = BatchSheet.objects.filter(batch__in=among(batches)).order_by()
    sql, parameters = found.values_list("batch", "number", "ledger", "batch__unit").query.sql_with_params()
    return read_frame(sql, _SHEETS, parameters)


def _returns(periods: list[int]) -> pl.DataFrame:
    found = Return.objects.filter(period__in=among(periods)).order_by()
    sql, parameters = found.values_list("unit", "ledger", "period", "status").query.sql_with_params()
    return read_frame(sql, _RETURNS, parameters)
