"""A board as a file: a workbook with sources, a document with pictures; nothing but what the reader sees."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from qipan.domains.boards.document import is_picture, write_document
from qipan.domains.boards.shapes import Page
from qipan.domains.boards.tables import tables
from qipan.domains.boards.workbook import write_workbook
from qipan.platform.rights import person
from qipan.web import addresses, words
from qipan.web.board_pages import filled, sheet
from qipan.web.pages import Request, need, page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PREFIX = "data:image/png;base64,"
FIELD = "picture-"


def _page(request: Request, board: str) -> Page:
    need(request, "firms.export")
    found = filled(request, sheet(request, board))
    if found is None:
        raise Http404(_("没有找到"))
    return found


def _made(request: Request) -> str:
    when = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    return _("{who} 于 {when} 导出").format(who=words.who(person(request.user).name), when=when)


def _file(content: bytes, kind: str, name: str, ending: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename=\"board.{ending}\"; filename*=UTF-8''{quote(name)}.{ending}"
    return answer


def _name(found: Page) -> str:
    return f"{found.sheet.name}-{found.unit.name}-{found.period}"


@page
def workbook(request: Request, board: str) -> HttpResponseBase:
    """The board as XLSX: each tile a sheet, with the source of every number."""
    found = _page(request, board)

    def address(why: str) -> str:
        return request.build_absolute_uri(addresses.why_token(why))

    content = write_workbook(found, tables(request.user, found), _made(request), address)
    return _file(content, XLSX, _name(found), "xlsx")


@page
def document(request: Request, board: str) -> HttpResponseBase:
    """The board as DOCX; with the pictures the browser sent of its tiles, where it sent any."""
    found = _page(request, board)
    pictures: dict[str, bytes] = {}
    codes = {filled.tile.code for filled in found.tiles}
    for field, value in request.POST.items():
        code = field.removeprefix(FIELD)
        if field.startswith(FIELD) and code in codes and str(value).startswith(PREFIX):
            try:
                content = base64.b64decode(str(value)[len(PREFIX) :], validate=True)
            except (binascii.Error, ValueError):
                continue  # not a picture: the table says the same
            if is_picture(content):
                pictures[code] = content
    content = write_document(found, tables(request.user, found), pictures, _made(request))
    return _file(content, DOCX, _name(found), "docx")
