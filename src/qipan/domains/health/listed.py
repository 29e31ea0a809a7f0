"""What the list of findings says in words, and which findings meet what somebody asks it for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone

from qipan.domains.health.keeping import open_on
from qipan.domains.health.models import RANKS, Finding, Run
from qipan.domains.health.words import Said, say
from qipan.packs import Resolved
from qipan.platform.definitions import in_force
from qipan.platform.models import User
from qipan.platform.screens.conditions import NONE
from qipan.platform.screens.declaration import Choices, Searched
from qipan.platform.storage.among import among
from qipan.platform.term import Term, language
from qipan.platform.visible import visible_to
from qipan.registry.models import Unit
from qipan.registry.screen_words import subject_names, subjects_called

SEVERITIES: Mapping[str, Term] = {
    "error": Term("错误", "Error"),
    "warning": Term("提醒", "Warning"),
    "info": Term("说明", "Note"),
}
STATES: Mapping[str, Term] = {
    "open": Term("待处理", "Open"),
    "ignored": Term("已忽略", "Ignored"),
    "explained": Term("已说明", "Explained"),
    "mended": Term("已消除", "Closed"),
}
_CODES = {rank: code for code, rank in RANKS.items()}
# What follows from a measure and is never looked at for itself.
_ASIDE = frozenset({"rank", "places"})


def offered(terms: Mapping[str, Term]) -> Choices:
    """Return what a CHOICE column offers, in the language of the page that asks."""
    return lambda: [(code, str(term)) for code, term in terms.items()]


def codes(terms: Mapping[str, Term]) -> Term:
    """Return the codes with their words, for whoever writes a program."""
    return Term("、".join(f"{code} {term.zh}" for code, term in terms.items()), ", ".join(terms))


def checks() -> list[tuple[str, str]]:
    """Return the checks there are, by name."""
    definitions = in_force()
    if definitions is None:
        return []
    return [(code, check.names.text(language())) for code, check in definitions.health.items()]


def things() -> list[tuple[str, str]]:
    """Return what findings are about besides a whole record: ledgers, indicators and measures, by name."""
    definitions = in_force()
    if definitions is None:
        return []
    found = dict(ledgers())
    found |= {code: one.names.text(language()) for code, one in definitions.indicators.items()}
    measures = {code: one for code, one in definitions.measures.items() if one.sibling not in _ASIDE}
    return [*(found | {code: one.names.text(language()) for code, one in measures.items()}).items()]


def ledgers() -> list[tuple[str, str]]:
    """Return the ledgers figures come in, by name."""
    definitions = in_force()
    if definitions is None:
        return []
    return [(one.code, one.en if language() == "en" else one.names[0]) for one in definitions.ledger_specs()]


def name(finding: Finding) -> str:
    """Return what a finding is called: its check's name; a dash where no pack has the check any more."""
    definitions = in_force()
    check = definitions.health.get(finding.code) if definitions is not None else None
    return check.names.text(language()) if check is not None else "—"


def severity(finding: Finding, user: User) -> str:
    """Return how grave the finding is, as packs and addresses say it."""
    del user
    return _CODES[finding.rank]


def as_grave(code: str) -> Q:
    """Return the condition that a finding is as grave as `code` says."""
    return Q(rank=RANKS[code]) if code in RANKS else NONE


def state(finding: Finding, user: User) -> str:
    """Return what has become of the finding; who lets an explained one be has said so last."""
    del user
    if finding.closed is not None:
        return "mended"
    if finding.ignored_until is not None and finding.ignored_until > timezone.localdate():
        return "ignored"
    return "explained" if finding.explanation_id is not None else "open"


def in_state(code: str) -> Q:
    """Return the condition that this has become of a finding."""
    today = timezone.localdate()
    waiting = Q(ignored_until__gt=today)
    match code:
        case "open":
            return open_on(today)
        case "ignored":
            return Q(closed__isnull=True) & waiting
        case "explained":
            heard = Q(ignored_until__isnull=True) | Q(ignored_until__lte=today)
            return Q(closed__isnull=True, explanation__isnull=False) & heard
        case "mended":
            return Q(closed__isnull=False)
        case _:
            return NONE


def period(finding: Finding, user: User) -> int | None:
    """Return the period a finding is of; None for one of no period."""
    del user
    return finding.period or None


def of_period(code: str) -> Q:
    """Return the condition that a finding is of a period, or (an empty code) of none."""
    if not code:
        return Q(period=0)
    return Q(period=int(code)) if code.isascii() and code.isdecimal() and 0 < len(code) < 16 else NONE


def _said(keys: Sequence[int], user: User) -> Mapping[int, Said]:
    definitions = in_force()
    if definitions is None:
        return {}
    findings = list(visible_to(Finding, user).filter(pk__in=among(keys)))
    details: list[dict[str, Any]] = [json.loads(one.detail) for one in findings]
    names = dict(subject_names(sorted({int(detail["first"]) for detail in details if "first" in detail}), user))
    return {one.pk: _of(definitions, one, names) for one in findings}


def _of(definitions: Resolved, one: Finding, names: dict[int, str]) -> Said:
    return say(definitions, definitions.health.get(one.code), one, names)


def sentences(keys: Sequence[int], user: User) -> Mapping[int, str]:
    """Return what each finding says, as the page of data health says it."""
    return {key: said.sentence for key, said in _said(keys, user).items()}


def figures(keys: Sequence[int], user: User) -> Mapping[int, str]:
    """Return the figure each finding is about, with its unit."""
    return {key: said.value for key, said in _said(keys, user).items()}


def expectations(keys: Sequence[int], user: User) -> Mapping[int, str]:
    """Return what was expected instead."""
    return {key: said.expected for key, said in _said(keys, user).items()}


def about(user: User, text: str) -> Searched:
    """Return the findings of a unit, firm, check, measure or ledger called so."""
    firms, more = subjects_called(user, text)
    units = visible_to(Unit, user).filter(Q(name__icontains=text) | Q(name_en__icontains=text))
    wanted = text.casefold()
    codes, of = ([code for code, word in known if wanted in word.casefold()] for known in (checks(), things()))
    subjects = among([*firms, *units.values_list("pk", flat=True)])
    return Searched(Q(subject__in=subjects) | Q(code__in=codes) | Q(thing__in=of), more=more)


def last_look() -> int:
    """Return the number of the last look, which may have brought, altered and closed findings."""
    return Run.objects.aggregate(last=Max("pk"))["last"] or 0
