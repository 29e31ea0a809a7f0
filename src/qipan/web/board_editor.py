"""The editor of a board: the page, a tile as it will look, and saving what was laid out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qipan.domains.boards import actions, queries
from qipan.domains.boards.shapes import NOTHING, Sheet
from qipan.engine.problem import Problem
from qipan.packs.layouts import COLUMNS, SMALLEST, read_tiles, tile_fields
from qipan.platform.register import frame
from qipan.platform.rights import person
from qipan.web import labels
from qipan.web.board_pages import filled, map_addresses, sheet, whole
from qipan.web.board_tiles import chart_words, tiles_of
from qipan.web.language import short
from qipan.web.pages import Request, need, page

MOST_BYTES = 300_000
# A new tile of a kind: how large it begins, and what the palette calls it.
KINDS: dict[str, tuple[int, int]] = {
    "figure": (3, 2), "trend": (6, 4), "ranking": (5, 7), "table": (7, 6), "map": (6, 6), "funnel": (5, 6),
    "text": (4, 2),
}  # fmt: skip


def _kind_words() -> dict[str, str]:
    return {
        "figure": _("数字"), "trend": _("走势"), "ranking": _("排名"), "table": _("表格"), "map": _("地图"),
        "funnel": _("漏斗"), "text": _("文字"),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Theme:
    """Measures of one theme, for choosing."""

    name: str
    measures: tuple[tuple[str, str, bool], ...]  # code, name, whether its growth can be shown


def _themes() -> list[Theme]:
    found = frame("economy.measures")
    themes: dict[str, list[tuple[str, str, bool]]] = {}
    for row in found.iter_rows(named=True) if found is not None else ():
        names = (row["measure"], row["name_en"] if short() == "en" else row["name_zh"], row["grows"])
        themes.setdefault(labels.theme(row["theme"]), []).append(names)
    return [Theme(name, tuple(measures)) for name, measures in themes.items()]


@page
def editor(request: Request, board: str) -> HttpResponseBase:
    """The page on which a board of one's own is laid out."""
    need(request, "boards.edit")
    found = sheet(request, board)
    if found.number == 0 or found.owner != request.user.pk:
        raise Http404(_("没有找到"))
    shown = filled(request, found)
    tiles = tiles_of(shown) if shown is not None else []
    context: dict[str, Any] = {
        "sheet": found,
        "board": shown,
        "tiles": tiles,
        "charts": [],
        "chart_words": chart_words(tiles),
        "layout": [tile_fields(tile) for tile in found.tiles],
        "kinds": [(kind, name, *KINDS[kind]) for kind, name in _kind_words().items()],
        "themes": _themes(),
        "titles": labels.qualifications(),
        "industries": labels.industries(),
        "smallest": {kind: list(size) for kind, size in SMALLEST.items()},
        "columns": COLUMNS,
        "words": _words(),
        **map_addresses(),
    }
    return render(request, "web/board_editor.html", context)


def _words() -> dict[str, str]:
    """Return what the editor says by itself."""
    return {
        "unsaved": _("有未保存的修改"),
        "saved": _("已保存"),
        "failed": _("没有保存：服务器没有应答，请稍后再试。修改还在页面上。"),
        "moved": _("移到第 {x} 列第 {y} 行"),
        "sized": _("宽 {w} 列，高 {h} 行"),
        "removed": _("已移除“{name}”，可以撤消"),
        "undone": _("已撤消"),
        "redone": _("已重做"),
        "nothing": _("没有可以撤消的了"),
        "full": _("放不下：先移开旁边的块或把它缩小"),
        "tile": _("{kind}块“{name}”。方向键移动，Shift 加方向键改大小，回车设置，Delete 移除。"),
        "untitled": _("未命名"),
        "edit": _("设置"),
        "remove": _("移除"),
        **{f"kind_{kind}": name for kind, name in _kind_words().items()},
    }


def told(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """Return problems as the editor shows them: beside the tile and the field they are about."""
    found: list[dict[str, str]] = []
    for problem in problems:
        tile, _dot, field = (problem.where.column or "").partition(".")
        message, hint = problem.message(short()), problem.hint(short())
        found.append({"code": problem.code, "tile": tile, "field": field, "message": message, "hint": hint})
    return found


def _sent(request: Request) -> dict[str, Any] | None:
    if len(request.body) > MOST_BYTES:
        return None
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    return sent if isinstance(sent, dict) and isinstance(sent.get("tiles"), list) else None


def _refused() -> HttpResponse:
    return JsonResponse({"problems": [{"tile": "", "field": "", "message": _("请求无法识别"), "hint": ""}]}, status=400)


@require_POST
@page
def save(request: Request, board: str) -> HttpResponseBase:
    """Keep what was laid out; 409 with the other's version where somebody else saved meanwhile."""
    found = sheet(request, board)
    sent = _sent(request)
    if sent is None or found.number == 0:
        return _refused()
    version, seconds = sent.get("version"), sent.get("seconds")
    outcome = actions.change(
        person(request.user),
        found.number,
        version if isinstance(version, int) else -1,
        name=str(sent.get("name", "")),
        tiles=json.dumps(sent["tiles"], ensure_ascii=False),
        seconds=seconds if isinstance(seconds, int) else found.seconds,
    )
    if outcome.value is None:
        changed = any(problem.code == "boards.changed-meanwhile" for problem in outcome.problems)
        answer: dict[str, Any] = {"problems": told(outcome.problems), "version": found.version}
        return JsonResponse(answer, status=409 if changed else 422)
    return JsonResponse({"version": outcome.value.version, "address": reverse("web:board", args=[found.key])})


@require_POST
@page
def preview(request: Request) -> HttpResponseBase:
    """One tile as it will look for the person who lays it out; problems as JSON where it does not hold."""
    need(request, "boards.edit")
    sent = _sent(request)
    if sent is None or len(sent["tiles"]) != 1:
        return _refused()
    read = read_tiles(json.dumps(sent["tiles"], ensure_ascii=False))
    problems = [*read.problems, *actions.problems_of(read.tiles)]
    if problems:
        return JsonResponse({"problems": told(problems)}, status=422)
    tile = replace(read.tiles[0], x=0, y=0)
    drawn = Sheet("preview", NOTHING, (tile,), 30)
    unit, period = whole(str(sent.get("unit", ""))), whole(str(sent.get("period", "")))
    shown = queries.page(request.user, drawn, unit=unit, period=period)
    if shown is None:
        return HttpResponse("")
    context = {"shown": tiles_of(shown)[0], **map_addresses()}
    return render(request, "web/tiles/tile.html", context)
