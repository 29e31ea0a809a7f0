"""The verbs of boards: save, copy, share, publish, remove; a board of others is refused as one that is not there."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from qipan.domains.boards.models import Board
from qipan.domains.boards.shown import shown_now
from qipan.engine.problem import Problem
from qipan.packs.layouts import Tile, read_tiles, tile_problems, write_tiles
from qipan.platform.action import Act, Stopped, action, refuse
from qipan.registry.roles import roles

MOST_BOARDS = 100
MOST_BYTES = 200_000


def _checked(text: str) -> tuple[Tile, ...]:
    """Return the tiles in `text`; stops the Action where anything is wrong with them."""
    read = read_tiles(text)
    refuse(read.problems)
    refuse(problems_of(read.tiles))
    return read.tiles


def problems_of(tiles: Sequence[Tile]) -> list[Problem]:
    """Return what is wrong with tiles in this installation."""
    return tile_problems(tiles, shown_now())


def _named(name: str) -> str:
    plain = " ".join(name.split())[:100]
    if not plain:
        raise Stopped(Problem.of("boards.nameless"))
    return plain


def _own(act: Act, key: int) -> Board:
    found = Board.objects.select_for_update().filter(pk=key)
    if act.actor.user is not None:
        found = found.filter(owner=act.actor.user)
    board = found.first()
    if board is None:
        raise Stopped(Problem.of("boards.not-yours"))
    return board


def _kept(board: Board) -> dict[str, Any]:
    return {
        "name": board.name, "tiles": board.tiles, "seconds": board.seconds, "role": board.role,
        "shared": board.link is not None,
    }  # fmt: skip


def _store(act: Act, board: Board, before: dict[str, Any] | None) -> Board:
    if before is not None and _kept(board) == before:
        return board
    board.version = board.version + 1 if before is not None else 1
    board.changed, board.changed_by = timezone.now(), act.actor.name[:150]
    board.save()
    act.changed("board", board.pk, before, _kept(board))
    return board


@action("boards.create", right="boards.edit", zh="新建看板", en="Make a board")
def create(act: Act, name: str, tiles: str = "[]", *, copied_from: str = "", seconds: int = 30) -> Board:
    """Leave a board of the person's own, with `tiles` (text of `packs.layouts`)."""
    owner = act.actor.user
    if owner is not None and Board.objects.filter(owner=owner).count() >= MOST_BOARDS:
        raise Stopped(Problem.of("boards.too-many", limit=MOST_BOARDS))
    board = Board(owner=owner, name=_named(name), tiles=write_tiles(_checked(tiles)), seconds=seconds)
    board.copied_from = copied_from[:64]
    return _store(act, board, None)


@action("boards.change", right="boards.edit", zh="修改看板", en="Change a board")
def change(act: Act, key: int, version: int, *, name: str, tiles: str, seconds: int = 30) -> Board:
    """Leave the board with this name and these tiles; stops where somebody changed it after `version`."""
    board = _own(act, key)
    if board.version != version:
        when = timezone.localtime(board.changed).strftime("%Y-%m-%d %H:%M")
        raise Stopped(Problem.of("boards.changed-meanwhile", who=board.changed_by, when=when))
    before = _kept(board)
    board.name, board.tiles = _named(name), write_tiles(_checked(tiles))
    board.seconds = min(max(seconds, 5), 3600)
    return _store(act, board, before)


@action("boards.share", right="boards.share", zh="分享看板", en="Share a board")
def share(act: Act, key: int, *, on: bool) -> Board:
    """Leave the board open by a link to whoever may see boards, or closed again; a new link is a new one."""
    board = _own(act, key)
    before = _kept(board)
    board.link = (board.link or secrets.token_urlsafe(24)) if on else None
    return _store(act, board, before)


@action("boards.publish", right="boards.publish", zh="设为角色看板", en="Make a board a role's")
def publish(act: Act, key: int, *, role: str) -> Board:
    """Leave the board as one that everybody of `role` has; an empty role takes it back."""
    if role and role not in roles(timezone.localdate()):
        raise Stopped(Problem.of("boards.unknown-role", role=role))
    board = _own(act, key)
    before = _kept(board)
    board.role = role
    return _store(act, board, before)


@action("boards.remove", right="boards.edit", zh="删除看板", en="Remove a board")
def remove(act: Act, key: int) -> None:
    """Leave the board gone; what it said stays in the trail."""
    board = _own(act, key)
    act.changed("board", board.pk, _kept(board), None)
    board.delete()
