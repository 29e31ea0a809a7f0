"""Which addresses may be told of events: what the operator allows, checked for the addresses that are connected to."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

from qipan.engine.problem import Problem

Address = IPv4Address | IPv6Address
PLAIN = re.compile(r"[!-~]+")  # visible ASCII: nothing that could end a header line
HOST = re.compile(r"[0-9a-z.:_-]+")
NAT64 = ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: the name for the certificate and the Host line, the checked addresses to connect to."""

    secure: bool
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of `host`; empty where it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found))


def _plain(address: Address) -> Address:
    """Return the IPv4 address that stands inside an IPv6 one, where one does: wrapped, an inner one is still inner."""
    if isinstance(address, IPv4Address):
        return address
    inside = address.ipv4_mapped or address.sixtofour
    if inside is None and address in NAT64:
        inside = IPv4Address(int(address) & 0xFFFFFFFF)
    return inside or address


def _networks(allowed: Sequence[str]) -> list[IPv4Network | IPv6Network]:
    found = []
    for one in allowed:
        try:
            found.append(ip_network(one.strip("[]"), strict=False))
        except ValueError:
            continue  # a name
    return found


def target(
    text: str, allowed: Sequence[str], lookup: Callable[[str, int], list[str]] = resolve
) -> tuple[Target | None, Problem | None]:
    """Return where a request to `text` may go, or why it may not.

    `allowed` names hosts and networks. A host by name must have public addresses only; an address inside a network
    that is not public needs that network to be named, whatever name leads there. Plain HTTP only goes to networks that
    are named.
    """
    refused = Problem.of("exchange.address-not-readable")
    if not PLAIN.fullmatch(text) or len(text) > 500:
        return None, refused
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None, refused
    secure = parts.scheme == "https"
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None or parts.password is not None:
        return None, refused
    port = port or (443 if secure else 80)
    if not HOST.fullmatch(host):
        return None, refused
    addresses = lookup(host, port)
    if not addresses:
        return None, Problem.of("exchange.host-not-found", host=host)
    networks = _networks(allowed)
    named = host in {one.lower().strip("[]") for one in allowed}
    for one in addresses:
        real = _plain(ip_address(one))
        inside = any(real in network for network in networks if network.version == real.version)
        public = real.is_global and not real.is_multicast
        if not inside and not (named and public):
            return None, Problem.of("exchange.host-not-allowed", host=host)
        if not secure and not inside:
            return None, Problem.of("exchange.not-encrypted", host=host)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, host, port, path, tuple(addresses)), None
