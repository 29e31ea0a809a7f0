"""The worker beside the web server: jobs, the search index, the trail's seals, what webhooks are told."""

from __future__ import annotations

import logging
import os
import signal
import time
from types import FrameType

log = logging.getLogger("qipan.worker")

SEAL_EVERY = 60.0
SWEEP_EVERY = 3_600.0
PAUSE = 0.5
# Whoever waits for a page comes first on a small machine.
GIVES_WAY = 5


def work() -> None:
    """Work until told to stop; one failing duty never stops the others."""
    from qipan.commands.setting import ready

    os.nice(GIVES_WAY)
    ready(definitions=False)
    from django.db import OperationalError, close_old_connections
    from django_tasks_db.management.commands.db_worker import Worker

    from qipan.platform import jobs, seal, search
    from qipan.platform.exchange import events
    from qipan.platform.imports import drafts

    stop = {"asked": False}

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop["asked"] = True

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    queue = Worker(
        queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id="qipan", excluded_queue_names=[],
    )  # fmt: skip
    sealed = swept = 0.0
    while not stop["asked"]:
        close_old_connections()
        for duty in (jobs.take_up_lost, queue.run, search.complete, events.deliver, *jobs.rounds):
            try:
                duty()
            except OperationalError as error:  # a load is being committed; the next round will do
                log.info("%s waits: %s", duty, error)
            except Exception:
                log.exception("%s failed", duty)
        if time.monotonic() - sealed > SEAL_EVERY:
            try:
                seal.seal()
                events.forget_old()
            except OperationalError as error:
                log.info("sealing waits: %s", error)
            sealed = time.monotonic()
        if time.monotonic() - swept > SWEEP_EVERY:
            try:
                drafts.drop_old()
            except OperationalError as error:
                log.info("sweeping waits: %s", error)
            swept = time.monotonic()
        time.sleep(PAUSE)


if __name__ == "__main__":
    work()
