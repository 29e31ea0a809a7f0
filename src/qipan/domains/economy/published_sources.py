"""Where many figures come from, in a line each: what an export writes beside its numbers."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from openpyxl.utils import get_column_letter

from qipan.domains.economy.queries import desk
from qipan.domains.economy.shapes import Address
from qipan.engine.problem import Where
from qipan.platform.models import BatchSheet, User
from qipan.platform.register import publish_frame
from qipan.registry.models import Fact
from qipan.registry.queries import visible_to

# `why` is a figure's address as it stands in a link.
SOURCES: dict[str, pl.DataType] = {"why": pl.String(), "zh": pl.String(), "en": pl.String()}
WORKED_OUT = ("由其他数按公式算出", "worked out from other figures by a formula")
STEP = 400


@publish_frame("economy.sources")
def sources(user: User, whys: Sequence[str]) -> pl.DataFrame:
    """Return the file, sheet, row and column of each figure (SOURCES), or the formula it was worked out by."""
    now = desk().resolved
    asked = {why: address for why in whys if (address := Address.read(why)) is not None}
    places = _places(user, [one for one in asked.values() if one.what in ("value", "growth")])
    rows: list[tuple[str, str, str]] = []
    for why, one in asked.items():
        indicator = now.indicators.get(one.measure) if one.what == "indicator" else None
        place = places.get((one.subject, one.measure, one.period, one.reading, one.basis))
        if place is not None:
            rows.append((why, place.text("zh"), place.text("en")))
        elif indicator is not None:
            rows.append((why, indicator.words.zh, indicator.words.en))
        else:
            rows.append((why, *WORKED_OUT))
    return pl.DataFrame(rows, schema=SOURCES, orient="row")


Key = tuple[int, str, int, int, int]


def _places(user: User, wanted: list[Address]) -> dict[Key, Where]:
    found: dict[Key, Where] = {}
    for start in range(0, len(wanted), STEP):
        part = wanted[start : start + STEP]
        facts = (
            visible_to(Fact, user)
            .filter(
                subject__in={one.subject for one in part},
                measure__code__in={one.measure for one in part},
                period__in={one.period for one in part},
                superseded_by__isnull=True,
            )
            .order_by("-scope")
        )  # fmt: skip - the measure's own 口径 (0) comes last and stands
        rows = list(
            facts.values_list(
                "subject_id", "measure__code", "period", "reading", "basis", "batch", "sheet", "row", "column"
            )
        )
        sheets = {
            (one.batch_id, one.number): one  # type: ignore[attr-defined]
            for one in BatchSheet.objects.filter(batch__in={row[5] for row in rows})
        }
        for *key, batch, number, row, column in rows:
            sheet = sheets.get((batch, number))
            if sheet is not None:
                letter = None if column is None else get_column_letter(column + 1)
                found[tuple(key)] = Where(sheet.file_name, sheet.sheet, row, letter)  # type: ignore[index]
    return found
