"""Boards people made are found by their names, by whoever may open them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from django.db.models import QuerySet

from qipan.domains.boards.models import Board
from qipan.platform.models import TrailEntry, User
from qipan.platform.search import ROWS, Searchable, Shown, searchable
from qipan.platform.term import Term
from qipan.platform.visible import visible_to


def _rows(keys: Sequence[int] | None) -> pl.DataFrame:
    boards = Board.objects.all() if keys is None else Board.objects.filter(pk__in=keys)
    rows = [(key, None, name, "") for key, name in boards.values_list("pk", "name")]
    return pl.DataFrame(rows, schema=ROWS, orient="row")


def _changed(entries: QuerySet[TrailEntry]) -> Sequence[int]:
    keys = entries.filter(noun="board", subject__isnull=False).values_list("subject", flat=True)
    return sorted({int(key) for key in keys if key is not None})


def _shown(user: User, keys: Sequence[int]) -> list[Shown]:
    boards = visible_to(Board, user).filter(pk__in=keys)
    return [Shown(board.pk, board.name, page="web:board", place=(board.key,)) for board in boards]


BOARDS = searchable(Searchable("boards", Term("看板", "Boards"), _rows, _changed, _shown))
