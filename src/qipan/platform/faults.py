"""What the machine refuses (a full disk, a held or damaged database) as problems a person can act on."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from qipan.engine.problem import Problem

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
CLOSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
# Words in the databases' own messages; the drivers give no other sign.
WORDS = (
    ("disk is full", "platform.disk-full"),
    ("No space left on device", "platform.disk-full"),
    ("File too large", "platform.disk-full"),
    ("disk I/O error", "platform.disk-full"),
    ("locked", "platform.database-busy"),
    ("lock timeout", "platform.database-busy"),
    ("unable to open database", "platform.no-access"),
    ("readonly database", "platform.no-access"),
    ("not a database", "platform.database-damaged"),
    ("malformed", "platform.database-damaged"),
    ("connection failed", "platform.no-database"),
    ("could not connect", "platform.no-database"),
)


def said(error: BaseException) -> Problem | None:
    """Return the problem behind `error`; null where it is none the machine is known to make."""
    for cause in _causes(error):
        if isinstance(cause, OSError) and cause.errno in FULL:
            return Problem.of("platform.disk-full")
        if isinstance(cause, OSError) and cause.errno in CLOSED:
            return Problem.of("platform.no-access", name=str(cause.filename or ""))
        if type(cause).__module__.split(".")[0] in {"sqlite3", "django", "psycopg", "adbc_driver_manager"}:
            for words, code in WORDS:
                if words in str(cause):
                    return Problem.of(code, name="")
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__
