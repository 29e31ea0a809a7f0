"""What the brief of a firm says, and the document it becomes."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _
from docxtpl import DocxTemplate

from qipan.platform.models import User
from qipan.registry.models import Enterprise
from qipan.registry.screens import FIRMS
from qipan.web import words
from qipan.web.firm_charts import Chart, charts
from qipan.web.firm_file import FirmFile, firm_file
from qipan.web.firm_moves import Move, moves
from qipan.web.records import shape

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEMPLATE = Path(__file__).parent / "documents" / "firm_brief.docx"
# On one sheet: what identifies the firm, not how to call it.
LEFT_OUT = (
    "name", "title", "phone", "person", "longitude", "latitude", "datum", "region", "currency", "note",
)  # fmt: skip
LONGEST = 160
MOST_CHARTS, MOST_MOVES = 8, 4


@dataclass(frozen=True, slots=True)
class Row:
    """A name and what it is."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class TitleRow:
    """A title the firm holds."""

    name: str
    number: str
    since: str
    until: str
    state: str


@dataclass(frozen=True, slots=True)
class Brief:
    """The brief of a firm: everything on one sheet."""

    name: str
    facts: tuple[Row, ...]
    other_names: str
    titles: tuple[TitleRow, ...]
    charts: tuple[Chart, ...]
    moves: tuple[Move, ...]
    sources: str
    made: str


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _titles(file: FirmFile) -> tuple[TitleRow, ...]:
    def state(ended: bool, expiring: bool) -> str:
        return _("已过期") if ended else (_("即将到期") if expiring else _("有效"))

    return tuple(
        TitleRow(
            one.name, one.number or "—", one.since.isoformat() if one.since else "—",
            one.until.isoformat() if one.until else "—", state(one.ended, one.expiring),
        )
        for one in file.titles
    )  # fmt: skip


def brief_of(user: User, firm: Enterprise, today: date) -> Brief:
    """Return the brief of a firm the person may see, from what they may see of it."""
    file = firm_file(user, firm)
    facts = [
        Row(field.name, _short(field.text))
        for part in shape.parts(FIRMS, firm, user, LEFT_OUT)
        for field in part.fields
        if field.text
    ]
    sources = _("、").join(dict.fromkeys(origin.name for origin in file.origins))
    now = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    return Brief(
        name=firm.name,
        facts=tuple(facts),
        other_names=_("、").join(one.name for one in file.other_names),
        titles=_titles(file),
        charts=charts(user, firm, today)[:MOST_CHARTS],
        moves=moves(user, firm)[:MOST_MOVES],
        sources=_short(sources) or "—",
        made=_("{who} 制作于 {when}").format(who=words.who(str(user)), when=now),
    )


def document(brief: Brief) -> bytes:
    """Return the brief as a Word document, from the template that ships; texts are escaped."""
    template = DocxTemplate(str(TEMPLATE))
    context = {
        "brief": brief,
        "heading": _("企业简报"),
        "h_facts": _("基本信息"),
        "h_names": _("曾用名、又称"),
        "h_titles": _("资质"),
        "h_figures": _("数据与同行"),
        "h_moves": _("迁移过的园区"),
        "h_sources": _("数据来源"),
        "t_name": _("名称"),
        "t_number": _("证书编号"),
        "t_since": _("起"),
        "t_until": _("止"),
        "t_state": _("状态"),
        "no_titles": _("没有登记。"),
        "colon": _("："),
        "moves": [
            Row(f"{move.at:%Y-%m-%d}", _("{before} → {after}").format(before=move.before, after=move.after))
            for move in brief.moves
        ],
    }
    template.render(context, autoescape=True)
    written = io.BytesIO()
    template.save(written)
    return written.getvalue()
