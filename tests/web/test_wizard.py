"""The pages of a load on its way: who may open them, what may be uploaded, and what each step says."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from django.test import Client

import loads
import loads_on_the_way as way

if TYPE_CHECKING:
    from tests.web.sample import Zone

    from qipan.platform.models import ImportDraft, User

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 400
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3" + b"\x00" * 400
KNOWN = "云州东方精密机械有限公司"
HEAD = ("企业名称", "统一社会信用代码", "所属园区", "成立日期", "安全员")
STEPS = ("sheets", "columns", "problems", "firms", "preview")


def entered(user: User) -> Client:
    """A browser in which `user` is logged in."""
    client = Client()
    client.force_login(user)
    return client


def sent(client: Client, address: str, content: bytes, name: str = "台账.xlsx", **headers: object):
    """Send a file as the page does: the bytes it is."""
    return client.post(f"{address}?name={name}", content, content_type="application/octet-stream", **headers)


def new_draft(client: Client, unit: int | str = "") -> dict[str, str]:
    """Begin a load."""
    return client.post("/load/new/", {"unit": unit}).json()


def messy(folder: Path) -> bytes:
    """A workbook with a park nobody knows, a date that is none, a column nobody knows and an uncertain firm."""
    rows = (
        HEAD,
        (KNOWN, loads.code_of(1), "东元区", "2020-01-02", "王"),
        ("云州乙精密仪器有限公司", loads.code_of(2), "东园", "待定", "李"),
        ("云州东方精密机械制造有限公司", None, "东园", None, None),
    )
    return loads.workbook(folder / "台账.xlsx", {"企业台账": rows}).read_bytes()


@pytest.fixture
def desk(zone: Zone) -> Client:
    """The economy desk's browser."""
    return entered(zone.economy)


@pytest.fixture
def draft(zone: Zone, desk: Client, tmp_path: Path) -> ImportDraft:
    """A load of the economy desk that was uploaded and read."""
    from tests.web.sample import new_firm

    from qipan.platform.models import ImportDraft
    from qipan.platform.rights import person

    new_firm(KNOWN, zone.east, uscc=loads.code_of(1))
    given = new_draft(desk, zone.zone.pk)
    assert sent(desk, given["files"], messy(tmp_path)).status_code == 200
    made = ImportDraft.objects.get()
    way.read(made, person(zone.economy))
    return way.again(made)


def page(client: Client, draft: ImportDraft, step: str, query: str = "") -> str:
    """Return what a step says."""
    answer = client.get(f"/load/{draft.pk}/{step}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_step_says_what_it_found_in_both_languages(draft: ImportDraft, desk: Client, language: str):
    desk.cookies["qipan_language"] = language
    for step in STEPS:
        text = page(desk, draft, step)
        shown = re.sub(r"<[^>]*>|<script.*?</script>", " ", text.split("<main")[1])
        assert not re.search(r"\b(?:sheets|imports|resolve)\.[a-z-]+", shown), f"a raw code on {step}"
    assert "东元区" in page(desk, draft, "problems")
    assert "安全员" in page(desk, draft, "columns")
    assert "云州东方精密机械制造有限公司" in re.sub(r"<[^>]*>", "", page(desk, draft, "firms"))


def test_a_value_is_changed_in_the_whole_column_and_shown_with_what_it_was(
    zone: Zone, draft: ImportDraft, desk: Client
):
    from qipan.platform.rights import person

    assert "不认识单位" in page(desk, draft, "problems")
    place = re.search(r'name="place" value="([^"]+)"', page(desk, draft, "problems"))
    assert place is not None
    asked = {"place": place[1], "at": "2", "was": "东元区", "now": "东园", "what": "map", "always": "1"}
    assert desk.post(f"/load/{draft.pk}/problems/", asked).status_code == 302
    result = way.read(draft, person(zone.economy))
    assert "imports.unknown-unit" not in set(result.problems()["code"])
    text = page(desk, draft, "problems")
    assert "<s>东元区</s>" in text
    assert "以后都这样" in text
    back = {**asked, "now": "东元区", "always": ""}
    desk.post(f"/load/{draft.pk}/problems/", back)
    assert "imports.unknown-unit" in set(way.read(draft, person(zone.economy)).problems()["code"])


def test_what_is_said_of_a_whole_file_is_counted_and_filtered_with_the_rest(zone: Zone, desk: Client, tmp_path: Path):
    from qipan.platform.models import ImportDraft
    from qipan.platform.rights import person

    assert sent(desk, new_draft(desk, zone.zone.pk)["files"], messy(tmp_path), "台账.xls").status_code == 200
    draft = ImportDraft.objects.get()
    way.read(draft, person(zone.economy))
    chips = dict(re.findall(r'class="chip[^>]*>(\w+) (\d+)<', page(desk, draft, "problems")))
    assert int(chips.pop("全部")) == sum(map(int, chips.values()))
    assert int(chips["提醒"]) >= 1, "what is said of a whole file counts too"
    assert "扩展名" in page(desk, draft, "problems", "?severity=warning")
    assert "扩展名" not in page(desk, draft, "problems", "?severity=error")


def test_every_row_with_a_value_nobody_knows_is_told_edited_or_left_out(zone: Zone, desk: Client, tmp_path: Path):
    from qipan.platform.models import ImportDraft
    from qipan.platform.rights import person

    rows = [(f"云州第{n}有限公司", loads.code_of(n), "东元区", "2020-01-02", "王") for n in range(1, 4)]
    content = loads.workbook(tmp_path / "台账.xlsx", {"企业台账": (HEAD, *rows)}).read_bytes()
    sent(desk, new_draft(desk, zone.zone.pk)["files"], content)
    made = ImportDraft.objects.get()
    way.read(made, person(zone.economy))
    text = page(desk, made, "problems", "?code=imports.unknown-unit")
    told = re.sub(r"<[^>]*>", "", text)
    assert "× 3" in told
    assert all(f"第 {row} 行" in told for row in (2, 3, 4))
    assert "跳过这 3 行" in text
    place = re.search(r'name="place" value="([^"]+)"', text)
    assert place is not None
    edit = {"place": place[1], "at": "2", "row": "3", "was": "东元区", "now": "东园", "what": "edit"}
    desk.post(f"/load/{made.pk}/problems/", edit)
    way.read(made, person(zone.economy))
    skip = {"place": place[1], "was": "东元区", "problem": "imports.unknown-unit", "every": "1", "what": "skip"}
    desk.post(f"/load/{made.pk}/problems/", skip)
    result = way.read(made, person(zone.economy))
    assert "imports.unknown-unit" not in set(result.problems()["code"])
    assert result.sheets[0].records == 1


def test_a_cell_is_edited_and_rows_are_left_out(zone: Zone, draft: ImportDraft, desk: Client):
    from qipan.platform.rights import person

    place = next(iter(way.read(draft, person(zone.economy)).sheets)).place
    edit = {"place": place, "at": "3", "row": "3", "was": "待定", "now": "2019-05-06", "what": "edit"}
    desk.post(f"/load/{draft.pk}/problems/", edit)
    desk.post(f"/load/{draft.pk}/problems/", {"place": place, "row": "4", "what": "skip"})
    result = way.read(draft, person(zone.economy))
    assert "sheets.bad-date" not in set(result.problems()["code"])
    assert result.sheets[0].records == 2
    assert result.asked().is_empty()
    desk.post(f"/load/{draft.pk}/problems/", {"place": place, "row": "4", "what": "unskip"})
    assert way.read(draft, person(zone.economy)).sheets[0].records == 3


def test_a_column_is_given_its_field_and_its_old_one_is_free(zone: Zone, draft: ImportDraft, desk: Client):
    from qipan.platform.rights import person

    place = way.read(draft, person(zone.economy)).sheets[0].place
    desk.post(f"/load/{draft.pk}/columns/", {"place": place, "c4": "person"})
    result = way.read(draft, person(zone.economy))
    assert [one.code for one in result.sheets[0].columns] == ["name", "uscc", "unit", "registered", "person"]
    assert "由您指定" in page(desk, draft, "columns")


def test_another_ledger_is_chosen_and_a_sheet_is_left_out(zone: Zone, draft: ImportDraft, desk: Client):
    from qipan.platform.rights import person

    place = way.read(draft, person(zone.economy)).sheets[0].place
    desk.post(f"/load/{draft.pk}/sheets/", {"place": place, "ledger": "qualifications"})
    found = way.read(draft, person(zone.economy)).sheets[0]
    assert found.ledger is None
    assert "还缺必需的列" in page(desk, draft, "sheets")
    desk.post(f"/load/{draft.pk}/sheets/", {"place": place, "ledger": "-"})
    assert way.read(draft, person(zone.economy)).sheets[0].left_out
    assert "不读的工作表" in page(desk, draft, "sheets")
    desk.post(f"/load/{draft.pk}/sheets/", {"place": place, "ledger": "enterprises"})
    assert way.read(draft, person(zone.economy)).sheets[0].ledger == "enterprises"


def test_a_verdict_is_given_taken_back_and_only_of_a_firm_that_was_offered(
    zone: Zone, draft: ImportDraft, desk: Client
):
    from tests.web.sample import new_firm

    from qipan.registry.models import Enterprise

    stranger = new_firm("云州毫不相干有限公司", zone.west)
    key = re.search(r'name="key" value="([^"]+)"', page(desk, draft, "firms"))
    assert key is not None
    given = key[1].replace("&quot;", '"')
    desk.post(f"/load/{draft.pk}/firms/", {"key": given, "firm": stranger.pk})
    assert not way.again(draft).verdicts
    known = Enterprise.objects.get(name=KNOWN)
    desk.post(f"/load/{draft.pk}/firms/", {"key": given, "firm": known.pk})
    assert way.again(draft).verdicts[0]["firm"] == known.pk
    desk.post(f"/load/{draft.pk}/firms/", {"key": given, "firm": ""})
    assert not way.again(draft).verdicts


def test_it_is_written_from_the_last_step_and_the_result_leads_on(zone: Zone, draft: ImportDraft, desk: Client):
    assert "写入：新增 1" in page(desk, draft, "preview")
    assert desk.post(f"/load/{draft.pk}/commit/").url.endswith("/result/")
    job = way.again(draft).job
    from qipan.platform.models import Job

    way.worked(Job.objects.get(pk=job))
    text = page(desk, draft, "result")
    assert "已写入" in text
    assert "撤销这一批" in text
    assert desk.post(f"/load/{draft.pk}/commit/").url.endswith("/preview/"), "once"
    assert desk.get(f"/load/{draft.pk}/preview/").url.endswith("/result/")


def test_progress_is_answered_304_while_nothing_moves(draft: ImportDraft, desk: Client):
    first = desk.get(f"/load/{draft.pk}/progress/?step=sheets")
    tag = first.headers["ETag"]
    assert desk.get(f"/load/{draft.pk}/progress/?step=sheets", headers={"If-None-Match": tag}).status_code == 304


def test_a_marked_copy_is_given(draft: ImportDraft, desk: Client):
    answer = desk.get(f"/load/{draft.pk}/copy/0/")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert any(cell.comment for line in book["企业台账"] for cell in line)
    assert desk.get(f"/load/{draft.pk}/copy/7/").status_code == 404


def test_who_may_not_load_finds_no_door_and_no_page(zone: Zone, draft: ImportDraft):
    for who in (zone.leader, zone.system):
        client = entered(who)
        for path in ("/load/", "/load/templates/", "/load/remembered/", f"/load/{draft.pk}/sheets/"):
            assert client.get(path).status_code == 403, path
        assert client.post("/load/new/", {"unit": zone.zone.pk}).status_code == 403
        assert 'href="/load/"' not in client.get("/units/").content.decode()
    assert 'href="/load/"' in entered(zone.economy).get("/units/").content.decode()


def test_a_load_of_another_desk_does_not_exist_for_a_park_manager(zone: Zone, draft: ImportDraft):
    client = entered(zone.park)
    for step in (*STEPS, "result", "progress", "copy/0"):
        assert client.get(f"/load/{draft.pk}/{step}/").status_code == 404, step
    for verb in ("files", "read", "stop", "discard", "commit", "problems", "columns", "sheets", "firms"):
        assert client.post(f"/load/{draft.pk}/{verb}/").status_code == 404, verb
    assert client.post("/load/new/", {"unit": zone.west.pk}).status_code == 403


def test_of_a_survey_on_its_way_a_park_manager_reads_nothing_even_for_their_own_park(zone: Zone, tmp_path: Path):
    from qipan.platform.rights import person

    rows = (
        ("报告期", "企业名称", "统一社会信用代码", "工业总产值(千元)"),
        ("2026年10月", KNOWN, loads.code_of(1), 713377),
    )
    path = loads.workbook(tmp_path / "企业月报.xlsx", {"企业月报": rows})
    made = way.begun(path, by=person(zone.economy), unit=zone.east.pk)
    way.read(made, person(zone.economy))
    assert entered(zone.park).get(f"/load/{made.pk}/sheets/").status_code == 403
    assert entered(zone.economy).get(f"/load/{made.pk}/sheets/").status_code == 200


def test_a_park_manager_is_not_asked_to_judge(zone: Zone, tmp_path: Path):
    from tests.web.sample import new_firm

    from qipan.platform.models import ImportDraft
    from qipan.platform.rights import person

    new_firm(KNOWN, zone.east, uscc=loads.code_of(1))
    client = entered(zone.park)
    assert sent(client, new_draft(client, zone.east.pk)["files"], messy(tmp_path)).status_code == 200
    made = ImportDraft.objects.get()
    way.read(made, person(zone.park))
    text = page(client, made, "firms")
    assert "判定由经发/统计人员做" in text
    assert 'name="firm"' not in text
    assert client.post(f"/load/{made.pk}/firms/", {"key": "x", "firm": "own"}).status_code == 403


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (JPEG, "台账.xlsx", "JPEG"),
        (b"", "空.xlsx", "空的"),
        (PDF, "月报.csv", "PDF"),
        (b"\x00\x01\x02" * 99, "x.xlsx", "XLSX"),
    ],
)
def test_what_is_no_table_is_refused_by_its_content_and_not_kept(
    zone: Zone, desk: Client, content: bytes, name: str, said: str
):
    from qipan.platform.home import home
    from qipan.platform.models import ImportDraft

    answer = sent(desk, new_draft(desk, zone.zone.pk)["files"], content, name)
    assert answer.status_code == 422
    told = answer.json()
    assert said in told["message"] + told["hint"]
    assert not ImportDraft.objects.get().files
    assert not [path for path in home().files.rglob("*") if path.is_file() and path.read_bytes() == content]


def test_only_who_may_load_may_send_more_than_a_form_and_only_there(zone: Zone, desk: Client, settings, tmp_path: Path):
    given, content = new_draft(desk, zone.zone.pk), messy(tmp_path)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    assert len(content) > 1_000
    for client in (Client(), entered(zone.leader)):
        assert sent(client, given["files"], content).status_code == 400
    assert sent(desk, "/load/new/", content).status_code == 400
    form = desk.post(given["files"], {"file": io.BytesIO(content)})
    assert form.status_code == 400, "not as a form: its files would be written before anybody is asked"
    assert sent(desk, given["files"], content).status_code == 200
    settings.UPLOAD_LIMIT = 2_000
    assert sent(desk, given["files"], content).status_code == 413


@pytest.mark.slow
def test_fifty_megabytes_of_csv_arrive_and_are_read(zone: Zone, desk: Client):
    from qipan.platform.models import ImportDraft
    from qipan.platform.rights import person

    line = "云州{0:07d}号精密机械制造有限公司,{1},东园,2015-03-04,存续在业正常经营并按期报送各类统计报表的企业\n"
    head = "企业名称,统一社会信用代码,所属园区,成立日期,备注\n"
    body = head + "".join(line.format(number, "") for number in range(430_000))
    content = body.encode()
    assert len(content) > 50 * 2**20
    assert sent(desk, new_draft(desk, zone.zone.pk)["files"], content, "企业名录.csv").status_code == 200
    result = way.read(ImportDraft.objects.get(), person(zone.economy))
    assert sum(one.new for one in result.counts) == 430_000
    text = page(desk, ImportDraft.objects.get(), "preview", "?at=400000")
    assert text.count("<tr>") > 50


def test_files_are_added_before_reading_and_a_draft_is_thrown_away(zone: Zone, desk: Client, tmp_path: Path):
    from qipan.platform.models import ImportDraft

    given, content = new_draft(desk, zone.zone.pk), messy(tmp_path)
    assert sent(desk, given["files"], content).status_code == 200
    assert sent(desk, given["files"], content).status_code == 200, "the same file twice is one"
    made = ImportDraft.objects.get()
    assert len(made.files) == 1
    assert desk.post(given["read"]).status_code == 302
    assert desk.post(f"/load/{made.pk}/stop/").status_code == 302
    assert way.again(made).state == "cancelled"
    assert "重新读取" in page(desk, made, "sheets")
    assert desk.post(f"/load/{made.pk}/discard/").url == "/load/"
    assert not ImportDraft.objects.exists()


def test_templates_are_given_empty_and_with_what_is_known(zone: Zone, desk: Client):
    from tests.web.sample import new_firm

    new_firm(KNOWN, zone.east, uscc=loads.code_of(1), person="王某", phone="13800000000")
    new_firm("云州西岭有限公司", zone.west)

    def cells(path: str) -> set[object]:
        answer = desk.get(path)
        assert answer.status_code == 200
        book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
        return {cell for line in book.worksheets[0].iter_rows(values_only=True) for cell in line}

    assert KNOWN not in cells("/load/templates/enterprises/")
    filled = cells(f"/load/templates/enterprises/?filled=1&unit={zone.east.pk}")
    assert {KNOWN, "东园", loads.code_of(1)} <= filled
    assert not {"云州西岭有限公司", "王某", "13800000000"} & filled
    assert KNOWN not in cells("/load/templates/enterprise_months/?filled=1"), "a form firms report themselves"
    assert "/load/templates/enterprise_months/" in desk.get("/load/templates/").content.decode()
    assert desk.get("/load/templates/nothing/").status_code == 404


def test_what_is_remembered_is_shown_and_forgotten(zone: Zone, desk: Client):
    from qipan.platform.models import SheetMemory, TrailEntry, ValueMemory

    SheetMemory.objects.create(
        signature="a", ledger="enterprises", name="甲.xlsx › 表", columns={"安全员": "+", "名": "name"}
    )
    value = ValueMemory.objects.create(signature="a", heading="园区", was="东元区", now="东园")
    text = desk.get("/load/remembered/").content.decode()
    assert "东元区" in text
    assert "作为附加信息保留" in text
    desk.post("/load/remembered/", {"kind": "value", "number": value.pk})
    assert not ValueMemory.objects.exists()
    desk.post("/load/remembered/", {"kind": "form", "number": SheetMemory.objects.get().pk})
    assert not SheetMemory.objects.exists()
    assert set(TrailEntry.objects.values_list("action", flat=True)) == {"values.forget", "mapping.forget"}
