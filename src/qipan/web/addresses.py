"""The address of a figure as it stands in a link, read back."""

from __future__ import annotations

import re
from functools import cache

from django.urls import register_converter, reverse
from django.urls.converters import IntConverter

from qipan.domains.economy.shapes import Address

_TOKEN = re.compile(r"([0-9]{1,19})-([a-z][a-z0-9_.]{0,99})-([0-9]{1,19})-([0-2])-([0-2])-([0-9]{1,19})-([a-z_]{1,30})")


def parse(token: str) -> Address | None:
    """Return the address that `Address.token()` wrote; None for anything else."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    subject, measure, period, reading, basis, scope, what = found.groups()
    return Address(int(subject), measure, int(period), int(reading), int(basis), int(scope), what)


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
    before, after = around()
    return f"{before}{address.token()}{after}"
