"""A PostgreSQL for the tests: one that is named, one that runs here, or one of our own in a temporary folder."""

from __future__ import annotations

import getpass
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import debian
import psycopg
from psycopg import sql

NAMED = "QIPAN_TEST_POSTGRES"


@contextmanager
def server() -> Iterator[str | None]:
    """Give the address of a server on which databases may be made; null where none can be had."""
    url = os.environ.get(NAMED) or _running()
    if url:
        if not _answers(url):
            raise SystemExit(f"{NAMED} is set, but no PostgreSQL that lets us make databases answers there")
        yield url
        return
    binaries = _binaries()
    if binaries is None and debian.install("postgresql", because="No PostgreSQL on this machine"):
        binaries = _binaries()
    if binaries is None:
        yield None
        return
    with _cluster(binaries) as own:
        yield own


@contextmanager
def throwaway_database(url: str) -> Iterator[str]:
    """Give the address of an empty database beside the one at `url`; it is dropped afterwards."""
    name = f"qipan_test_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as link:
        link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as link:
            link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _running() -> str | None:
    for user in dict.fromkeys((getpass.getuser(), "root", "postgres")):
        url = f"postgres://{user}@127.0.0.1:5432/postgres"
        if _answers(url):
            return url
    return None


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3) as link:
            row = link.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    except psycopg.OperationalError:
        return False
    return bool(row and row[0])


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    named = shutil.which("initdb")
    return Path(named).resolve().parent if named else None


@contextmanager
def _cluster(binaries: Path) -> Iterator[str]:
    # PostgreSQL refuses to run as root; Debian's package brings the user it wants.
    owner = pwd.getpwnam("postgres").pw_name if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="qipan-postgres-"))
    if owner:
        shutil.chown(folder, owner)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def call(program: str, *words: str) -> None:
        command = [str(binaries / program), *words]
        subprocess.run(command, check=True, user=owner, cwd=folder, stdout=subprocess.DEVNULL)

    place = str(folder / "cluster")
    # Nothing here outlives the run, so nothing is worth waiting for the disk.
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"
    call("initdb", "--pgdata", place, "--auth", "trust", "--username", "postgres", "--encoding", "UTF8", "--no-sync")
    call("pg_ctl", "--pgdata", place, "--options", options, "--log", str(folder / "log"), "--wait", "start")
    try:
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        call("pg_ctl", "--pgdata", place, "--mode", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
