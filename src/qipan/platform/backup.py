"""Backing up an installation while it is used, and bringing it back: one TAR with records, files and overlay."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from qipan import __version__
from qipan.engine.problem import Problem
from qipan.platform.home import home
from qipan.platform.storage.bulk import copying, sequence_of

MANIFEST = "manifest.json"
SQLITE = "records/zone.sqlite3"
Progress = Callable[[str, int, int], None]
# What unpacking and reading throws over a file that is no backup of ours.
DAMAGE = (tarfile.TarError, FileNotFoundError, ValueError, EOFError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup holds."""

    made: str
    vendor: str
    files: int
    bytes: int


def _tables() -> list[str]:
    """Return the tables of the records, what is pointed at first."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    names = set(connection.introspection.table_names())
    return [name for name in dict.fromkeys(model._meta.db_table for model in models) if name in names]


def _migrations() -> list[str]:
    applied = MigrationRecorder(connections[DEFAULT_DB_ALIAS]).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def backup(out: Path, progress: Progress | None = None) -> Kept:
    """Write a backup to `out`; the records are those of one moment, whatever is loaded meanwhile.

    The records are taken first: every file they speak of was kept before they were written.
    """
    with tempfile.TemporaryDirectory(dir=home().root) as folder:
        records = list(_records(Path(folder)))
        extra = [path for path in _files() if path.is_file()]
        entries = [*records, *((path, str(path.relative_to(home().root))) for path in extra)]
        temporary = out.with_name(out.name + ".part")
        sums: dict[str, str] = {}
        with _private(temporary) as file, tarfile.open(fileobj=file, mode="w", dereference=True) as tar:
            for done, (path, name) in enumerate(entries):
                sums[name] = _digest(path)
                tar.add(path, arcname=name, recursive=False)
                if progress:
                    progress("backup", done + 1, len(entries))
            manifest = {
                "qipan": __version__,
                "made": datetime.now(UTC).isoformat(),
                "vendor": connection.vendor,
                "migrations": _migrations(),
                "sums": sums,
            }
            text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
        temporary.replace(out)
    return Kept(str(manifest["made"]), connection.vendor, len(entries), out.stat().st_size)


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    """Yield a new file at `path` that only its owner reads; where the writing fails it is gone again."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _files() -> Iterator[Path]:
    root = home()
    yield root.root / "secret_key"
    for folder in (root.files, root.overlay):
        yield from sorted(path for path in folder.rglob("*") if not path.name.startswith(".coming-"))


def _records(folder: Path) -> Iterator[tuple[Path, str]]:
    if connection.vendor == "sqlite":
        copy = folder / "zone.sqlite3"
        connection.ensure_connection()
        source = sqlite3.connect(str(connection.settings_dict["NAME"]))
        target = sqlite3.connect(copy)
        with source, target:
            source.backup(target)
        target.close()
        source.close()
        yield copy, SQLITE
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for table in _tables():
            copy = folder / f"{table}.copy"
            with copy.open("wb") as file, copying(cursor, f'COPY "{table}" TO STDOUT') as rows:
                for part in rows:
                    file.write(part)
            yield copy, f"records/{table}.copy"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def restore(source: Path, progress: Progress | None = None) -> list[Problem]:
    """Leave the installation as the backup has it; on any problem everything stays as it was."""
    with tempfile.TemporaryDirectory(dir=home().root) as name:
        folder = Path(name)
        try:
            with tarfile.open(source) as tar:
                tar.extractall(folder, filter=_only_files)  # noqa: S202 - plain files below the folder only
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            asked = manifest["vendor"], manifest["migrations"], manifest["sums"].items(), manifest["qipan"]
        except DAMAGE as error:
            return [Problem.of("platform.backup-unreadable", name=source.name, why=str(error))]
        del asked  # everything that is needed is there
        problems = _checked(folder, manifest, progress)
        if problems:
            return problems
        _put_records(folder)
        _put_files(folder)
    shutil.rmtree(home().cache, ignore_errors=True)
    home().prepare()
    return []


def _only_files(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo | None:
    """Return a member as it may be unpacked: a backup holds plain files, no links and no devices."""
    if not member.isfile():
        raise tarfile.SpecialFileError(member)
    return tarfile.data_filter(member, folder)


def _checked(folder: Path, manifest: dict[str, Any], progress: Progress | None) -> list[Problem]:
    if manifest["vendor"] != connection.vendor:
        return [Problem.of("platform.backup-other-database", theirs=manifest["vendor"], ours=connection.vendor)]
    if manifest["migrations"] != _migrations():
        return [Problem.of("platform.backup-other-version", theirs=manifest["qipan"], ours=__version__)]
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    listed = set(manifest["sums"])
    needed = {SQLITE} if connection.vendor == "sqlite" else {f"records/{table}.copy" for table in _tables()}
    # What nobody listed was put there by somebody else.
    if wrong := (found ^ listed) | (needed - found):
        return [Problem.of("platform.backup-damaged", name=min(wrong))]
    for done, (name, digest) in enumerate(manifest["sums"].items()):
        path = folder / name
        if not path.is_file() or _digest(path) != digest:
            return [Problem.of("platform.backup-damaged", name=name)]
        if progress:
            progress("restore", done + 1, len(manifest["sums"]))
    return []


def _put_records(folder: Path) -> None:
    if connection.vendor == "sqlite":
        connections.close_all()
        target = home().zone
        for path in (target.with_name(target.name + "-wal"), target.with_name(target.name + "-shm")):
            path.unlink(missing_ok=True)
        (folder / SQLITE).replace(target)
        return
    tables = _tables()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        listed = ", ".join(f'"{table}"' for table in tables)
        cursor.execute(f"TRUNCATE {listed} CASCADE")
        for table in tables:
            with (
                (folder / "records" / f"{table}.copy").open("rb") as file,
                copying(cursor, f'COPY "{table}" FROM STDIN') as rows,
            ):
                while part := file.read(1 << 20):
                    rows.write(part)
        for table in tables:
            sequence = sequence_of(cursor, table) if _has_id(table) else None
            if sequence:
                highest = f'SELECT MAX(id) FROM "{table}"'  # noqa: S608 - names come from the models
                cursor.execute(f"SELECT setval(%s, COALESCE(({highest}), 0) + 1, false)", [sequence])


def _has_id(table: str) -> bool:
    model = next(model for model in apps.get_models(include_auto_created=True) if model._meta.db_table == table)
    return any(field.column == "id" for field in model._meta.concrete_fields)


def _put_files(folder: Path) -> None:
    root = home()
    for name in ("files", "packs"):
        target, old = root.root / name, root.root / f".old-{name}"
        if target.exists():
            target.replace(old)
        if (folder / name).exists():
            (folder / name).replace(target)
        shutil.rmtree(old, ignore_errors=True)
    if (folder / "secret_key").exists():
        (folder / "secret_key").replace(root.root / "secret_key")
