"""FEEL, the standard expression language of decisions: read once, run exactly by the value or fast by the column."""

from qipan.engine.feel.columns import Columns, NotCompiledError, Uncompiled, compile_columns, run_columns
from qipan.engine.feel.evaluate import evaluate
from qipan.engine.feel.expression import Expression, Parsed, Result, Scope, Trace
from qipan.engine.feel.names import names_in
from qipan.engine.feel.parser import parse, parse_tests
from qipan.engine.feel.values import Range, Value, text_of, value_of
from qipan.engine.feel.words import ConditionRow, Words, in_words

__all__ = [
    "Columns",
    "ConditionRow",
    "Expression",
    "NotCompiledError",
    "Parsed",
    "Range",
    "Result",
    "Scope",
    "Trace",
    "Uncompiled",
    "Value",
    "Words",
    "compile_columns",
    "evaluate",
    "in_words",
    "names_in",
    "parse",
    "parse_tests",
    "run_columns",
    "text_of",
    "value_of",
]
