"""The page and the form of a record: what stands there, what is kept, what is refused, and what another changed."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from tests.web.sample import Zone, new_firm

from qipan.platform.models import User
from qipan.platform.records.models import Attachment, Note, Notice, Watch
from qipan.platform.rights import person
from qipan.platform.screens.changing import change
from qipan.registry.models import Enterprise, EnterpriseName, Qualification
from qipan.registry.screens import FIRMS


@pytest.fixture
def firm(zone: Zone) -> Enterprise:
    """A firm in the east park, with a telephone number."""
    return new_firm("东方光电有限公司", zone.east, phone="13712345678", city="云州", size="大")


@pytest.fixture
def officer(zone: Zone, client: Client) -> Client:
    """The economy officer at their desk."""
    client.force_login(zone.economy)
    return client


def form_of(client: Client, firm: Enterprise) -> dict[str, str]:
    """Return what the form of a firm would send if nothing were changed."""
    shown = client.get(f"/records/firms/{firm.pk}/edit/")
    assert shown.status_code == 200
    sent = {"version": str(shown.context["version"])}
    for group in shown.context["groups"]:
        for one in group.inputs:
            sent[one.code], sent[f"was-{one.code}"] = one.value, one.was
    return sent


def text(response: Any) -> str:
    return response.content.decode()


def test_a_form_sent_back_unchanged_changes_nothing(officer: Client, firm: Enterprise):
    done = officer.post(f"/records/firms/{firm.pk}/edit/", form_of(officer, firm))
    assert done.status_code == 302
    firm.refresh_from_db()
    assert (firm.version, firm.phone) == (1, "13712345678")


def test_what_was_changed_is_kept_and_a_new_name_makes_the_old_a_former_one(officer: Client, firm: Enterprise):
    sent = {**form_of(officer, firm), "name": "东方光电股份有限公司", "capital": "1.2亿", "registered": "2015-03-01"}
    assert officer.post(f"/records/firms/{firm.pk}/edit/", sent).status_code == 302
    firm.refresh_from_db()
    assert (firm.name, firm.capital, str(firm.registered)) == ("东方光电股份有限公司", 12_000_000_000, "2015-03-01")
    assert firm.name_key == "东方光电股份有限公司"
    former = EnterpriseName.objects.get(enterprise=firm)
    assert (former.kind, former.name) == ("former", "东方光电有限公司")
    assert "东方光电有限公司" in text(officer.get(f"/firms/{firm.pk}/"))


def test_every_wrong_field_says_so_beside_itself_and_nothing_typed_is_lost(officer: Client, firm: Enterprise):
    sent = {**form_of(officer, firm), "name": "", "capital": "很多", "uscc": "91370800MA3TEST00X", "city": "泉城"}
    answer = officer.post(f"/records/firms/{firm.pk}/edit/", sent)
    assert answer.status_code == 200
    wrong = {one.code: one for group in answer.context["groups"] for one in group.inputs if one.problems}
    assert set(wrong) == {"name", "capital"}
    assert wrong["capital"].value == "很多"
    assert 'value="泉城"' in text(answer)
    sent.update(name="东方光电有限公司", capital="")
    again = officer.post(f"/records/firms/{firm.pk}/edit/", sent)
    assert {one.code for group in again.context["groups"] for one in group.inputs if one.problems} == {"uscc"}
    firm.refresh_from_db()
    assert firm.city == "云州"


def test_what_another_changed_meanwhile_stands_beside_mine_and_i_choose(officer: Client, firm: Enterprise, zone: Zone):
    sent = {**form_of(officer, firm), "city": "我的城市", "note": "我的备注"}
    other = person(User.objects.get(pk=zone.park.pk))
    assert change(other, FIRMS, firm.pk, 1, {"city": "他的城市", "address": "新路一号"}).done
    answer = officer.post(f"/records/firms/{firm.pk}/edit/", sent)
    assert answer.status_code == 200
    assert "王园长" in text(answer)
    inputs = {one.code: one for group in answer.context["groups"] for one in group.inputs}
    assert (inputs["city"].theirs, inputs["city"].mine, inputs["city"].value) == ("他的城市", "我的城市", "我的城市")
    assert (inputs["address"].value, inputs["address"].theirs) == ("新路一号", None)
    assert (inputs["note"].value, inputs["note"].theirs) == ("我的备注", None)
    again = {"version": str(answer.context["version"])}
    for code, one in inputs.items():
        again[code], again[f"was-{code}"] = one.value, one.was
    assert officer.post(f"/records/firms/{firm.pk}/edit/", {**again, "chosen-city": "theirs"}).status_code == 302
    firm.refresh_from_db()
    assert (firm.city, firm.address, firm.note) == ("他的城市", "新路一号", "我的备注")


def test_a_secret_is_neither_shown_nor_lost_in_a_form(officer: Client, firm: Enterprise):
    shown = text(officer.get(f"/records/firms/{firm.pk}/edit/"))
    assert "13712345678" not in shown
    assert "137****5678" in shown
    sent = {**form_of(officer, firm), "phone": "0531-8888888"}
    assert officer.post(f"/records/firms/{firm.pk}/edit/", sent).status_code == 302
    firm.refresh_from_db()
    assert firm.phone == "0531-8888888"
    history = text(officer.get(f"/records/firms/{firm.pk}/history/"))
    assert "8888888" not in history
    assert "****" in history


def test_a_code_in_a_form_says_what_it_means(officer: Client, firm: Enterprise):
    Enterprise.objects.filter(pk=firm.pk).update(industry="C39")
    field = text(officer.get(f"/records/firms/{firm.pk}/edit/")).split('id="f-industry"')[1].split('id="e-industry"')[0]
    assert 'value="C39"' in field
    assert "计算机、通信和其他电子设备制造业</p>" in field


def test_a_new_record_is_filled_in_and_stands_on_its_page(officer: Client, zone: Zone):
    shown = officer.get("/records/firms/new/")
    assert shown.status_code == 200
    done = officer.post("/records/firms/new/", {"name": "新来科技有限公司", "park": str(zone.east.pk), "size": "小"})
    made = Enterprise.objects.get(name="新来科技有限公司")
    assert done["Location"] == f"/firms/{made.pk}/"
    assert (made.unit_id, made.size, made.name_key) == (zone.east.pk, "小", "新来科技有限公司")


def test_a_record_that_points_at_another_names_it(officer: Client, firm: Enterprise):
    shown = text(officer.get(f"/records/qualifications/new/?firm={firm.pk}"))
    assert f'value="{firm.name}"' in shown
    assert (
        officer.get(f"/records/qualifications/offer/firm/?firm={firm.name[:2]}").content.decode().count("<option") == 1
    )
    done = officer.post("/records/qualifications/new/", {"firm": firm.name, "kind": "hightech", "until": "2027-01-01"})
    title = Qualification.objects.get()
    assert (title.enterprise_id, done["Location"]) == (firm.pk, f"/records/qualifications/{title.pk}/")
    page = text(officer.get(done["Location"]))
    assert firm.name in page
    assert f"/firms/{firm.pk}/" in page


def test_a_field_is_checked_when_it_is_left(officer: Client, firm: Enterprise):
    answer = officer.post("/records/firms/check/capital/", {"capital": "许多"})
    assert "应为数字" in text(answer)
    assert text(officer.post("/records/firms/check/capital/", {"capital": "12"})).strip() == ""
    assert officer.post("/records/firms/check/title/", {"title": "x"}).status_code == 404
    assert officer.post("/records/nothing/check/name/", {}).status_code == 404


def test_who_may_not_change_a_record_finds_no_form(zone: Zone, client: Client, firm: Enterprise):
    client.force_login(zone.leader)
    page = text(client.get(f"/firms/{firm.pk}/"))
    assert f"/records/firms/{firm.pk}/edit/" not in page
    assert client.get(f"/records/firms/{firm.pk}/edit/").status_code == 403
    assert client.get("/records/firms/new/").status_code == 403
    assert client.post(f"/records/firms/{firm.pk}/remove/", {}).status_code == 403
    client.force_login(zone.system)
    assert client.get(f"/records/firms/{firm.pk}/history/").status_code == 403
    other = new_firm("西部", zone.west)
    client.force_login(zone.park)
    assert client.get(f"/records/firms/{other.pk}/edit/").status_code == 404


def test_a_removal_says_what_goes_with_it_and_then_removes(officer: Client, firm: Enterprise):
    Qualification.objects.create(enterprise=firm, kind="hightech")
    asked = text(officer.get(f"/records/firms/{firm.pk}/remove/"))
    assert "资质 × 1" in asked
    stale = officer.post(f"/records/firms/{firm.pk}/remove/", {"version": "9"})
    assert "修改了这条记录" in text(stale)
    assert officer.post(f"/records/firms/{firm.pk}/remove/", {"version": "1", "reason": "重复登记"}).status_code == 302
    assert not Enterprise.objects.filter(pk=firm.pk).exists()


def test_notes_files_and_watching_stand_on_the_page(officer: Client, firm: Enterprise, zone: Zone):
    base = f"/records/firms/{firm.pk}"
    assert officer.post(f"{base}/notes/", {"text": "@leader 请看"}).status_code == 302
    assert officer.post(f"{base}/watch/", {"on": "1"}).status_code == 302
    sent = io.BytesIO(b"%PDF-1.7 x")
    sent.name = "协议.pdf"
    assert officer.post(f"{base}/files/", {"file": sent}).status_code == 302
    page = text(officer.get(f"/firms/{firm.pk}/"))
    assert "@leader 请看" in page
    assert "已关注" in page
    held = Attachment.objects.get()
    taken = officer.get(f"{base}/files/{held.pk}/")
    assert b"".join(taken.streaming_content) == b"%PDF-1.7 x"
    assert taken["Content-Type"] == "application/octet-stream"
    assert taken["Content-Disposition"].startswith("attachment")
    assert officer.post(f"{base}/files/{held.pk}/remove/").status_code == 302
    assert officer.post(f"{base}/notes/{Note.objects.get().pk}/").status_code == 302
    assert not Note.objects.exists()
    assert Watch.objects.count() == 1
    client = Client()
    client.force_login(zone.leader)
    assert "在备注中提到了您" in text(client.get("/notices/"))
    number = Notice.objects.get(user=zone.leader).pk
    assert client.post("/notices/read/", {"number": number})["Location"] == f"/firms/{firm.pk}/"
    assert Notice.objects.get(pk=number).read is not None


def test_a_file_that_is_refused_says_why(officer: Client, firm: Enterprise):
    sent = io.BytesIO(b"MZ\x90")
    sent.name = "a.pdf"
    answer = officer.post(f"/records/firms/{firm.pk}/files/", {"file": sent})
    assert answer.status_code == 422
    assert "内容与扩展名不符" in text(answer)


def test_the_brief_is_one_page_and_a_document(officer: Client, firm: Enterprise):
    Qualification.objects.create(enterprise=firm, kind="hightech")
    page = text(officer.get(f"/firms/{firm.pk}/brief/"))
    assert firm.name in page
    assert "13712345678" not in page
    document = officer.get(f"/firms/{firm.pk}/brief.docx")
    from docx import Document

    read = Document(io.BytesIO(document.content))
    words = [one.text for one in read.paragraphs] + [
        cell.text for table in read.tables for row in table.rows for cell in row.cells
    ]
    assert firm.name in words
    assert "高新技术企业" in words
    assert not [one for one in words if "{" in one]


def test_a_name_that_looks_like_markup_stays_text_in_the_document(officer: Client, zone: Zone):
    hostile = new_firm("<b>甲</b>&{{ 1+1 }}", zone.east)
    from docx import Document

    read = Document(io.BytesIO(officer.get(f"/firms/{hostile.pk}/brief.docx").content))
    assert any(one.text == "<b>甲</b>&{{ 1+1 }}" for one in read.paragraphs)


def test_unmasking_asks_why_and_shows_once(officer: Client, firm: Enterprise):
    page = text(officer.get(f"/firms/{firm.pk}/"))
    assert "137****5678" in page
    assert "13712345678" not in page
    assert "请写明理由" in text(officer.post(f"/records/firms/{firm.pk}/unmask/", {"reason": ""}))
    opened = text(officer.post(f"/records/firms/{firm.pk}/unmask/", {"reason": "核实停产情况"}))
    assert "13712345678" in opened
    assert "13712345678" not in text(officer.get(f"/firms/{firm.pk}/"))
