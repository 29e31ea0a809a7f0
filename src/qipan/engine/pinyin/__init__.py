"""How names sound (拼音): a syllable for every character, and what typed letters can mean."""

from qipan.engine.pinyin.segment import Reading, Span, is_syllable, mistyped, readings
from qipan.engine.pinyin.sounds import Sounds
from qipan.engine.pinyin.syllables import LETTERS, SYLLABLES

__all__ = ["LETTERS", "SYLLABLES", "Reading", "Sounds", "Span", "is_syllable", "mistyped", "readings"]
