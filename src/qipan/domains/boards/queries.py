"""Reads of the desk: which boards a person may open, and a board filled for them."""

from __future__ import annotations

from django.db.models import QuerySet

from qipan.domains.boards.fill import Asked, filled
from qipan.domains.boards.models import Board
from qipan.domains.boards.numbers import choices
from qipan.domains.boards.seeing import roles_of
from qipan.domains.boards.shapes import NOTHING, Page, Sheet, UnitChoice
from qipan.packs.layouts import BoardLayout, read_tiles
from qipan.platform.definitions import resolved
from qipan.platform.imports.commit import change_number
from qipan.platform.models import User
from qipan.platform.register import frame
from qipan.platform.term import Term
from qipan.platform.visible import visible_to
from qipan.registry.rights import reach


def _from_pack(layout: BoardLayout) -> Sheet:
    note = Term(layout.note.zh, layout.note.en) if layout.note is not None else NOTHING
    source = Term(layout.source.doc, layout.source.doc)
    names = Term(layout.names.zh, layout.names.en)
    return Sheet(layout.code, names, layout.tiles, layout.seconds, note, layout.roles, source=source)


def from_record(board: Board) -> Sheet:
    """Return a board people made as it is opened; tiles that no longer hold are left out."""
    roles = (board.role,) if board.role else ()
    return Sheet(
        board.key, Term(board.name, board.name), read_tiles(board.tiles).tiles, board.seconds, roles=roles,
        number=board.pk, version=board.version, owner=board.owner_id, link=board.link or "",
    )  # fmt: skip


def _number(key: str) -> int | None:
    digits = key.removeprefix("b")
    return int(digits) if key.startswith("b") and digits.isascii() and digits.isdigit() and len(digits) < 18 else None


def sheet_of(user: User, key: str) -> Sheet | None:
    """Return the board called `key` where `user` may open it; None otherwise."""
    if not reach(user).any("board.see"):
        return None
    layout = resolved().layouts.get(key)
    if layout is not None:
        return _from_pack(layout)
    number = _number(key)
    board = visible_to(Board, user).filter(pk=number).first() if number is not None else None
    return None if board is None else from_record(board)


def sheet_by_link(user: User, link: str) -> Sheet | None:
    """Return the board that was shared under `link`; whoever opens it sees what they may see of its figures."""
    if not reach(user).any("board.see") or not link:
        return None
    board = Board.objects.filter(link=link[:43]).first()
    return None if board is None else from_record(board)


def pack_sheets() -> tuple[Sheet, ...]:
    """Return the boards the packs bring."""
    return tuple(_from_pack(layout) for layout in resolved().layouts.values())


def own_boards(user: User) -> QuerySet[Board]:
    """Return the boards `user` made, by name."""
    return visible_to(Board, user).filter(owner=user.pk).order_by("name", "id")


def given_boards(user: User) -> QuerySet[Board]:
    """Return the boards others made for a role of `user`."""
    return visible_to(Board, user).exclude(owner=user.pk).order_by("name", "id")


def openable(user: User) -> list[Sheet]:
    """Return every board `user` may open, their own first."""
    own = [from_record(board) for board in own_boards(user)]
    given = [from_record(board) for board in given_boards(user)]
    return [*own, *given, *pack_sheets()]


def first_board(user: User) -> str | None:
    """Return the key of the board a person of this role opens first: one made for the role, else the pack's."""
    roles = roles_of(user)
    made = visible_to(Board, user).filter(role__in=sorted(roles)).order_by("id").first()
    if made is not None:
        return made.key
    return next((sheet.key for sheet in pack_sheets() if roles & set(sheet.roles)), None)


def units_for(user: User) -> tuple[UnitChoice, ...]:
    """Return the units whose boards `user` may open, the zone first."""
    found = frame("economy.units", user)
    return () if found is None else choices(found)


def page(user: User, sheet: Sheet, *, unit: int | None = None, period: int | None = None) -> Page | None:
    """Return the board filled for a unit (the highest where none is named) and a period (the newest).

    None where the person sees no such unit, or nothing was reported yet.
    """
    change = change_number()
    units = units_for(user)
    chosen = next((one for one in units if one.unit == unit), None) if unit is not None else next(iter(units), None)
    if chosen is None:
        return None
    found = frame("economy.periods", user, chosen.unit)
    periods = () if found is None else tuple(
        (row["period"], Term(row["name_zh"], row["name_en"])) for row in found.iter_rows(named=True)
    )  # fmt: skip
    if not periods:
        return None
    names = dict(periods)
    at = period if period is not None and period in names else periods[0][0]
    asked = Asked(user, chosen, at, units)
    tiles = filled(asked, sheet.tiles)
    return Page(sheet, chosen, units, at, names[at], periods, tiles, change)
