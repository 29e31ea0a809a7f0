"""What docs/api.md shows is run, word for word, against a server that really listens."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import Client
from tests.platform.exchange.receiver import listening
from tests.web.api.programs import V1, program
from tests.web.attack_ground import prepare

import loads
from installations import Installation
from qipan.platform.exchange import events, webhooks
from qipan.platform.exchange.signing import secret_of
from qipan.platform.models import TrailEntry
from qipan.platform.rights import person

PAGE = Path(__file__).resolve().parents[3] / "docs" / "api.md"


def block(name: str) -> str:
    found = re.search(rf"^```python {re.escape(name)}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    assert found, name
    return found[1]


PREPARE = """
from qipan.commands.setting import ready
ready()
from qipan.platform.exchange import tokens
from qipan.platform.models import User
from qipan.platform.rights import person
user = User.objects.get(username="chen")
made = tokens.create(person(user), "client", ["figures.see", "units.see"], unit=None, days=1)
print(made.value.text)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(installation: Installation, port: int) -> Iterator[None]:
    """Run the server, as an operator does, until the block ends."""
    process = installation.start("serve", "--port", str(port), "--workers", "1")
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), 0.5).close()
                break
            except OSError:
                assert process.poll() is None, process.stdout.read() if process.stdout else ""
                time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


@pytest.mark.slow
def test_the_client_of_the_documents_reads_figures_from_a_live_server(installation: Installation, tmp_path: Path):
    figure = ("高新区", "规上工业总产值", "2026年10月", 9100, "亿元")
    for path in (loads.units_book(tmp_path), loads.figures_book(tmp_path, figure)):
        ended = installation.run("load", str(path), "--yes")
        assert ended.returncode == 0, ended.stdout + ended.stderr
    assert installation.run("user", "chen", "--role", "economy").returncode == 0
    confirm = PREPARE.replace("made =", "User.objects.update(must_change_password=False)\nmade =")
    made = subprocess.run(
        [sys.executable, "-c", confirm], env=dict(installation.environment), capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    (tmp_path / "client.py").write_text(block("client.py"), encoding="utf-8")
    assert len([line for line in block("client.py").splitlines() if line.strip()]) <= 10
    port = free_port()
    asking = {"QIPAN": f"http://127.0.0.1:{port}", "QIPAN_TOKEN": made.stdout.strip(), "PYTHONUTF8": "1"}
    with served(installation, port):
        command = [sys.executable, str(tmp_path / "client.py")]
        ended = subprocess.run(
            command, env={**os.environ, **asking}, capture_output=True, text=True, timeout=60, check=False
        )
    assert ended.returncode == 0, ended.stderr
    assert re.search(r"云州高新区 industrial_output 2026-10 9100\.0 亿元 /why/\S+/", ended.stdout), ended.stdout


def test_the_check_of_the_documents_takes_what_we_sign_and_nothing_else(
    db: None, tmp_path: Path, settings: pytest.FixtureRequest
):
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]  # type: ignore[attr-defined]
    ground = prepare(tmp_path)
    room: dict[str, object] = {}
    exec(block("check.py"), room)
    is_ours = room["is_ours"]
    assert callable(is_ours)
    with listening() as receiver:
        made = webhooks.create(person(ground.people["economy"]), "OA", receiver.address, unit=None)
        assert made.value is not None
        TrailEntry.objects.create(actor_name="x", action="batch.commit", noun="enterprise", subject=ground.east.pk)
        assert events.deliver() == 1
        headers, body = receiver.got[0]
    secret = secret_of(made.value)
    assert is_ours(secret, headers, body)
    assert not is_ours(secret, headers, body + b" ")
    assert not is_ours("another", headers, body)
    assert not is_ours(secret, {**headers, "Qipan-Timestamp": "1700000000"}, body)


def test_every_address_the_documents_name_is_in_the_openapi_document(ground: object):
    document = program(ground.people["economy"]).get(f"{V1}/openapi.json").json()  # type: ignore[attr-defined]
    named = re.findall(r"`?(GET|POST|PATCH|DELETE)\s+(/api/v1/[\w/]+)`?", PAGE.read_text(encoding="utf-8"))
    assert len(named) > 8
    for method, path in named:
        pattern = re.sub(r"/\d+", "/{key}", path)
        assert method.lower() in document["paths"].get(pattern, {}), f"{method} {path}"


def test_every_route_is_described_in_both_languages(ground: object):
    document = program(ground.people["economy"]).get(f"{V1}/openapi.json").json()  # type: ignore[attr-defined]
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            assert " · " in said["summary"], f"{method} {path}"
            assert said["tags"], f"{method} {path}"
            for status in ("401", "403", "422", "429"):
                assert "application/problem+json" in said["responses"][status]["content"]
    assert Client().get(f"{V1}/openapi.json").status_code == 401
