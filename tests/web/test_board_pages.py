"""The pages of boards: opened, copied, laid out, shared, taken along; each shows its reader what is theirs."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from tests.web import attack_ground as ground
from tests.web.attack_ground import Ground

from qipan.domains.boards.models import Board
from qipan.registry import firm_frames, frames

TEXT = {"code": "a", "kind": "text", "x": 0, "y": 0, "width": 4, "height": 2, "text": {"zh": "甲", "en": "A"}}
FIGURE = {"code": "b", "kind": "figure", "x": 4, "y": 0, "width": 4, "height": 2, "measures": ["industrial_output"]}
# A picture of one pixel.
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture
def zone(db: None, tmp_path: Path) -> Iterator[Ground]:
    """A loaded zone."""
    frames._kept.clear()
    firm_frames.forget()
    yield ground.prepare(tmp_path)
    frames._kept.clear()
    firm_frames.forget()


def copied(zone: Ground, who: str = "leader", board: str = "economy") -> Board:
    answer = zone.client(who).post(f"/boards/{board}/copy/")
    assert answer.status_code == 302, answer.content.decode()
    return Board.objects.get(owner=zone.people[who])


def save(zone: Ground, board: Board, tiles: list[object], who: str = "leader", version: int | None = None):
    body = {"version": board.version if version is None else version, "name": "新", "seconds": 20, "tiles": tiles}
    return zone.client(who).post(f"/boards/{board.key}/save/", json.dumps(body), content_type="application/json")


def test_a_person_finds_the_board_of_their_role_first(zone: Ground):
    text = zone.client("park east").get("/boards/").content.decode()
    assert text.index("园区看板") < text.index("经济运行")
    assert "您的首选" in text


def test_a_board_shows_the_unit_and_period_of_its_address(zone: Ground):
    client, east = zone.client("leader"), ground.unit("东园").pk
    assert "9,100.0" in client.get("/boards/park/").content.decode()
    text = client.get(f"/boards/park/?unit={east}&period=202610").content.decode()
    assert "1,140.3" in text
    assert f"/why/{east}-industrial_output-202610-0-1-0-value/" in text
    assert client.get("/boards/park/?unit=999999").status_code == 404
    assert client.get("/boards/no_such_board/").status_code == 404


def test_a_copy_is_opened_for_editing_and_holds_the_same_tiles(zone: Ground):
    board = copied(zone)
    text = zone.client("leader").get(f"/boards/{board.key}/edit/").content.decode()
    assert "经济运行（副本）" in text
    assert zone.client("economy").get(f"/boards/{board.key}/edit/").status_code == 404
    assert zone.client("leader").get("/boards/economy/edit/").status_code == 404, "a pack's board is copied first"


def test_what_was_laid_out_is_saved_and_problems_name_tile_and_field(zone: Ground):
    board = copied(zone)
    answer = save(zone, board, [TEXT, FIGURE])
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    board.refresh_from_db()
    wrong = save(zone, board, [TEXT, {**FIGURE, "x": 2, "measures": ["outputs"]}])
    assert wrong.status_code == 422
    assert {(one["tile"], one["field"]) for one in wrong.json()["problems"]} == {("b", "measures"), ("b", "y")}
    for body in ("", "[]", "{", '{"tiles": 1}'):
        answer = zone.client("leader").post(f"/boards/{board.key}/save/", body, content_type="application/json")
        assert answer.status_code == 400


def test_who_saves_over_a_newer_version_is_told_by_whom_and_can_then_write_over(zone: Ground):
    board = copied(zone)
    assert save(zone, board, [TEXT]).status_code == 200
    late = save(zone, board, [FIGURE], version=1)
    assert late.status_code == 409
    assert "leader" in late.json()["problems"][0]["message"]
    assert save(zone, board, [FIGURE], version=late.json()["version"]).status_code == 200


def test_a_tile_is_previewed_as_its_reader_would_see_it(zone: Ground):
    def preview(who: str, tile: object):
        body = json.dumps({"tiles": [tile], "unit": "", "period": ""})
        return zone.client(who).post("/boards/preview/", body, content_type="application/json")

    assert "9,100.0" in preview("leader", FIGURE).content.decode()
    assert "1,140.3" in preview("park east", FIGURE).content.decode()
    assert preview("leader", {**FIGURE, "measures": []}).status_code == 422
    assert preview("system", FIGURE).status_code == 403


def test_a_shared_link_shows_each_reader_their_own_figures(zone: Ground):
    board = copied(zone)
    assert save(zone, board, [TEXT, FIGURE]).status_code == 200
    zone.client("leader").post(f"/boards/{board.key}/share/", {"on": "1"})
    board.refresh_from_db()
    link = f"/boards/shared/{board.link}/"
    assert "9,100.0" in zone.client("economy").get(link).content.decode()
    west = zone.client("park west").get(link).content.decode()
    assert "3,971.4" in west
    assert "9,100.0" not in west
    assert "1,140.3" not in west
    assert "甲" in west
    assert zone.client("system").get(link).status_code == 403
    assert zone.client("anonymous").get(link).status_code == 302
    assert zone.client("park west").get(f"/boards/{board.key}/").status_code == 404, "the link alone opens it"
    zone.client("leader").post(f"/boards/{board.key}/share/", {"on": "0"})
    assert zone.client("economy").get(link).status_code == 404


def test_text_on_a_board_is_text(zone: Ground):
    board = copied(zone)
    nasty = {**TEXT, "text": {"zh": "<script>alert(1)</script>", "en": "x"}}
    assert save(zone, board, [nasty]).status_code == 200
    text = zone.client("leader").get(f"/boards/{board.key}/").content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_a_workbook_has_a_sheet_a_tile_with_numbers_and_their_sources(zone: Ground):
    answer = zone.client("leader").get("/boards/economy/export.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert "园区产值" in book.sheetnames
    sheet = book["园区产值"]
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert rows[[row[:2] for row in rows].index([1, "西园"])][:3] == [1, "西园", 3971.36]
    sources = [row for row in rows if "西园" in str(row[:1]) or (row and "·" in str(row[0]))]
    assert any("指标.xlsx" in str(row) and "第" in str(row) for row in rows), sources
    links = [cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert any("/why/" in link for link in links)


def test_a_workbook_and_a_document_hold_nothing_its_reader_may_not_see(zone: Ground):
    for who, path in (("park east", "/boards/parks/export.xlsx"), ("park east", "/boards/economy/export.docx")):
        answer = zone.client(who).get(path)
        assert answer.status_code == 200
        if path.endswith("xlsx"):
            book = openpyxl.load_workbook(io.BytesIO(answer.content))
            text = str([list(sheet.iter_rows(values_only=True)) for sheet in book])
        else:
            document = Document(io.BytesIO(answer.content))
            text = str([[cell.text for cell in row.cells] for table in document.tables for row in table.rows])
        assert "1140.25" in text or "1,140.3" in text
        assert "西园" not in text
        assert "3971" not in text
        assert "3,971" not in text
    assert zone.client("system").get("/boards/economy/export.xlsx").status_code == 403


def test_a_document_takes_the_pictures_of_a_browser_and_nothing_else(zone: Ground):
    board = copied(zone)
    assert save(zone, board, [TEXT, FIGURE]).status_code == 200
    path = f"/boards/{board.key}/export.docx"

    def pictures(**fields: str) -> int:
        answer = zone.client("leader").post(path, {f"picture-{code}": value for code, value in fields.items()})
        return len(Document(io.BytesIO(answer.content)).inline_shapes)

    head = "data:image/png;base64,"
    assert pictures(b=head + PNG) == 1
    assert pictures(no_such=head + PNG, b="http://example.org/x.png") == 0
    assert pictures(b=head + "AAAA") == 0
    assert pictures(b=head + "not base64!") == 0


def test_a_board_is_removed_by_its_owner_only(zone: Ground):
    board = copied(zone)
    assert zone.client("economy").post(f"/boards/{board.key}/remove/").status_code == 404
    assert zone.client("leader").post(f"/boards/{board.key}/remove/").status_code == 302
    assert not Board.objects.exists()
