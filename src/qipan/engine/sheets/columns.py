"""Which column of a ledger each column of a sheet is, by its heading and by the values under it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz

from qipan.engine.periods import BASES, Basis, Period, state
from qipan.engine.sheets.headings import SERIAL, Heading, heading
from qipan.engine.sheets.looks import fit, is_code, says_nothing
from qipan.engine.sheets.spec import ColumnSpec, ColumnType, Layout, LedgerSpec
from qipan.engine.sheets.text import fold, narrow
from qipan.engine.sheets.understood import ColumnMatch, Reason
from qipan.engine.sheets.vocabulary import Vocabulary
from qipan.engine.units import UnitTable

TAKEN = 0.72  # below this a column is asked about, not taken
SHOWN = 3  # sample values kept for the question
FIGURES = ("value", "yoy", "target", "progress", "rank", "places", "last_year", "expected", "city_value", "city_yoy")
PERIOD_WORDS = re.compile(r"[月季年度]|q[1-4]")
LABELS = ("subject", "measure", "unit", "period", "scope", "note", "basis")
ROLES = {"yoy", "target", "progress", "rank", "last_year", "expected", "value"}
WRITTEN = {"city_rank": "rank", "city_places": "places"}  # role as packs write it → part
# What a person may say of a column besides naming one of the ledger.
LEFT_OUT, KEPT = "-", "+"
CHOSEN = "sheets.reason-chosen"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet as it stands: heading and a sample of what is under it."""

    index: int
    heading: Heading
    sample: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether neither heading nor values say anything."""
        return not self.heading.path and not self.sample

    @property
    def serial(self) -> bool:
        """Whether it only numbers the rows."""
        whole = fold("".join(self.heading.path))
        if whole in SERIAL:
            return True
        numbers = [value for value in self.sample if value.strip().isdigit()]
        return not whole and len(numbers) == len(self.sample) >= 3 and _counts(numbers)


def _counts(numbers: Sequence[str]) -> bool:
    known = [int(number) for number in numbers]
    return all(after - before == 1 for before, after in pairwise(known))


@lru_cache(maxsize=256)
def names_of(ledger: LedgerSpec, units: UnitTable) -> dict[str, tuple[tuple[ColumnSpec, float], ...]]:
    """Return the ledger's columns by every text that names them, with the strength of the name."""
    found: dict[str, dict[str, tuple[ColumnSpec, float]]] = {}
    for spec in ledger.columns:
        for name in (*spec.names, spec.code, spec.en):
            bare = heading((name,), units).bare
            for text, strength in ((fold(name), 1.0), (bare, 0.97)):
                if text and spec.code not in found.setdefault(text, {}):
                    found[text][spec.code] = (spec, strength)
    return {text: tuple(specs.values()) for text, specs in found.items()}


def candidates(column: Heading, ledger: LedgerSpec, units: UnitTable) -> tuple[tuple[ColumnSpec, float, str], ...]:
    """Return the ledger's columns the heading names exactly, strongest first, with the words that say so."""
    names = names_of(ledger, units)
    found: dict[str, tuple[ColumnSpec, float, str]] = {}
    for text, strength in column.forms:
        for spec, own in names.get(text, ()):
            score = strength * own
            if spec.code not in found or found[spec.code][1] < score:
                found[spec.code] = (spec, score, text)
    return tuple(sorted(found.values(), key=lambda item: -item[1]))


def match(columns: Sequence[Column], ledger: LedgerSpec, vocabulary: Vocabulary) -> tuple[ColumnMatch, ...]:
    """Return what every column was taken for, in the sheet's order; columns nobody knows have no code."""
    if ledger.layout is Layout.ROWS:
        return _attached(_assigned(columns, ledger, vocabulary.units), ledger)
    return tuple(_january([_figure(column, ledger, vocabulary) for column in columns], columns, ledger))


def plain_match(column: Column) -> ColumnMatch:
    """Return the match that only repeats what the heading itself says."""
    head = column.heading
    year_only = head.stated is not None and head.stated.year is None
    period = head.stated.period() if head.stated is not None and not year_only else None
    sample = tuple(value for value in column.sample if not says_nothing(value))[:SHOWN]
    return ColumnMatch(
        column.index,
        head.text,
        sample=sample,
        unit=head.unit,
        period=None if period is None else period.code,
        basis=head.basis,
        stated=head.stated_text,
        part="serial" if column.serial else ("empty" if column.empty else ""),
    )


def _scores(column: Column, ledger: LedgerSpec, units: UnitTable) -> list[tuple[float, ColumnSpec, Reason]]:
    """Return how well each of the ledger's columns suits, by name first, then by values."""
    found: list[tuple[float, ColumnSpec, Reason]] = []
    exact = candidates(column.heading, ledger, units)
    for spec, score, words in exact:
        found.append((score, spec, Reason("sheets.reason-name", {"words": words})))
    if not exact:
        found.extend(_fuzzy(column.heading, ledger, units))
    adjusted: list[tuple[float, ColumnSpec, Reason]] = []
    for score, spec, reason in found:
        share = fit(column.sample, spec)
        if share is not None and share < 0.3:
            adjusted.append((score - 0.4, spec, Reason("sheets.reason-values-differ", {"share": round(share * 100)})))
        else:
            adjusted.append((min(score + (0.02 if share and share > 0.9 else 0.0), 1.0), spec, reason))
    return adjusted


def _fuzzy(column: Heading, ledger: LedgerSpec, units: UnitTable) -> list[tuple[float, ColumnSpec, Reason]]:
    text = column.bare or column.group
    if len(text) < 2 or column.part in ROLES - {"value"}:
        return []
    best: dict[str, tuple[float, ColumnSpec, Reason]] = {}
    for name, specs in names_of(ledger, units).items():
        if text.isascii() != name.isascii():
            continue
        score = fuzz.ratio(text, name) / 100 * 0.9
        if text.isascii():
            score = score if score >= 0.81 and len(text) >= 6 else 0.0
        elif len(name) >= 2 and (name in text or text in name):
            score = max(score, 0.5 + 0.35 * min(len(name), len(text)) / max(len(name), len(text)))
        for spec, own in specs:
            if score * own >= 0.5 and (spec.code not in best or best[spec.code][0] < score * own):
                best[spec.code] = (score * own, spec, Reason("sheets.reason-similar", {"words": name}))
    return list(best.values())


def _assigned(columns: Sequence[Column], ledger: LedgerSpec, units: UnitTable) -> list[ColumnMatch]:
    """Return matches in which every ledger column is given once (a figure once a period), best first."""
    matches = {column.index: plain_match(column) for column in columns}
    offers = [(score, column, spec, why) for column in columns for score, spec, why in _scores(column, ledger, units)]
    offers.sort(key=lambda offer: (-offer[0], offer[1].index))
    used: dict[str, set[tuple[int | None, str | None, int | None]]] = {}
    for score, column, spec, why in offers:
        known = matches[column.index]
        if known.code is not None or (known.part == "empty"):
            continue
        stamp = (known.period, known.stated, known.basis)
        taken = used.get(spec.code, set())
        free = not taken or (spec.writes.startswith("fact:") and stamp not in taken)
        if score >= TAKEN and free:
            used.setdefault(spec.code, set()).add(stamp)
            matches[column.index] = replace(known, code=spec.code, confidence=score, reason=why, part=known.part or "")
        elif known.guess is None and known.part != "serial":
            matches[column.index] = replace(known, guess=spec.code, confidence=max(score, 0.0), reason=why)
    spare = next((spec for spec in ledger.columns if spec.type is ColumnType.USCC and spec.code not in used), None)
    for column in columns:
        if spare is not None and matches[column.index].code is None and is_code(column.sample):
            why = Reason("sheets.reason-values", {"what": spare.names[0]})
            matches[column.index] = replace(matches[column.index], code=spare.code, confidence=0.8, reason=why, part="")
            spare = None
    return [matches[column.index] for column in columns]


def _attached(matches: list[ColumnMatch], ledger: LedgerSpec) -> tuple[ColumnMatch, ...]:
    """Return the matches with each growth or last-year column tied to the figure it stands beside."""
    specs = {spec.code: spec for spec in ledger.columns}
    by_writes = {spec.writes: spec for spec in ledger.columns if spec.writes.startswith("fact:")}
    found: list[ColumnMatch] = []
    base: ColumnMatch | None = None
    for one in matches:
        spec = specs.get(one.code or "")
        if spec is not None:
            if spec.writes.startswith("fact:") and not spec.writes.endswith((".yoy", ".rank")):
                base = one
            elif spec.writes.endswith(".yoy") and base is not None and one.period is None and one.stated is None:
                own = specs[base.code or ""].writes + ".yoy" == spec.writes
                one = (
                    replace(one, of=base.index, stated=base.stated, period=base.period, basis=base.basis)
                    if own
                    else one
                )
        elif base is not None and one.part != "serial":
            part = _beside(one, base)
            if part:
                sibling = by_writes.get(f"{specs[base.code or ''].writes}.{part}")
                one = replace(
                    one,
                    code=None if sibling is None else sibling.code,
                    part=part,
                    of=base.index,
                    confidence=0.9,
                    guess=None,
                    reason=Reason("sheets.reason-beside", {"words": base.header}),
                    stated=one.stated or base.stated,
                    period=one.period or base.period,
                    basis=one.basis if one.basis is not None else base.basis,
                )
        found.append(one)
    return tuple(found)


def _beside(one: ColumnMatch, base: ColumnMatch) -> str:
    """Return the part a nameless growth or last-year column plays beside the figure `base`; "" where it plays none."""
    from qipan.engine.sheets.headings import GROWTH, LAST_YEAR

    leaf = narrow(one.header.split(" / ")[-1])
    if one.index - base.index > 3 or (one.stated and base.stated and one.stated != base.stated):
        return ""
    word = fold(leaf)
    if GROWTH.match(word) or leaf in {"±%", "%", "+-%", "±", "增减%"}:
        return "yoy"
    return "last_year" if LAST_YEAR.match(word) else ""


def _figure(column: Column, ledger: LedgerSpec, vocabulary: Vocabulary) -> ColumnMatch:
    """Return the role of a column where cells are figures (report, wide, long)."""
    head = column.heading
    known = plain_match(column)
    if known.part in ("serial", "empty"):
        return known
    named = candidates(head, ledger, vocabulary.units)
    fitting = [(spec, score, words) for spec, score, words in named if _agrees(spec, head, column)]
    labels = [item for item in fitting if item[0].writes in LABELS]
    role = _role(head)
    if not labels and _periods_below(column):
        return replace(known, part="period", confidence=0.9, reason=Reason("sheets.reason-values", {"what": "时期"}))
    if labels and (not role or (labels[0][1] >= 0.97 and not head.stated)):
        spec, score, words = labels[0]
        return _as(known, spec, score, Reason("sheets.reason-name", {"words": words}), spec.writes)
    if fitting:
        spec, score, words = fitting[0]
        part = WRITTEN.get(spec.writes, spec.writes) or "kept"
        over = vocabulary.named(head.group) if part in FIGURES else None
        own = _as(known, spec, score, Reason("sheets.reason-name", {"words": words}), part)
        return own if over is None else replace(own, measure=over.measure.code)
    measure = vocabulary.named(head.bare) or vocabulary.named(head.group)
    if role:
        spec = _spec_of(role, head, ledger)
        why = Reason("sheets.reason-part", {"words": head.text})
        found = replace(known, part=role, confidence=0.9, reason=why, code=None if spec is None else spec.code)
        return replace(found, measure=measure.code if measure and not measure.sibling else None)
    if measure is not None and not labels:
        part = measure.sibling or "value"
        why = Reason("sheets.reason-measure", {"words": measure.measure.names[0]})
        spec = _spec_of(part, head, ledger)
        code = None if spec is None else spec.code
        return replace(known, part=part, measure=measure.measure.code, confidence=0.9, reason=why, code=code)
    close = max(_fuzzy(head, ledger, vocabulary.units), key=lambda item: item[0], default=None)
    return known if close is None else replace(known, guess=close[1].code, confidence=close[0], reason=close[2])


def _periods_below(column: Column) -> bool:
    """Tell whether a column without a telling heading holds periods in words (1-2月, 三季度)."""
    known = [narrow(value) for value in column.sample if not says_nothing(value)]
    spoken = [value for value in known if PERIOD_WORDS.search(value) and state(value) is not None]
    return len(known) >= 2 and len(spoken) / len(known) >= 0.8


def _january(matches: Sequence[ColumnMatch], columns: Sequence[Column], ledger: LedgerSpec) -> Sequence[ColumnMatch]:
    """Return the matches in which "1月" beside "本月" is the year to date, as it is in a report for January."""
    monthly = any(one.basis == Basis.SINGLE and one.stated is None and one.part == "value" for one in matches)
    if not monthly:
        return matches
    found: list[ColumnMatch] = []
    for one, column in zip(matches, columns, strict=True):
        stated = column.heading.stated
        if stated is not None and one.part in FIGURES and (stated.first, stated.last) == (1, 1):
            head = replace(column.heading, basis=Basis.CUMULATIVE)
            spec = _spec_of(one.part, head, ledger)
            code = one.code if spec is None else spec.code
            one = replace(one, basis=Basis.CUMULATIVE, code=code)
        found.append(one)
    return found


def _as(known: ColumnMatch, spec: ColumnSpec, score: float, why: Reason, part: str) -> ColumnMatch:
    basis = known.basis if known.basis is not None or spec.basis is None else BASES[spec.basis]
    return replace(known, code=spec.code, confidence=score, reason=why, part=part, basis=basis)


def _role(head: Heading) -> str:
    """Return the part a heading plays by its own words, the city's figures apart."""
    if head.part == "rank":
        return "rank"
    if head.part in ROLES and head.path:
        return f"city_{head.part}" if head.city and head.part in ("value", "yoy") else head.part
    return "value" if head.stated is not None and not head.bare else ""


def _spec_of(role: str, head: Heading, ledger: LedgerSpec) -> ColumnSpec | None:
    writes = {"rank": "city_rank"}.get(role, role)
    own = [spec for spec in ledger.columns if spec.writes == writes]
    same = [
        spec for spec in own if head.basis is not None and spec.basis is not None and BASES[spec.basis] == head.basis
    ]
    return next(iter(same or own), None)


def _agrees(spec: ColumnSpec, head: Heading, column: Column) -> bool:
    """Tell whether heading, basis and values of a column allow it to be `spec`."""
    if spec.basis is not None and head.basis is not None and BASES[spec.basis] != head.basis:
        return False
    if head.part in ROLES - {"value"} and spec.writes not in LABELS:
        role = {"rank": "city_rank"}.get(head.part, head.part)
        if spec.writes not in (role, f"city_{role}"):
            return False
    if (
        spec.writes == "unit"
        and column.sample
        and fit(column.sample, ColumnSpec("x", (), "", ColumnType.NUMBER)) == 1.0
    ):
        return False
    share = fit(column.sample, spec)
    return share is None or share >= 0.2 or spec.writes in ("target", "value")


def resolved(match: ColumnMatch, year: int | None, units: UnitTable) -> Period | None:
    """Return the period a column states, completed by `year` where its heading names none."""
    if match.period is not None:
        return Period(match.period)
    if match.stated is None:
        return None
    stated = heading((match.stated,), units).stated
    return None if stated is None else stated.period(year)


def chosen(
    columns: Sequence[ColumnMatch], ledger: LedgerSpec, wanted: Mapping[int, str], units: Mapping[int, str]
) -> tuple[ColumnMatch, ...]:
    """Return the matches as a person wants them: by index a column of the ledger, LEFT_OUT, or KEPT beside the record.

    A column of the ledger that another column of the sheet held is taken from it; `units` are the units chosen.
    """
    specs = {spec.code: spec for spec in ledger.columns}
    given = {code for code in wanted.values() if code in specs and not specs[code].writes.startswith("fact:")}
    once = given if ledger.layout is Layout.ROWS else {code for code in given if specs[code].writes in LABELS}
    found: list[ColumnMatch] = []
    for one in columns:
        code = wanted.get(one.index)
        if code is not None:
            one = _said(one, code, specs, ledger.layout)
        elif one.code in once:
            one = replace(one, code=None, part="", confidence=0.0, guess=None, reason=Reason("sheets.reason-none"))
        if one.index in units:
            one = replace(one, unit=units[one.index])
        found.append(one)
    return _attached(found, ledger) if ledger.layout is Layout.ROWS else tuple(found)


def _said(one: ColumnMatch, code: str, specs: Mapping[str, ColumnSpec], layout: Layout) -> ColumnMatch:
    why = Reason(CHOSEN)
    if code == LEFT_OUT:
        return replace(one, code=None, part="ignored", confidence=1.0, reason=why, guess=None, of=None)
    spec = specs.get(code)
    if spec is None:
        return replace(one, code=None, part="", confidence=1.0, reason=why, guess=None, of=None, measure=None)
    if layout is Layout.ROWS:
        return replace(one, code=code, part="", confidence=1.0, reason=why, guess=None, of=None)
    part = WRITTEN.get(spec.writes, spec.writes) or "kept"
    return replace(_as(one, spec, 1.0, why, part), guess=None)
