"""`qipan serve` waits for a slow start as long as the process lives, and says what it waits for and why it gives up."""

from __future__ import annotations

import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from qipan.commands import serving

HOST = "127.0.0.1"
# Starts to listen after so many seconds, as a web server on a busy machine does.
SLOW = """
import socket, sys, time
time.sleep(float(sys.argv[2]))
with socket.socket() as server:
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", int(sys.argv[1])))
    server.listen()
    time.sleep(60)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def starting(port: int, seconds: float, code: str = SLOW) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code), str(port), str(seconds)])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture(autouse=True)
def _soon_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "TOLD_AFTER", 0.3)
    monkeypatch.setattr(serving, "TOLD_EVERY", 0.3)


def test_a_server_that_starts_slowly_is_waited_for_and_the_waiting_is_told(capsys: pytest.CaptureFixture[str]):
    port = free_port()
    with starting(port, 1.5) as web:
        assert serving._answers(HOST, port, web, {"asked": False})
    said = "".join(capsys.readouterr()).replace("\n", "")
    assert said.count(f"{HOST}:{port}") >= 2


def test_a_server_that_dies_is_not_waited_for_and_its_end_is_told(capsys: pytest.CaptureFixture[str]):
    port = free_port()
    with starting(port, 0, "raise SystemExit(7)") as web:
        assert not serving._answers(HOST, port, web, {"asked": False})
    assert "7" in "".join(capsys.readouterr())


def test_a_server_that_lives_and_never_answers_is_given_up_in_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(serving, "PATIENCE", 0.8)
    monkeypatch.setattr(serving, "TOLD_AFTER", 99.0)
    port = free_port()
    with starting(port, 60) as web:
        assert not serving._answers(HOST, port, web, {"asked": False})
        assert web.poll() is None
    assert f"{HOST}:{port}" in "".join(capsys.readouterr()).replace("\n", "")


def test_who_stops_it_meanwhile_is_heard_at_once_and_told_nothing(capsys: pytest.CaptureFixture[str]):
    port = free_port()
    with starting(port, 60) as web:
        assert not serving._answers(HOST, port, web, {"asked": True})
    assert "".join(capsys.readouterr()) == ""
