"""Data health (数据体检): what is wrong with the records and figures that are there; frames in, findings out."""

from __future__ import annotations

from qipan.engine.health.agreement import broken, growth_differs
from qipan.engine.health.findings import FIGURES, FINDINGS, findings, months_of, no_findings
from qipan.engine.health.missing import due_months, missing, stale
from qipan.engine.health.outliers import Far, outliers, unlike_peers
from qipan.engine.health.records import FIRMS, TITLES, blanks, counted_after_end, doubles, wrong_codes
from qipan.engine.health.slipped import slipped
from qipan.engine.health.totals import PARTS, falling, residual

__all__ = [
    "FIGURES",
    "FINDINGS",
    "FIRMS",
    "PARTS",
    "TITLES",
    "Far",
    "blanks",
    "broken",
    "counted_after_end",
    "doubles",
    "due_months",
    "falling",
    "findings",
    "growth_differs",
    "missing",
    "months_of",
    "no_findings",
    "outliers",
    "residual",
    "slipped",
    "stale",
    "unlike_peers",
    "wrong_codes",
]
