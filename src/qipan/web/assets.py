"""Static files under addresses that change with their content, straight from the package: no collecting step."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


@cache
def _fingerprint(path: str, changed: int) -> str:
    del changed  # only part of the key: an edited file is read again
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


@cache
def _found(name: str) -> str | None:
    found = finders.find(name)
    return found if isinstance(found, str) else None


class HashedFiles(StaticFilesStorage):
    """Addresses static files as `/static/name?v=<hash>`, so that a browser may keep them and never shows an old one."""

    def url(self, name: str | None) -> str:
        """Return the address of `name`; raises ValueError for a file the package does not have."""
        path = _found(name or "")
        if path is None:
            raise ValueError(f"no static file {name}")
        address = super().url(name or "")
        return f"{address}?v={_fingerprint(path, Path(path).stat().st_mtime_ns)}"
