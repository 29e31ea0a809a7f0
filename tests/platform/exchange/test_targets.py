"""Where webhooks may go: only where the operator says, and to the very addresses that were checked."""

from __future__ import annotations

import pytest

from qipan.platform.exchange.targets import resolve, target

OPEN = ("hooks.example.cn", "10.1.2.0/24", "127.0.0.1", "fd00::/8")
HOSTS = {
    "hooks.example.cn": ["93.184.216.34"],
    "rebound.example.cn": ["127.0.0.1"],
    "inner.example.cn": ["10.1.2.9"],
    "elsewhere.example.cn": ["93.184.216.34"],
    "mixed.example.cn": ["93.184.216.34", "192.168.0.1"],
    "metadata.example.cn": ["169.254.169.254"],
}


def lookup(host: str, port: int) -> list[str]:
    return HOSTS.get(host) or resolve(host, port)


@pytest.mark.parametrize(
    "text",
    [
        "https://hooks.example.cn/x",
        "https://hooks.example.cn:8443/x?a=b",
        "http://inner.example.cn/x",
        "http://10.1.2.7/",
        "http://127.0.0.1:9000/",
        "http://[fd00::1]/",
    ],
)
def test_what_the_operator_names_may_be_told(text: str):
    to, problem = target(text, OPEN, lookup)
    assert problem is None
    assert to is not None
    assert to.addresses


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("https://elsewhere.example.cn/", "exchange.host-not-allowed"),
        ("https://rebound.example.cn/", None),  # 127.0.0.1 is named: whatever name leads there
        ("https://metadata.example.cn/", "exchange.host-not-allowed"),
        ("https://mixed.example.cn/", "exchange.host-not-allowed"),
        ("http://10.1.3.7/", "exchange.host-not-allowed"),
        ("http://hooks.example.cn/", "exchange.not-encrypted"),
        ("http://2130706434/", "exchange.host-not-allowed"),
        ("http://0x7f.1.1.1/", "exchange.host-not-allowed"),
        ("http://[::ffff:10.1.3.7]/", "exchange.host-not-allowed"),
        ("http://[64:ff9b::a01:307]/", "exchange.host-not-allowed"),
        ("http://[::1]/", "exchange.host-not-allowed"),
        ("https://hooks.example.cn@10.1.3.7/", "exchange.address-not-readable"),
        ("https://10.1.3.7#@hooks.example.cn/", "exchange.host-not-allowed"),
        ("ftp://hooks.example.cn/", "exchange.address-not-readable"),
        ("file:///etc/passwd", "exchange.address-not-readable"),
        ("https://hooks.example.cn/\r\nHost: x", "exchange.address-not-readable"),
        ("https://hooks.example.cn:99999/", "exchange.address-not-readable"),
        ("https://单位.cn/", "exchange.address-not-readable"),
        ("https:///x", "exchange.address-not-readable"),
    ],
)
def test_what_the_operator_does_not_name_may_not(text: str, code: str | None):
    to, problem = target(text, OPEN, lookup)
    assert (problem.code if problem else None) == code
    assert (to is None) == (code is not None)


def test_a_named_host_that_leads_inside_by_now_is_refused():
    answers = [["93.184.216.34"], ["10.9.9.9"]]
    first, _ = target("https://hooks.example.cn/", OPEN, lambda _host, _port: answers[0])
    assert first is not None
    assert first.addresses == ("93.184.216.34",), "the connection goes to what was checked, not to the name"
    second, problem = target("https://hooks.example.cn/", OPEN, lambda _host, _port: answers[1])
    assert second is None
    assert problem is not None


def test_nothing_is_allowed_where_the_operator_names_nothing():
    for text in ("http://127.0.0.1/", "https://hooks.example.cn/", "http://10.1.2.7/"):
        assert target(text, (), lookup)[0] is None
