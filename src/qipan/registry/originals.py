"""Who may open a loaded sheet as it came: whole rows of it, its problems with their values, the marked copy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from qipan.packs import Resolved
from qipan.platform.definitions import resolved
from qipan.platform.models import Batch, BatchSheet, User
from qipan.platform.storage.among import among
from qipan.registry.disclosed import closed_to
from qipan.registry.models import Fact
from qipan.registry.queries import visible_to
from qipan.registry.rights import reach

# What of a firm is somebody's personal data.
CONTACTS = frozenset({"enterprise.person", "enterprise.phone"})


def _surveyed(sheet: BatchSheet, definitions: Resolved) -> bool:
    """Tell whether rows of `sheet` are single firms with figures out of a statistical survey (统计调查).

    A sheet that was not recognised may hold anything, so it counts as one.
    """
    return _reads_survey(sheet.ledger, {str(column.get("code") or "") for column in sheet.columns}, definitions)


def _reads_survey(code: str, read: set[str], definitions: Resolved) -> bool:
    ledger = definitions.ledgers.get(code)
    if ledger is None:
        return True
    if ledger.spec.noun not in {"enterprise", "qualification"}:
        return False
    facts = {column.writes.removeprefix("fact:") for column in ledger.spec.columns if column.code in read}
    measures = (definitions.measures.get(code) for code in facts)
    return any(one is not None and (one.secrecy == "statistics" or one.origin == "survey") for one in measures)


def _with_contacts(sheet: BatchSheet, definitions: Resolved) -> bool:
    """Tell whether rows of `sheet` hold people and their telephones."""
    return _reads_contacts(sheet.ledger, {str(column.get("code") or "") for column in sheet.columns}, definitions)


def _reads_contacts(code: str, read: set[str], definitions: Resolved) -> bool:
    ledger = definitions.ledgers.get(code)
    return ledger is not None and any(
        column.code in read and column.writes in CONTACTS for column in ledger.spec.columns
    )


def _holding_closed_sums(user: User, batches: Iterable[int]) -> frozenset[tuple[int, int | None]]:
    """Return (batch, sheet) of the sheets in which a figure stands that is closed to `user`."""
    shut = closed_to(user)
    if not shut:
        return frozenset()
    held = Fact.objects.filter(pk__in=among(sorted(shut)), batch__in=list(batches))
    return frozenset(held.values_list("batch", "sheet"))


def closed(user: User, sheets: Sequence[BatchSheet]) -> frozenset[int]:
    """Return the numbers of those sheets of a batch that `user` may not read row by row.

    Their batch must be the reader's to see. Survey sheets, and those with a sum out of which a firm could be read, open
    to statistics staff of the batch's unit only; sheets with contacts to who may see these; all to whoever loaded them.
    """
    batches = {sheet.batch_id: sheet.batch for sheet in sheets}
    found = reach(user)
    seen = set(visible_to(Batch, user).filter(pk__in=batches).values_list("pk", flat=True))

    def staff(batch: Batch, right: str) -> bool:
        return right in found.whole or batch.unit in found.at(right) or batch.by == user.pk

    sums = _holding_closed_sums(user, batches)
    definitions = resolved()
    return frozenset(
        sheet.number
        for sheet in sheets
        if sheet.batch_id not in seen
        or (not staff(sheet.batch, "survey.see") and _surveyed(sheet, definitions))
        or ((sheet.batch_id, sheet.number) in sums and sheet.batch.by != user.pk)
        or (not staff(sheet.batch, "contacts.see") and _with_contacts(sheet, definitions))
    )


def draft_closed(user: User, owner: int, unit: int | None, sheets: Sequence[tuple[str, Sequence[str]]]) -> bool:
    """Tell whether `user` may not open a load on its way that is not theirs: it holds a survey, or contacts.

    Those open to who may see them at the load's unit. `sheets` are the ledger of each sheet ("": not known) and the
    columns read of it.
    """
    found = reach(user)
    if owner == user.pk:
        return False
    definitions = resolved()
    for right, reads in (("survey.see", _reads_survey), ("contacts.see", _reads_contacts)):
        mine = right in found.whole or unit in found.at(right)
        if not mine and any(reads(ledger, set(columns), definitions) for ledger, columns in sheets):
            return True
    return False


def may_open(user: User, sheet: BatchSheet) -> bool:
    """Tell whether `user` may read whole rows of `sheet`."""
    return not closed(user, [sheet])


def veiled(problems: pl.DataFrame, user: User, sheets: frozenset[int]) -> pl.DataFrame:
    """Return a problem frame that says of `sheets` where something is wrong, and not what stands there.

    What a firm was compared with is named only to who sees the firms of the whole zone: it may be another park's.
    """
    hidden = pl.col("sheet").is_in(list(sheets)).fill_null(value=False)
    if "firms.see" in reach(user).whole:
        compared = hidden
    else:
        compared = hidden | pl.col("code").str.starts_with("resolve.")
    return problems.with_columns(
        pl.when(~hidden).then(pl.col("value")).alias("value"), pl.when(~compared).then(pl.col("params")).alias("params")
    )
