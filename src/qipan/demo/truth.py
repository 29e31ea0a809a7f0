"""The demonstration zone before it is written to files: what a perfect reader of the files would know."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from qipan.demo.annual import firm_years
from qipan.demo.city import city_figures
from qipan.demo.counts import counted, project_counts
from qipan.demo.desks import Lead, Payout, Project, leads, payouts, projects
from qipan.demo.economy import added_value, flow_frame, from_firms, from_levels
from qipan.demo.honours import qualifications
from qipan.demo.parameters import Parameters, read_parameters
from qipan.demo.production import firm_months
from qipan.demo.roster import Firm, firms
from qipan.demo.targets import targets
from qipan.demo.timeline import later, reported

SEED = 20261120
MONTHS = 60
LAST_MONTH = 202610


@dataclass(frozen=True, slots=True)
class Truth:
    """The generated zone.

    Frames: `firm_months` as FIRM_MONTHS, `firm_years` (the year before the last) as FIRM_YEARS, `figures` as FIGURES,
    `city` as CITY, `targets` as TARGETS, `qualifications` as QUALIFICATIONS. Figures run from 2020 to December 2026;
    what is written to files are the `months`.
    """

    parameters: Parameters
    seed: int
    months: tuple[int, ...]  # every calendar month of the window, oldest first
    firms: tuple[Firm, ...]
    firm_months: pl.DataFrame
    firm_years: pl.DataFrame
    figures: pl.DataFrame
    city: pl.DataFrame
    targets: pl.DataFrame
    qualifications: pl.DataFrame
    projects: tuple[Project, ...]
    leads: tuple[Lead, ...]
    payouts: tuple[Payout, ...]

    @property
    def last(self) -> int:
        """Return the last month that is reported."""
        return self.months[-1]


def truth(seed: int = SEED, *, months: int = MONTHS, last_month: int = LAST_MONTH, folder: Path | None = None) -> Truth:
    """Return the zone that belongs to a seed; the same seed gives the same zone on every machine."""
    if not 1 <= months <= 70 or not 202101 <= later(last_month, 1 - months) <= last_month <= 202612:
        raise ValueError("the zone is known from January 2021 to December 2026")
    parameters = read_parameters(folder)
    window = reported(months, last_month)
    who = firms(parameters, seed, (window[0], last_month))
    made = firm_months(parameters, who, seed)
    honours = qualifications(parameters, who, seed, last_month)
    summed = from_firms(parameters, made, who)
    output = [line for line in summed if line.measure == "规上工业总产值"]
    lines = summed + added_value(parameters, output) + from_levels(parameters, seed)
    flows = flow_frame(lines, parameters.zone.code)
    done = flows.filter((pl.col("measure") == "重点项目完成投资") & (pl.col("month") == last_month))
    key_projects = projects(parameters, who, dict(done.select("unit", "total").rows()), seed)
    counts = [counted(parameters, who, honours), project_counts(parameters, key_projects, last_month)]
    figures = pl.concat([flows, *counts]).sort("measure", "unit", "month")
    return Truth(
        parameters,
        seed,
        window,
        who,
        made,
        firm_years(parameters, who, made, seed, last_month // 100 - 1),
        figures,
        city_figures(parameters, figures, seed),
        targets(parameters, figures),
        honours,
        key_projects,
        leads(parameters, seed),
        payouts(who, honours, seed),
    )
