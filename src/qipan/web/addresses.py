"""The address of a figure as it stands in a link, read back."""

from __future__ import annotations

from functools import cache

from django.urls import register_converter, reverse
from django.urls.converters import IntConverter

from qipan.domains.economy.shapes import Address


def parse(token: str) -> Address | None:
    """Return the address that `Address.token()` wrote; None for anything else."""
    return Address.read(token)


class Number(IntConverter):
    """A record's number in an address: no more digits than a column of whole numbers holds."""

    regex = "[0-9]{1,18}"


register_converter(Number, "number")


@cache
def around() -> tuple[str, str]:
    """Return what stands before and behind the token in the address of a figure."""
    before, _token, after = reverse("web:why", args=["TOKEN"]).partition("TOKEN")
    return before, after


def why(address: Address) -> str:
    """Return where it is told why the figure at `address` is what it is."""
    return why_token(address.token())


def why_token(token: str) -> str:
    """Return where it is told why the figure of `token` is what it is."""
    before, after = around()
    return f"{before}{token}{after}"
