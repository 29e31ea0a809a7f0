"""A board as a document: its tiles as tables, and the pictures a browser drew of them."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from qipan.domains.boards.shapes import Page
from qipan.domains.boards.tables import TileTable

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 6_000
SIGNATURE = b"\x89PNG\r\n\x1a\n"
# A table of more columns than fit a page across is left to the picture and the workbook.
MOST_COLUMNS = 14
FONTS = ("Segoe UI", "宋体")


def is_picture(content: bytes) -> bool:
    """Tell whether `content` is a PNG of a size a document can hold."""
    if len(content) > MOST_BYTES or content[:8] != SIGNATURE or content[12:16] != b"IHDR" or len(content) < 33:
        return False
    width, height = struct.unpack(">II", content[16:24])
    return 0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS


def write_document(page: Page, tables: Sequence[TileTable], pictures: Mapping[str, bytes], made: str) -> bytes:
    """Return the board as DOCX; `pictures` by a tile's code stand over its table."""
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(1.8)
    for name in ("Normal", "Heading 1", "Heading 2", "Title"):
        style = document.styles[name]
        style.font.name = FONTS[0]  # type: ignore[attr-defined]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), FONTS[1])
    document.styles["Normal"].font.size = Pt(10)  # type: ignore[attr-defined]
    document.add_heading(str(page.sheet.name), level=1)
    document.add_paragraph(f"{page.unit.name} · {page.period_name} · {made}")
    for table in tables:
        document.add_heading(table.title or str(page.sheet.name), level=2)
        for note in table.notes:
            document.add_paragraph(note)
        picture = pictures.get(table.code)
        if picture is not None:
            document.add_picture(io.BytesIO(picture), width=Cm(_width(picture)))
        if table.columns and len(table.columns) <= MOST_COLUMNS:
            _table(document, table)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _width(picture: bytes) -> float:
    """Return how wide a picture stands: as on a screen, at most the page, and no taller than half of it."""
    width, height = struct.unpack(">II", picture[16:24])
    across = min(26.0, width / 60)
    return min(across, 15.0 * width / height)


def _table(document: object, table: TileTable) -> None:
    made = document.add_table(rows=1, cols=len(table.columns), style="Light Grid Accent 1")  # type: ignore[attr-defined]
    for cell, name in zip(made.rows[0].cells, table.columns, strict=True):
        cell.text = name
    for line in table.rows:
        cells = made.add_row().cells
        for at, cell in enumerate(line):
            unit = f" {cell.unit}" if cell.unit and cell.value is not None else ""
            cells[at].text = f"{cell.text}{unit}"
            if cell.value is not None:
                cells[at].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for row in made.rows:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(0)
                for run in paragraph.runs:
                    run.font.size = Pt(8.5)
