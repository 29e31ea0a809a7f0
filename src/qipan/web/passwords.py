"""What a password must be beyond long, uncommon and unlike its owner's name."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qipan.platform.models import User

KINDS = 3


class KindsValidator:
    """Wants three of four kinds: small letters, capitals, digits, anything else (a space, a Chinese character)."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for a password of fewer kinds."""
        del user
        kinds = {self._kind(character) for character in password}
        if len(kinds) < KINDS:
            raise ValidationError(self.get_help_text(), code="too_few_kinds")

    def _kind(self, character: str) -> str:
        if not character.isascii():
            return "other"
        if character.isdigit():
            return "digit"
        return "lower" if character.islower() else "upper" if character.isupper() else "other"

    def get_help_text(self) -> str:
        """Return what is wanted."""
        return _("密码须含小写字母、大写字母、数字、其他字符中的三种。")
