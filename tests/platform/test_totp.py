"""Codes of an authenticator against the examples of the standard, and a right one that works once."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from qipan.platform.access import second_factor, totp
from qipan.platform.models import CodeTry, SecondFactor, TrailEntry, User
from qipan.platform.rights import person

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_examples_of_rfc_6238(at: int, code: str):
    assert totp.code(SECRET, totp.step_at(at)) == code
    assert totp.step_of(SECRET, code, at) == totp.step_at(at)


def test_a_clock_may_be_off_by_one_step_and_no_more():
    code = totp.code(SECRET, 1000)
    found = [totp.step_of(SECRET, code, step * 30) for step in (998, 999, 1000, 1001, 1002)]
    assert found == [None, 1000, 1000, 1000, None]


def test_what_a_telephone_reads_and_a_person_types_is_the_same_secret():
    assert totp.readable(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    text = totp.address(SECRET, "棋盘", "chen")
    assert text.startswith("otpauth://totp/%E6%A3%8B%E7%9B%98%3Achen?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&")
    assert second_factor.picture(text).count("<path") == 1


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create(username="chen")


@pytest.fixture
def codes(user: User) -> tuple[str, ...]:
    """The recovery codes of a person with a second factor."""
    made = second_factor.set_up(person(user), user, SECRET).value
    assert made is not None
    return made


def _now() -> str:
    return totp.code(SECRET, totp.step_at(time.time()))


def test_a_code_works_once(user: User, codes: tuple[str, ...]):
    code = _now()
    assert second_factor.passes(user, code)
    assert not second_factor.passes(user, code)


def test_a_recovery_code_works_once_however_it_is_typed(user: User, codes: tuple[str, ...]):
    assert second_factor.codes_left(user) == len(set(codes)) == second_factor.RECOVERY_CODES
    assert second_factor.passes(user, codes[3].upper().replace("-", " "))
    assert not second_factor.passes(user, codes[3])
    assert second_factor.codes_left(user) == second_factor.RECOVERY_CODES - 1


def test_fresh_recovery_codes_make_those_of_before_worthless(user: User, codes: tuple[str, ...]):
    fresh = second_factor.renew_codes(person(user), user).value
    assert fresh is not None
    assert not second_factor.passes(user, codes[0])
    assert second_factor.passes(user, fresh[0])


def test_after_five_wrong_codes_no_right_one_is_taken_for_a_while(user: User, codes: tuple[str, ...]):
    for _ in range(second_factor.WRONG_CODES):
        assert not second_factor.passes(user, "000000x")
    assert not second_factor.passes(user, codes[0])
    CodeTry.objects.update(at=timezone.now() - second_factor.PAUSE - timedelta(seconds=1))
    assert second_factor.passes(user, codes[0])


def test_one_persons_codes_are_not_anothers(user: User, codes: tuple[str, ...]):
    other = User.objects.create(username="wang")
    second_factor.set_up(person(other), other, b"another secret, long")
    assert not second_factor.passes(other, codes[0])
    assert not second_factor.passes(other, _now())


def test_neither_database_nor_trail_holds_secret_or_codes(user: User, codes: tuple[str, ...]):
    kept = SecondFactor.objects.get().secret
    assert SECRET.decode() not in kept
    trail = "".join(f"{entry.before}{entry.after}" for entry in TrailEntry.objects.all())
    assert not any(code in trail for code in codes)
    assert [entry.action for entry in TrailEntry.objects.all()] == ["person.factor"]


def test_a_secret_of_another_installation_opens_nothing_and_breaks_nothing(user: User, codes, settings):
    settings.SECRET_KEY = "another installation's key altogether"
    assert not second_factor.passes(user, _now())
    assert second_factor.passes(user, codes[0]), "recovery codes still do"
