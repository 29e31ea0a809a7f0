"""Which database holds what: two SQLite files for a trial, one PostgreSQL for a zone."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from qipan.platform.home import Home

# Rows of these are the machine's daily work, not the zone's record: a log-in, a lock-out, a running job.
WORK_APPS = frozenset({"sessions", "axes", "django_tasks_db", "django_tasks_database"})
WORK_MODELS = frozenset(
    {
        "platform.job", "platform.signin", "platform.codetry", "platform.commitlease", "platform.importdraft",
        "platform.recentsearch",
        "exchange.use", "exchange.position", "exchange.delivery",
    }
)  # fmt: skip


def databases(home: Home, url: str) -> dict[str, dict[str, Any]]:
    """Return Django's DATABASES for a PostgreSQL `url`, or for the data folder where it is empty."""
    if url:
        return {"default": _postgres(url)}
    return {"default": _sqlite(home.zone), "work": _sqlite(home.work)}


def _sqlite(path: object) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "timeout": 20,
            # A transaction takes the write lock when it begins; else two readers that turn writers fail at once.
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
                "PRAGMA cache_size=-65536; PRAGMA mmap_size=1073741824; PRAGMA temp_store=MEMORY;"
            ),
        },
        "TEST": {"NAME": None},
    }


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("QIPAN_DATABASE must begin with postgres:// or postgresql://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


class WorkRouter:
    """Sends the machine's daily work to the `work` database where there is one."""

    def _is_work(self, app_label: str, model_name: str | None) -> bool:
        return app_label in WORK_APPS or f"{app_label}.{model_name}" in WORK_MODELS

    def _has_work(self) -> bool:
        from django.conf import settings

        return "work" in settings.DATABASES

    def db_for_read(self, model: Any, **_hints: object) -> str | None:
        """Name the database rows of `model` are read from."""
        if self._has_work() and self._is_work(model._meta.app_label, model._meta.model_name):
            return "work"
        return None

    db_for_write = db_for_read

    def allow_relation(self, _left: object, _right: object, **_hints: object) -> bool | None:
        """Leave relations to Django: none of ours crosses the two files."""
        return None

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **_hints: object) -> bool | None:
        """Let a table exist only in the database it is read from."""
        if not self._has_work():
            return db == "default"
        return (db == "work") == self._is_work(app_label, model_name)
