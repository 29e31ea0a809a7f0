"""The second factor: a code from the person's own telephone, and recovery codes for the day it is lost."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from datetime import timedelta

import qrcode
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from qrcode.image.svg import SvgPathImage

from qipan.platform.access import totp
from qipan.platform.action import Act, action
from qipan.platform.models import CodeTry, RecoveryCode, SecondFactor, User

SECRET_BYTES = 20
RECOVERY_CODES = 10
# So many wrong codes within so long, and no code is taken any more until the oldest of them is that old.
WRONG_CODES = 5
PAUSE = timedelta(minutes=15)
KEPT = timedelta(days=2)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def _box() -> Fernet:
    """Return what locks secrets in the database; whoever has only the database has no codes."""
    key = hmac.new(str(settings.SECRET_KEY).encode(), b"qipan second factor", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def fresh_secret() -> bytes:
    """Return a secret nobody has had before."""
    return secrets.token_bytes(SECRET_BYTES)


def picture(text: str) -> str:
    """Return `text` as a QR picture: an SVG drawn here, nothing is fetched."""
    return qrcode.make(text, image_factory=SvgPathImage, box_size=10, border=2).to_string(encoding="unicode")


def has_one(user: User) -> bool:
    """Tell whether the person has set up a second factor."""
    return SecondFactor.objects.filter(user=user).exists()


def _secret(user: User) -> bytes | None:
    found = SecondFactor.objects.filter(user=user).first()
    if found is None:
        return None
    try:
        return _box().decrypt(found.secret.encode())
    except InvalidToken:  # another installation's, or the installation's key was replaced
        return None


def fits(secret: bytes, given: str) -> bool:
    """Tell whether a code shows that the person has the secret; for setting up, where nothing is kept yet."""
    return totp.step_of(secret, _plain(given), time.time()) is not None


def _plain(given: str) -> str:
    return "".join(given.split()).replace("-", "").lower()


def _digest(user: User, plain: str) -> str:
    return hashlib.sha256(f"{user.pk}:{plain}".encode()).hexdigest()


def paused(user: User) -> bool:
    """Tell whether no code of the person is taken for a while, after too many wrong ones."""
    since = timezone.now() - PAUSE
    return CodeTry.objects.filter(user=user.pk, right=False, at__gt=since).count() >= WRONG_CODES


def passes(user: User, given: str) -> bool:
    """Tell whether `given` is a code of the moment or a recovery code not used before; each works once."""
    plain = _plain(given)
    CodeTry.objects.filter(user=user.pk, at__lt=timezone.now() - KEPT).exclude(code__startswith="recovery").delete()
    if paused(user):
        return False
    used = _used_as(user, plain)
    if used is not None:
        try:
            with transaction.atomic(using=CodeTry.objects.db):
                CodeTry.objects.create(user=user.pk, code=used, right=True)
        except IntegrityError:  # somebody looked over the shoulder: a code works once
            used = None
    if used is None:
        CodeTry.objects.create(user=user.pk, code="", right=False)
    return used is not None


def _used_as(user: User, plain: str) -> str | None:
    """Return under which name a right code is remembered as used; None for a wrong one."""
    secret = _secret(user)
    if secret is not None and (step := totp.step_of(secret, plain, time.time())) is not None:
        return f"step {step}"
    digest = _digest(user, plain)
    known = RecoveryCode.objects.filter(user=user, digest=digest).exists()
    return f"recovery {digest[:40]}" if known else None


def codes_left(user: User) -> int:
    """Return how many recovery codes the person has not used yet."""
    digests = RecoveryCode.objects.filter(user=user).values_list("digest", flat=True)
    known = {f"recovery {digest[:40]}" for digest in digests}
    used = set(CodeTry.objects.filter(user=user.pk, right=True, code__in=known).values_list("code", flat=True))
    return len(known - used)


def _fresh_codes(user: User) -> tuple[str, ...]:
    RecoveryCode.objects.filter(user=user).delete()
    made = tuple("".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES))
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(user, one)) for one in made)
    return tuple(f"{one[:5]}-{one[5:]}" for one in made)


@action("person.factor", right="person.factor", zh="启用二次验证", en="Set up the second factor")
def set_up(act: Act, user: User, secret: bytes) -> tuple[str, ...]:
    """Leave the person with this secret and fresh recovery codes, which are returned and never shown again."""
    locked = _box().encrypt(secret).decode()
    SecondFactor.objects.update_or_create(user=user, defaults={"secret": locked, "since": timezone.now()})
    codes = _fresh_codes(user)
    act.changed("person", user.pk, None, {"name": str(user), "second_factor": True})
    return codes


@action("person.recovery", right="person.factor", zh="更换恢复码", en="Renew the recovery codes")
def renew_codes(act: Act, user: User) -> tuple[str, ...]:
    """Leave the person with fresh recovery codes; those of before are worth nothing."""
    codes = _fresh_codes(user)
    act.changed("person", user.pk, None, {"name": str(user), "recovery_codes": len(codes)})
    return codes


def drop(act: Act, user: User) -> None:
    """Leave the person without a second factor, within a running Action."""
    gone = SecondFactor.objects.filter(user=user).delete()[0]
    RecoveryCode.objects.filter(user=user).delete()
    if gone:
        act.changed("person", user.pk, None, {"name": str(user), "second_factor": False})


@action("person.no-factor", right="person.factor", zh="停用二次验证", en="Give up the second factor")
def give_up(act: Act, user: User) -> None:
    """Leave the person without a second factor; whose role needs one is asked to set it up again."""
    drop(act, user)
