"""Files at records: what they say they are, no larger than allowed, taken along by whoever sees the record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.web.sample import Zone

from qipan.platform import files
from qipan.platform.models import StoredFile, User
from qipan.platform.records import attachments
from qipan.platform.records.models import Attachment
from qipan.platform.rights import Refused, person
from qipan.platform.screens import Screen
from qipan.platform.visible import visible_to
from qipan.registry.models import Enterprise

PDF = b"%PDF-1.7 an agreement"


def as_user(user: User) -> Any:
    return person(User.objects.get(pk=user.pk))


def written(folder: Path, content: bytes) -> Path:
    path = folder / "sent"
    path.write_bytes(content)
    return path


def test_a_file_is_kept_once_under_its_fingerprint_and_called_as_it_came(
    zone: Zone, firms: Screen, east: Enterprise, west: Enterprise, tmp_path: Path
):
    path = written(tmp_path, PDF)
    for firm, name in ((east, "协议.pdf"), (west, r"C:\文件\另一份.PDF")):
        assert attachments.attach(as_user(zone.economy), firms, firm.pk, name, path).problems == ()
    assert StoredFile.objects.count() == 1
    assert [one.name for one in Attachment.objects.order_by("id")] == ["协议.pdf", "另一份.PDF"]
    assert files.path_of(Attachment.objects.all()[0].file.sha256).read_bytes() == PDF
    assert [one.name for one in visible_to(Attachment, User.objects.get(pk=zone.park.pk))] == ["协议.pdf"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"", "records.file-empty"), ("a.exe", b"MZ", "records.file-type"), ("a", PDF, "records.file-type"),
        ("a.pdf", b"MZ\x90\x00", "records.file-disguised"), ("a.html", b"<script>", "records.file-type"),
        ("a.svg", b"<svg>", "records.file-type"), ("a.txt", b"text\x00binary", "records.file-disguised"),
        ("a.docx", PDF, "records.file-disguised"), ("a.png", b"GIF89a", "records.file-disguised"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_may_be_kept_is_refused(
    zone: Zone, firms: Screen, east: Enterprise, tmp_path: Path, name: str, content: bytes, code: str
):
    done = attachments.attach(as_user(zone.economy), firms, east.pk, name, written(tmp_path, content))
    assert [one.code for one in done.problems] == [code]
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.txt", "中文".encode("utf-16")), ("b.csv", "甲,乙".encode("gb18030")), ("c.xls", b"PK\x03\x04")],
)
def test_what_offices_really_send_is_kept(
    zone: Zone, firms: Screen, east: Enterprise, tmp_path: Path, name: str, content: bytes
):
    assert attachments.attach(as_user(zone.park), firms, east.pk, name, written(tmp_path, content)).done


def test_a_file_larger_than_allowed_is_refused(
    zone: Zone, firms: Screen, east: Enterprise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(attachments, "LARGEST", 10)
    done = attachments.attach(as_user(zone.economy), firms, east.pk, "a.pdf", written(tmp_path, PDF))
    assert [one.code for one in done.problems] == ["records.file-too-large"]


def test_who_may_not_change_the_record_neither_adds_nor_removes_files(
    zone: Zone, firms: Screen, east: Enterprise, west: Enterprise, tmp_path: Path
):
    path = written(tmp_path, PDF)
    with pytest.raises(Refused):
        attachments.attach(as_user(zone.leader), firms, east.pk, "a.pdf", path)
    hidden = attachments.attach(as_user(zone.park), firms, west.pk, "a.pdf", path)
    assert [one.code for one in hidden.problems] == ["screens.no-such-record"]
    assert attachments.attach(as_user(zone.economy), firms, east.pk, "a.pdf", path).done
    number = Attachment.objects.get().pk
    with pytest.raises(Refused):
        attachments.remove(as_user(zone.leader), firms, east.pk, number)
    assert attachments.remove(as_user(zone.park), firms, east.pk, number).done
    assert not Attachment.objects.exists()
