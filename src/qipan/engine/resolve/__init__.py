"""Who is meant: names of firms made comparable, split into parts and matched with what is known."""

from qipan.engine.resolve.lexicon import Lexicon
from qipan.engine.resolve.matching import VERDICT, VERDICTS, match
from qipan.engine.resolve.names import NameParts, name_key, normal_key, normal_keys
from qipan.engine.resolve.splitting import split

__all__ = ["VERDICT", "VERDICTS", "Lexicon", "NameParts", "match", "name_key", "normal_key", "normal_keys", "split"]
