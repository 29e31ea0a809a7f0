"""How much of a file is read before it is refused: every bound in one place."""

from __future__ import annotations

import errno
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from struct import error as StructError
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile, LargeZipFile
from zlib import error as ZlibError

from polars.exceptions import PolarsError
from python_calamine import CalamineError

from qipan.engine.problem import Param, Problem, catalogue

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of time and memory; the defaults read 1.5 million rows within 4 GiB and refuse what was made to harm."""

    file_bytes: int = 2048 * MEBIBYTE  # a file as it lies on disk
    memory_bytes: int = 512 * MEBIBYTE  # a file above this is worked on in a scratch copy instead of memory
    unpacked_bytes: int = 4096 * MEBIBYTE  # all members of a ZIP together
    workbook_bytes: int = 1024 * MEBIBYTE  # the unpacked parts of one XLSX
    ratio: int = 250  # unpacked over packed, looked at from `ratio_from` bytes on
    ratio_from: int = 64 * MEBIBYTE
    members: int = 10_000  # files in a folder or ZIP
    depth: int = 8  # folders below the one named
    sheets: int = 256
    columns: int = 2_000
    grid_rows: int = 20_000  # above this a plain sheet becomes a frame
    grid_cells: int = 2_000_000  # cells that are looked at one by one
    sheet_cells: int = 15_000_000  # cells of a workbook sheet read as a frame
    markup: int = 20_000_000  # tags of a workbook part that Python itself reads
    texts: int = 5_000_000  # shared texts of a workbook
    part_bytes: int = 32 * MEBIBYTE  # a part of a workbook other than its sheets and texts
    frame_rows: int = 5_000_000
    frame_cells: int = 100_000_000
    line_bytes: int = 16 * MEBIBYTE  # a line of a text file
    scratch: Path | None = None  # where large copies go; None: the system's place for them


class Unreadable(Exception):
    """Carries the problem for which a file, or a part of it, is not read; never leaves this package."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def rows_within(limits: Limits, columns: int) -> int:
    """Return how many rows a frame of so many columns may have."""
    return min(limits.frame_rows, limits.frame_cells // max(columns, 1))


def refuse(code: str, **params: Param) -> Unreadable:
    """Return the exception that carries problem `code`; the place is added where the file's name is known."""
    return Unreadable(Problem(code, params=params, severity=catalogue()[code].severity))


DAMAGE = (
    CalamineError,
    PolarsError,
    ExpatError,
    BadZipFile,
    LargeZipFile,
    ZlibError,
    StructError,
    EOFError,
    ArithmeticError,
    LookupError,
    ValueError,  # includes UnicodeError
    TypeError,
    NotImplementedError,  # a ZIP packed by a method Python does not know
    RecursionError,
)


@contextmanager
def guarded() -> Generator[None]:
    """Turn what a parser throws over broken bytes into a problem; refusals pass unchanged."""
    try:
        yield
    except Unreadable:
        raise
    except MemoryError as error:
        raise refuse("reading.file-too-large-for-memory") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise refuse("reading.no-space") from error
        raise refuse("reading.file-not-readable", detail=error.strerror or type(error).__name__) from error
    except DAMAGE as error:
        raise refuse("reading.file-damaged", detail=short(error)) from error
    except BaseException as error:
        # The Rust readers panic over some broken files; their PanicException is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise refuse("reading.file-damaged", detail=short(error)) from error


def short(error: BaseException) -> str:
    """Return what an error says in at most 120 characters of one line."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 120 else text[:119] + "…"
