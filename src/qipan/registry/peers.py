"""A firm's like (same industry division, same size) and the band of their figures, as far as one may know it."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from qipan.engine.peers import BAND_SCHEMA, band
from qipan.platform.models import User
from qipan.platform.storage.frames import read_frame
from qipan.registry.models import Enterprise, Fact
from qipan.registry.rights import reach

SECTIONS = "ABCDEFGHIJKLMNOPQRST"
FIGURES: dict[str, pl.DataType] = {
    "measure": pl.Int64(), "period": pl.Int64(), "member": pl.Int64(), "value": pl.Int64(),
}  # fmt: skip


def division(firm: Enterprise) -> str:
    """Return the firm's industry division, two digits; blank where its industry is not known so far."""
    plain = firm.industry.lstrip(SECTIONS)[:2]
    return plain if len(plain) == 2 and plain.isdigit() else ""


def _of_size(firm: Enterprise) -> tuple[str, list[object]]:
    """Return the condition that a firm is as large, and its parameters."""
    if firm.size:
        return "e.size = %s", [firm.size]
    if firm.above_scale:
        return "e.size = '' AND e.above_scale = %s", [True]
    return "e.size = '' AND (e.above_scale IS NULL OR e.above_scale = %s)", [False]


def peer_band(
    user: User, firm: Enterprise, measures: Sequence[int], periods: Sequence[int], *, basis: int, least: int
) -> pl.DataFrame:
    """Return BAND_SCHEMA over the firm's peers, the firm itself left out; stored values.

    Where the size class is not known, above scale or not (四上) stands for it. Peers are the zone's, whoever asks: the
    band tells no single firm. What comes from statistical surveys is in it only for statistics staff of the whole zone;
    who sees no figures gets none.
    """
    found = reach(user)
    own = division(firm)
    if not (own and measures and periods and found.any("figures.see")):
        return pl.DataFrame(schema=BAND_SCHEMA)
    size, sizes = _of_size(firm)
    closed = "" if "survey.see" in found.whole else f" AND f.origin <> {int(Fact.Origin.SURVEY)}"
    written = [own, *(section + own for section in SECTIONS)]
    like = " OR ".join(["(e.industry >= %s AND e.industry < %s)"] * len(written))
    edges = [edge for start in written for edge in (start, start[:-1] + chr(ord(start[-1]) + 1))]
    listed = ", ".join(str(int(measure)) for measure in measures)
    when = ", ".join(str(int(period)) for period in periods)
    sql = (
        "SELECT f.measure_id, f.period, f.subject_id, f.value FROM enterprise e JOIN fact f ON f.subject_id = e.id "  # noqa: S608 - numbers only
        f"WHERE {size} AND ({like}) AND e.id <> %s AND f.superseded_by IS NULL AND f.reading = 0 "
        f"AND f.measure_id IN ({listed}) AND f.period IN ({when}) AND f.basis = {int(basis)}{closed}"
    )
    return band(read_frame(sql, FIGURES, [*sizes, *edges, firm.pk]), least=least)
