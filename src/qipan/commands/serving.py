"""`qipan serve`: the web server and the worker, started and stopped together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from qipan.commands.setting import DONE, FAILED, console, operator, out, ready, say

# A process that dies again within so many seconds of its start is not started a third time at once.
BREATH = 3.0
# A machine that does much else may need minutes to start a process: whoever waits is told so after a while, and again.
TOLD_AFTER, TOLD_EVERY = 10.0, 30.0
PATIENCE = 600.0  # seconds after which a process that lives and does not answer is given up


def serve(host: str, port: int, workers: int, *, demo_if_empty: bool) -> int:
    """Run until Ctrl-C; a dead worker is started again."""
    if _taken(host, port):
        console.print(
            say(f"{host}:{port} 已被占用，请用 --port 换一个端口", f"{host}:{port} is in use; choose another --port"),
            style="red",
        )
        return FAILED
    ready()
    if demo_if_empty:
        from qipan.commands.demonstration import fill_if_empty

        if fill_if_empty() != DONE:
            return FAILED
    _let_somebody_in()
    commands = {"web": _web(host, port, workers), "worker": [sys.executable, "-m", "qipan.commands.worker"]}
    return _keep_running(commands, host, port)


def _let_somebody_in() -> None:
    """Make the three administrators where nobody can log in yet, and print their passwords once."""
    from qipan.registry.people import first_people

    names = {
        "admin": say("系统管理员", "system administrator"),
        "security": say("安全管理员", "security administrator"),
        "audit": say("审计管理员", "audit administrator"),
    }
    for made in first_people(operator()):
        name = made.user.username
        out.print(
            say(
                f"第一批用户：{name}（{names[name]}），密码（只显示这一次）：{made.password}",
                f"First people: {name} ({names[name]}), password (shown once): {made.password}",
            ),
            markup=False,
            highlight=False,
        )


def _taken(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _web(host: str, port: int, workers: int) -> list[str]:
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
        "--respawn-failed-workers", "qipan.web.wsgi:application",
    ]  # fmt: skip


def _keep_running(commands: dict[str, list[str]], host: str, port: int) -> int:
    stop = {"asked": False}

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop["asked"] = True

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "qipan.platform.settings"}
    # A group of their own: Ctrl-C reaches only us, and we stop them in order.
    started: dict[str, tuple[subprocess.Popen[bytes], float]] = {}
    for name, command in commands.items():
        started[name] = (subprocess.Popen(command, env=environment, start_new_session=True), time.monotonic())
    if not _answers(host, port, started["web"][0], stop):
        _end(started)
        return DONE if stop["asked"] else FAILED
    console.print(
        say(f"Qipan 棋盘：http://{host}:{port}/  （Ctrl-C 停止）", f"Qipan: http://{host}:{port}/  (Ctrl-C stops it)"),
        style="bold",
    )
    while not stop["asked"]:
        for name, command in commands.items():
            process, since = started[name]
            if process.poll() is None:
                continue
            console.print(
                say(f"{name} 意外停止，重新启动", f"{name} stopped unexpectedly; starting it again"), style="yellow"
            )
            if time.monotonic() - since < BREATH:
                time.sleep(BREATH)
            started[name] = (subprocess.Popen(command, env=environment, start_new_session=True), time.monotonic())
        time.sleep(0.2)
    _end(started)
    return DONE


def _answers(host: str, port: int, web: subprocess.Popen[bytes], stop: dict[str, bool]) -> bool:
    """Wait until the web server answers; where that takes long, say what is waited for, and why nobody waits on."""
    begun = time.monotonic()
    told = TOLD_AFTER
    while not stop["asked"]:
        if (code := web.poll()) is not None:
            _tell_why(
                f"网页服务没有启动成功（退出代码 {code}），原因见上面的输出",
                f"The web server did not start (exit code {code}); what it said stands above",
            )
            return False
        try:
            with socket.create_connection((host, port), timeout=0.5):
                return True
        except OSError:
            time.sleep(0.05)
        waited = time.monotonic() - begun
        if waited > PATIENCE:
            _tell_why(
                f"网页服务 {waited:.0f} 秒仍没有在 {host}:{port} 应答，不再等待；请查看上面的输出和机器的负载",
                f"The web server has not answered at {host}:{port} for {waited:.0f} s; giving up. See the output above "
                "and how busy the machine is",
            )
            return False
        if waited > told:
            told += TOLD_EVERY
            console.print(
                say(
                    f"正在等待网页服务在 {host}:{port} 应答，已 {waited:.0f} 秒；它的进程还在启动，机器忙时需要更久",
                    f"Waiting for the web server to answer at {host}:{port}, {waited:.0f} s so far; its process is "
                    "still starting, which takes longer on a busy machine",
                ),
                style="yellow",
            )
    return False


def _tell_why(zh: str, en: str) -> None:
    console.print(say(zh, en), style="red")


def _end(started: dict[str, tuple[subprocess.Popen[bytes], float]]) -> None:
    for process, _ in started.values():
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + 8
    for process, _ in started.values():
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
