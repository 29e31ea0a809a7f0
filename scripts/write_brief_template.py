"""Writes the Word template of a firm's brief: `src/qipan/web/documents/firm_brief.docx`.

Whoever wants another layout edits the document itself in Word; this script is how it first came to be.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

OUT = Path(__file__).resolve().parent.parent / "src" / "qipan" / "web" / "documents" / "firm_brief.docx"
INK, PALE = RGBColor(0x17, 0x21, 0x2E), RGBColor(0x5F, 0x6C, 0x7C)
SANS, SERIF = "黑体", "宋体"


def _font(run: Any, size: float, *, bold: bool = False, colour: RGBColor = INK, name: str = SERIF) -> None:
    run.font.size, run.font.bold, run.font.color.rgb, run.font.name = Pt(size), bold, colour, "Arial"
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _line(
    document: Any, text: str, size: float, *, bold: bool = False, colour: RGBColor = INK, after: float = 2
) -> Any:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after, paragraph.paragraph_format.space_before = Pt(after), Pt(0)
    _font(paragraph.add_run(text), size, bold=bold, colour=colour, name=SANS if bold else SERIF)
    return paragraph


def _heading(document: Any, text: str) -> None:
    paragraph = _line(document, text, 10.5, bold=True, after=1)
    paragraph.paragraph_format.space_before = Pt(6)
    paragraph.paragraph_format.keep_with_next = True


def _cell(cell: Any, text: str, size: float = 9, *, bold: bool = False, colour: RGBColor = INK) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    _font(paragraph.add_run(text), size, bold=bold, colour=colour)


def _table(document: Any, head: list[str], loop: str, row: list[str], widths: list[float]) -> None:
    """Add a table with an optional heading row and one row that is repeated by the template's engine."""
    table = document.add_table(rows=(1 if head else 0) + 3, cols=len(row))
    table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    lines = list(table.rows)
    if head:
        for cell, text in zip(lines[0].cells, head, strict=True):
            _cell(cell, text, 8.5, bold=True, colour=PALE)
        lines = lines[1:]
    _cell(lines[0].cells[0], f"{{%tr for {loop} %}}")
    for cell, text in zip(lines[1].cells, row, strict=True):
        _cell(cell, text)
    _cell(lines[2].cells[0], "{%tr endfor %}")
    for line in table.rows:
        for cell, width in zip(line.cells, widths, strict=True):
            cell.width = Cm(width)


def main() -> None:
    """Write the template."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin = section.bottom_margin = Cm(1.5)
    _line(document, "{{ heading }}", 9, colour=PALE, after=0)
    _line(document, "{{ brief.name }}", 16, bold=True, after=2)
    _heading(document, "{{ h_facts }}")
    _table(document, [], "row in brief.facts", ["{{ row.name }}", "{{ row.text }}"], [3.6, 13.8])
    _line(document, "{%p if brief.other_names %}", 9)
    _line(document, "{{ h_names }}{{ colon }}{{ brief.other_names }}", 9)
    _line(document, "{%p endif %}", 9)
    _heading(document, "{{ h_titles }}")
    _line(document, "{%p if brief.titles %}", 9)
    columns = ["{{ t_name }}", "{{ t_number }}", "{{ t_since }}", "{{ t_until }}", "{{ t_state }}"]
    cells = ["{{ one.name }}", "{{ one.number }}", "{{ one.since }}", "{{ one.until }}", "{{ one.state }}"]
    _table(document, columns, "one in brief.titles", cells, [5.2, 4.6, 2.6, 2.6, 2.4])
    _line(document, "{%p else %}", 9)
    _line(document, "{{ no_titles }}", 9, colour=PALE)
    _line(document, "{%p endif %}", 9)
    _line(document, "{%p if brief.charts %}", 9)
    _heading(document, "{{ h_figures }}")
    _table(document, [], "one in brief.charts", ["{{ one.name }}", "{{ one.sentence }}"], [3.6, 13.8])
    _line(document, "{%p endif %}", 9)
    _line(document, "{%p if moves %}", 9)
    _heading(document, "{{ h_moves }}")
    _table(document, [], "one in moves", ["{{ one.name }}", "{{ one.text }}"], [3.6, 13.8])
    _line(document, "{%p endif %}", 9)
    _line(
        document, "{{ h_sources }}{{ colon }}{{ brief.sources }}", 8.5, colour=PALE, after=0
    ).paragraph_format.space_before = Pt(6)
    last = _line(document, "{{ brief.made }}", 8.5, colour=PALE)
    last.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    OUT.parent.mkdir(exist_ok=True)
    document.save(str(OUT))
    print(f"{OUT.name} written")


if __name__ == "__main__":
    main()
