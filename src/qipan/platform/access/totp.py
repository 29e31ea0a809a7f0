"""Codes of an authenticator (RFC 6238): six digits that change every thirty seconds; no clock, `at` is an argument."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from urllib.parse import quote

DIGITS = 6
STEP = 30  # seconds
# A telephone's clock may be off by one step either way.
DRIFT = (0, -1, 1)


def step_at(at: float) -> int:
    """Return the number of the step that holds at the second `at`."""
    return int(at // STEP)


def code(secret: bytes, step: int) -> str:
    """Return the code of a step (RFC 4226, dynamic truncation)."""
    digest = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_of(secret: bytes, given: str, at: float) -> int | None:
    """Return the step whose code was given, near `at`; None where it is none of them."""
    now = step_at(at)
    for drift in DRIFT:
        if hmac.compare_digest(code(secret, now + drift), given):
            return now + drift
    return None


def readable(secret: bytes) -> str:
    """Return the secret as people type it: Base32 in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[index : index + 4] for index in range(0, len(text), 4))


def address(secret: bytes, issuer: str, name: str) -> str:
    """Return what an authenticator reads out of the picture."""
    text = base64.b32encode(secret).decode().rstrip("=")
    label = quote(f"{issuer}:{name}")
    return f"otpauth://totp/{label}?secret={text}&issuer={quote(issuer)}&digits={DIGITS}&period={STEP}"
