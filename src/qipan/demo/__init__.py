"""The demonstration zone: invented, consistent, and written as the ledgers zones really keep."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qipan.demo.counts import in_sample
from qipan.demo.places import write_boundaries
from qipan.demo.truth import LAST_MONTH, MONTHS, SEED, Truth, truth
from qipan.demo.write_desks import write_leads, write_payouts, write_projects
from qipan.demo.write_enterprises import write_enterprises
from qipan.demo.write_lists import write_census, write_qualifications, write_targets, write_torch, write_units
from qipan.demo.write_parks import write_city, write_firm_months, write_parks
from qipan.demo.write_report import write_reports

__all__ = ["SEED", "Summary", "Truth", "generate", "truth", "write"]


@dataclass(frozen=True, slots=True)
class Summary:
    """What was generated, and the batches in which a zone would load it: a later batch supersedes an earlier one."""

    batches: tuple[tuple[Path, ...], ...]
    firms: int
    reporting: int
    months: int
    zone: str
    boundaries: Path  # GeoJSON of the zone and its parks; no ledger, loaded by itself

    @property
    def files(self) -> tuple[Path, ...]:
        """Return all files in the order in which they are loaded."""
        return tuple(path for batch in self.batches for path in batch)


def write(zone: Truth, out: Path) -> tuple[tuple[Path, ...], ...]:
    """Write a zone's ledgers below `out`; return them in batches: units, lists, reports, the census revision, desks.

    The revision comes after the monthly reports because it says of some of their figures what they should have been.
    """
    return (
        (write_units(zone, out),),
        (write_enterprises(zone, out), write_qualifications(zone, out), write_targets(zone, out)),
        (
            *write_reports(zone, out),
            *write_parks(zone, out),
            *write_city(zone, out),
            *write_firm_months(zone, out),
            write_torch(zone, out),
        ),
        (write_census(zone, out),),
        (write_projects(zone, out), write_leads(zone, out), write_payouts(zone, out)),
    )


def generate(out: Path, *, seed: int = SEED, months: int = MONTHS, last_month: int = LAST_MONTH) -> Summary:
    """Write the demonstration zone as ledger files below `out`; the same seed gives the same cells.

    Raises ValueError for months outside January 2021 to December 2026.
    """
    zone = truth(seed, months=months, last_month=last_month)
    batches = write(zone, out)
    living = sum(1 for firm in zone.firms if firm.status == "存续")
    reporting = sum(1 for firm in zone.firms if in_sample(firm, last_month))
    return Summary(
        batches, living, reporting, months, zone.parameters.zone.name, write_boundaries(zone.parameters, out)
    )
