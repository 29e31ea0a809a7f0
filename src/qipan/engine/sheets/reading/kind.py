"""What a file really is, told by its bytes: names lie."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from qipan.engine.sheets.reading.compound import MAGIC, Compound
from qipan.engine.sheets.reading.encoding import unmarked_utf16
from qipan.engine.sheets.reading.limits import MEBIBYTE, Limits
from qipan.engine.sheets.reading.package import listed
from qipan.engine.sheets.reading.source import Source


class Kind(StrEnum):
    """The kinds of file this engine tells apart."""

    XLSX = "xlsx"
    XLS = "xls"
    TEXT = "text"
    PARQUET = "parquet"
    ZIP = "zip"
    WEBPAGE = "webpage"  # an HTML table saved under the name of a workbook
    ENCRYPTED = "encrypted"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Told:
    """A kind and, for files that are not read, what they are in a word every reader knows."""

    kind: Kind
    label: str = ""


_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"RIFF", "WAV/AVI/WebP"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf'\x1c", "7z"),
    (b"\x1f\x8b", "GZIP"),
    (b"\xfd7zXZ\x00", "XZ"),
    (b"BZh", "BZIP2"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"{\\rtf", "RTF"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"ARROW1", "Arrow"),
    (b"\x09\x00\x04\x00", "Excel 2.0"),
    (b"\x09\x02\x06\x00", "Excel 3.0"),
    (b"\x09\x04\x06\x00", "Excel 4.0"),
    (b"\x09\x08\x08\x00", "Excel 5.0"),
)
_TEXT_NAMES = {"", ".csv", ".tsv", ".tab", ".txt", ".dat", ".prn", ".asc", ".xls", ".xlsx", ".xlsm", ".et", ".parquet"}
_EXPECTED = {
    Kind.XLSX: {".xlsx", ".xlsm", ".xltx", ".xltm"},
    Kind.XLS: {".xls", ".xlt", ".et"},
    Kind.PARQUET: {".parquet", ".pq"},
    Kind.ZIP: {".zip"},
    Kind.WEBPAGE: {".html", ".htm"},
    Kind.TEXT: {".csv", ".tsv", ".tab", ".txt", ".dat", ".prn", ".asc"},
}
_SPACE = b" \t\r\n\xef\xbb\xbf"


def tell(source: Source, limits: Limits) -> Told:
    """Return what the file is; raises Unreadable where not even its container can be opened."""
    head = source.head(4096)
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _zipped(source, limits)
    if head[:8] == MAGIC:
        return _compound(source)
    if head[:4] == b"PAR1":
        return Told(Kind.PARQUET)
    for magic, label in _MAGIC:
        if head.startswith(magic) and not _is_text(head):
            return Told(Kind.OTHER, label)
    if head[4:12] in (b"ftypmp42", b"ftypisom", b"ftypM4A ", b"ftypheic"):
        return Told(Kind.OTHER, "MP4")
    return _written(source, head)


def odd_name(name: str, kind: Kind) -> str | None:
    """Return the ending of a name that says something else than the bytes do, else None."""
    suffix = PurePath(name).suffix.lower()
    return suffix if suffix and suffix not in _EXPECTED.get(kind, {suffix}) else None


def _zipped(source: Source, limits: Limits) -> Told:
    with source.open() as stream, zipfile.ZipFile(listed(stream, limits)) as archive:
        names = {name.replace("\\", "/").lower() for name in archive.namelist()}
        if "xl/workbook.xml" in names or any(re.fullmatch(r"xl/workbook\d*\.xml", name) for name in names):
            return Told(Kind.XLSX)
        if "xl/workbook.bin" in names:
            return Told(Kind.OTHER, "XLSB")
        if "word/document.xml" in names:
            return Told(Kind.OTHER, "Word")
        if "ppt/presentation.xml" in names:
            return Told(Kind.OTHER, "PowerPoint")
        if "mimetype" in names and "content.xml" in names:
            return Told(Kind.OTHER, "OpenDocument")
        if "[content_types].xml" in names and any(name.startswith("xl/worksheets/") for name in names):
            return Told(Kind.XLSX)
    return Told(Kind.ZIP)


def _compound(source: Source) -> Told:
    names = Compound(source.data if source.data is not None else source.head(256 * MEBIBYTE)).names
    if "EncryptedPackage" in names:
        return Told(Kind.ENCRYPTED)
    if "Workbook" in names or "Book" in names:
        return Told(Kind.XLS)
    for stream, label in (("WordDocument", "Word"), ("PowerPoint Document", "PowerPoint"), ("VisioDocument", "Visio")):
        if stream in names:
            return Told(Kind.OTHER, label)
    return Told(Kind.OTHER, "OLE2")


def _written(source: Source, head: bytes) -> Told:
    suffix = PurePath(source.name).suffix.lower()
    start = head.lstrip(_SPACE)
    if not _is_text(head):
        return Told(Kind.OTHER, suffix.lstrip(".").upper())
    lower = start[:2048].lower()
    if lower.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<body")) or (
        lower.startswith((b"<?xml", b"<!--")) and b"<html" in lower
    ):
        return Told(Kind.WEBPAGE)
    if lower.startswith(b"<?xml") or re.match(rb"<[a-z!]", lower):
        return Told(Kind.OTHER, "XML 2003" if b"excel.sheet" in lower else "XML")
    if lower.startswith(b"mime-version:"):
        return Told(Kind.OTHER, "MHTML")
    if suffix in (".json", ".geojson", ".jsonl", ".ndjson") or re.match(rb'(\{\s*"|\[\s*[\{\["])', start):
        return Told(Kind.OTHER, "GeoJSON" if suffix == ".geojson" else "JSON")
    if suffix not in _TEXT_NAMES:
        return Told(Kind.OTHER, suffix.lstrip(".").upper())
    return Told(Kind.TEXT)


def _is_text(head: bytes) -> bool:
    """Tell text from other bytes: few control characters, or the regular NULs of UTF-16."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    if not head:
        return False
    if unmarked_utf16(head):
        return True
    control = sum(byte < 32 and byte not in (0, 9, 10, 11, 12, 13, 26, 27) for byte in head)
    return control <= len(head) * 0.01 and head.count(0) <= len(head) * 0.2
