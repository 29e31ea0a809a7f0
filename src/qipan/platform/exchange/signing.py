"""Signatures by which the other side knows that a delivery is ours, whole and of now."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from qipan.platform.exchange.models import Webhook

VERSION = "v1"


def secret_of(webhook: Webhook) -> str:
    """Return the secret both sides share; worked out from the installation's own key, so none is kept."""
    named = f"qipan.exchange.webhook:{webhook.pk}:{webhook.salt}"
    return hmac.new(str(settings.SECRET_KEY).encode(), named.encode(), hashlib.sha256).hexdigest()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return what the header `Qipan-Signature` says: HMAC-SHA256 over the timestamp, a full stop and the body."""
    whole = timestamp.encode() + b"." + body
    return f"{VERSION}={hmac.new(secret.encode(), whole, hashlib.sha256).hexdigest()}"
