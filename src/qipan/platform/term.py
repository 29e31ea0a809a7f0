"""A term in both languages: what a thing is called on a page, in an export, in the trail."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

from qipan.engine.problem import Language


def language() -> Language:
    """Return the language of the page that is being made."""
    return "en" if (get_language() or "").startswith("en") else "zh"


@dataclass(frozen=True, slots=True)
class Term:
    """A term of art; as text it reads in the language of the page."""

    zh: str
    en: str

    def __str__(self) -> str:
        """Return it in the page's language."""
        return self.en if language() == "en" else self.zh

    def text(self, wanted: Language) -> str:
        """Return it in `wanted`."""
        return self.en if wanted == "en" else self.zh
