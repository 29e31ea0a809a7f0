"""Sending one delivery: to the checked address and no other, signed, within bounds of time and size."""

from __future__ import annotations

import http.client
import logging
import socket
import ssl
import threading
import time
from dataclasses import dataclass

from django.conf import settings

from qipan import __version__
from qipan.engine.problem import Problem
from qipan.platform.exchange.models import Delivery, Webhook
from qipan.platform.exchange.signing import secret_of, signature
from qipan.platform.exchange.targets import Target, target

log = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds for a connection and for each answer on it
LONGEST = 10.0  # seconds for all of it: an answer that drips in holds nobody up


@dataclass(frozen=True, slots=True)
class Sent:
    """How sending went: the other side's status, or the problem that there was none."""

    status: int | None = None
    problem: Problem | None = None

    @property
    def arrived(self) -> bool:
        """Whether the other side took it."""
        return self.status is not None and 200 <= self.status < 300


class _Checked(http.client.HTTPConnection):
    """A connection to an address that was checked, whatever the name leads to by now."""

    def __init__(self, to: Target) -> None:
        super().__init__(to.host, to.port, timeout=PATIENCE)
        self._to = to
        self.ended_early = False

    def connect(self) -> None:
        """Connect to the first checked address that answers; a certificate must be for the name."""
        plain = self._reached()
        if self._to.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(plain, server_hostname=self._to.host)
        else:
            self.sock = plain

    def _reached(self) -> socket.socket:
        *others, last = self._to.addresses
        for address in others:
            try:
                return socket.create_connection((address, self._to.port), PATIENCE)
            except OSError:
                continue
        return socket.create_connection((last, self._to.port), PATIENCE)

    def cut(self) -> None:
        """End the connection from another thread."""
        self.ended_early = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it has ended


def send(webhook: Webhook, delivery: Delivery) -> Sent:
    """Send the delivery once; where the other side leads elsewhere (3xx), nobody follows."""
    to, problem = target(webhook.address, settings.WEBHOOK_HOSTS)
    if to is None:
        return Sent(problem=problem)
    body, timestamp = delivery.body.encode(), str(int(time.time()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"Qipan/{__version__}",
        "Qipan-Delivery": str(delivery.pk),
        "Qipan-Timestamp": timestamp,
        "Qipan-Signature": signature(secret_of(webhook), timestamp, body),
        "Connection": "close",
    }
    link = _Checked(to)
    watch = threading.Timer(LONGEST, link.cut)
    watch.daemon = True
    watch.start()
    try:
        link.request("POST", to.path, body, headers)
        status = link.getresponse().status
        if not link.ended_early:  # else the answer never came to its end
            return Sent(status=status)
    except ssl.SSLError:
        return Sent(problem=Problem.of("exchange.certificate-refused", host=to.host))
    except (OSError, http.client.HTTPException) as error:
        log.info("%s: %s", to.host, error)
    finally:
        watch.cancel()
        link.close()
    return Sent(problem=Problem.of("exchange.no-answer", host=to.host))
