"""The firms' yearly figures: of those that report, of the yearly return of high-tech firms, and of some others."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from qipan.demo.chance import stream
from qipan.demo.parameters import Parameters
from qipan.demo.roster import Firm

FIRM_YEARS: dict[str, pl.DataType] = {
    "firm": pl.Int32(),
    "year": pl.Int32(),
    "revenue": pl.Int64(),  # 千元; null: unknown
    "tax": pl.Int64(),  # 千元
    "electricity": pl.Int64(),  # 百千瓦时
    "research": pl.Int64(),  # 研发费用, 千元; unknown for half of the firms that should report it
    "staff": pl.Int64(),
}


def firm_years(
    parameters: Parameters, firms: Sequence[Firm], months: pl.DataFrame, seed: int, year: int
) -> pl.DataFrame:
    """Return a year of every living firm as FIRM_YEARS; the firms of the yearly return sum to the zone's revenue."""
    random = stream(seed, "years")
    kwh = {industry.code: industry.kwh for industry in parameters.industries}
    ends = {
        firm: (revenue, tax, power, staff)
        for firm, revenue, tax, power, staff in months.filter(pl.col("month") == year * 100 + 12)
        .select("firm", "revenue_sum", "tax_sum", "electricity_sum", "staff")
        .rows()
    }
    living = [firm for firm in firms if firm.status == "存续"]
    known = sum(ends[firm.id][0] for firm in living if firm.torch and firm.id in ends)
    small = [firm for firm in living if firm.torch and firm.id not in ends]
    spare = parameters.totals.torch_revenue * 100_000 - known
    scale = spare / sum(firm.weight for firm in small)
    rows: list[tuple[int, int, int | None, int | None, int | None, int | None, int | None]] = []
    left = spare
    for firm in living:
        revenue, tax, power, staff = ends.get(firm.id, (0, 0, 0, 0))
        if firm.id not in ends:
            exact = firm.torch and firm is small[-1]
            revenue = left if exact else round(firm.weight * (scale if firm.torch else 100_000))
            left -= revenue if firm.torch else 0
            tax = round(revenue * random.uniform(0.01, 0.06))
            power = round(revenue * kwh[firm.industry] / 1000 * random.uniform(0.5, 1.5))
            staff = max(2, round(revenue / 10 / random.uniform(40, 120)))
        research = round(revenue * random.uniform(0.012, 0.085)) if firm.torch and random.random() < 0.5 else None
        silent = not firm.torch and firm.id not in ends and random.random() < 0.35
        values = (None, None, None, None) if silent else (revenue, tax, power, staff)
        rows.append((firm.id, year, values[0], values[1], values[2], research, values[3]))
    return pl.DataFrame(rows, schema=FIRM_YEARS, orient="row")
