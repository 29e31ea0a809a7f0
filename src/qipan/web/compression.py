"""Answers travel compressed where that saves anything: pages, and data that is text."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

# An Arrow stream, a workbook and a picture are as small as they get, or are wanted faster than they would shrink.
TEXTS = ("text/", "application/json", "application/problem+json", "application/javascript", "image/svg+xml")


class CompressionMiddleware(GZipMiddleware):
    """Compresses texts for whoever takes gzip; the length is blurred, so that it says little about what is inside.

    An answer that shows a secret (a new token) asks to be left alone by naming its encoding itself.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the answer, compressed where it is a text."""
        if not response.get("Content-Type", "").startswith(TEXTS):
            return response
        return super().process_response(request, response)
