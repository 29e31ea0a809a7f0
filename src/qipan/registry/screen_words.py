"""What stands behind the registry's screens: words for codes, names of what is pointed at, searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from qipan.engine.periods import Period
from qipan.engine.units import show
from qipan.platform.action import VERBS
from qipan.platform.models import User
from qipan.platform.screens.declaration import Choices, Searched
from qipan.platform.storage.among import among
from qipan.platform.term import Term, language
from qipan.registry import labels
from qipan.registry.exporting import BASES, READINGS, UNIT_KINDS
from qipan.registry.firm_search import matching
from qipan.registry.models import Enterprise, Fact, Measure, Scope, Unit
from qipan.registry.queries import visible_to
from qipan.registry.rights import parents_kept

Pairs = Sequence[tuple[str, Term]]
YEARS_OFFERED = 6
SUBJECTS_SEARCHED = 2_000
OFFERED = 10

BATCH = Term("批次", "Batch")
SIZES: Pairs = (
    ("大", Term("大型", "Large")),
    ("中", Term("中型", "Medium")),
    ("小", Term("小型", "Small")),
    ("微", Term("微型", "Micro")),
)
ORIGINS: Pairs = (
    ("1", Term("统计调查", "Statistical survey")),
    ("2", Term("行政记录", "Administrative record")),
    ("3", Term("企业授权", "Authorised by the firm")),
    ("4", Term("购买", "Bought")),
)
BATCH_STATES: Pairs = (
    ("checked", Term("已检查，未提交", "Checked, not committed")),
    ("committed", Term("已提交", "Committed")),
    ("undone", Term("已撤销", "Undone")),
    ("refused", Term("未写入", "Nothing written")),
    ("failed", Term("失败", "Failed")),
)
BATCH_KINDS: Pairs = (("load", Term("加载", "Load")), ("undo", Term("撤销", "Undo")))
FREQUENCIES: Pairs = (("month", Term("月", "Month")), ("quarter", Term("季", "Quarter")), ("year", Term("年", "Year")))
MEASURE_BASES: Pairs = (
    ("single", Term("当期", "Single period")),
    ("cumulative", Term("累计", "Cumulative")),
    ("stock", Term("时点", "Stock")),
)
SECRECY: Pairs = (
    ("open", Term("公开", "Open")),
    ("internal", Term("内部", "Internal")),
    ("statistics", Term("统计专用", "Statistics only")),
)
TRAIL_NOUNS: Pairs = (
    ("unit", Term("组织", "Unit")),
    ("enterprise", Term("企业", "Firm")),
    ("qualification", Term("资质", "Title")),
    ("figure", Term("数据", "Figure")),
    ("batch", BATCH),
    ("return", Term("报送", "Return")),
    ("verdict", Term("判定", "Verdict")),
    ("mapping", Term("表样", "Layout of a sheet")),
    ("person", Term("人员", "Person")),
    ("grant", Term("授权", "Grant")),
    ("pack", Term("定义包", "Pack")),
    ("finding", Term("体检问题", "Finding")),
    ("survey_finding", Term("体检问题（统计调查）", "Finding in a survey")),
)


def _terms(pairs: Mapping[Any, tuple[str, str]]) -> Pairs:
    return tuple((str(code), Term(zh, en.capitalize())) for code, (zh, en) in pairs.items())


KINDS_OF_UNIT = _terms(UNIT_KINDS)
READINGS_OF = _terms(READINGS)
BASES_OF = _terms(BASES)


def chosen(pairs: Pairs) -> Choices:
    """Return what a CHOICE column offers: the words in the language of the page that asks."""
    return lambda: [(code, str(term)) for code, term in pairs]


def parents(keys: Sequence[int], user: User) -> Mapping[int, int]:
    """Return under which unit each stands today, or stood until it was closed."""
    above = parents_kept(timezone.localdate())
    seen = visible_to(Unit, user).filter(pk__in=keys).values_list("pk", flat=True)
    return {unit: above[unit] for unit in seen if unit in above}


def subject_names(keys: Sequence[int], user: User) -> Mapping[int, str]:
    """Return what units and firms are called, as far as `user` may see them."""
    firms = dict(visible_to(Enterprise, user).filter(pk__in=keys).values_list("pk", "name"))
    return firms | {unit.pk: labels.unit(unit) for unit in visible_to(Unit, user).filter(pk__in=keys)}


def subjects_offered(user: User, text: str) -> Sequence[tuple[int, str]]:
    """Return units and firms whose name or code matches."""
    units = visible_to(Unit, user).filter(Q(name__icontains=text) | Q(name_en__icontains=text))
    found = [(unit.pk, labels.unit(unit)) for unit in units[:OFFERED]]
    if not text:
        return found
    firms = visible_to(Enterprise, user).filter(matching(user, text).condition).order_by("name")
    return [*found, *firms.values_list("pk", "name")[:OFFERED]]


def scopes_offered(user: User, text: str) -> Sequence[tuple[int, str]]:
    """Return scope notes that hold the text."""
    return list(
        visible_to(Scope, user).filter(text__icontains=text).order_by("text").values_list("pk", "text")[:OFFERED]
    )


def scope_names(keys: Sequence[int], user: User) -> Mapping[int, str]:
    """Return the text of scope notes; a measure's own says nothing further."""
    return dict(visible_to(Scope, user).filter(pk__in=keys).values_list("pk", "text"))


def measure_name(measure: Measure) -> str:
    """Return what a measure is called in the page's language."""
    return measure.names.get(language()) or measure.names.get("zh") or measure.code


def measures_named(text: str) -> Q:
    """Return the condition that a measure is called so in either language."""
    return Q(names__zh__icontains=text) | Q(names__en__icontains=text) | Q(code__icontains=text)


def period_words(code: int) -> str:
    """Return a period as people write it; a number that is none as it is."""
    try:
        return Period(int(code)).text(language())
    except ValueError:
        return str(code)


def periods() -> list[tuple[str, str]]:
    """Return the periods figures are looked for in: years, halves, quarters and months, the latest first."""
    today = timezone.localdate()
    found: list[tuple[str, str]] = []
    for year in range(today.year, today.year - YEARS_OFFERED, -1):
        last = today.month if year == today.year else 12
        codes = [19, 18, 17, 16, 15, 14, 13, *range(last, 0, -1)]
        found += [(str(year * 100 + part), period_words(year * 100 + part)) for part in codes]
    return found


def figure(fact: Fact, user: User) -> Decimal | None:
    """Return a figure in its measure's own unit."""
    del user
    if fact.value is None:
        return None
    return labels.in_unit(fact.value, fact.measure)


def figure_words(value: Decimal) -> str:
    """Return a figure with the decimals it has."""
    exponent = value.as_tuple().exponent
    return show(value, -exponent if isinstance(exponent, int) and exponent < 0 else 0)


def subjects_called(user: User, text: str) -> tuple[list[int], bool]:
    """Return firms called so, and whether there are more than anybody looks up figures of."""
    said = matching(user, text)
    firms = visible_to(Enterprise, user).filter(said.condition)
    found = list(firms.values_list("pk", flat=True)[: SUBJECTS_SEARCHED + 1])
    return found[:SUBJECTS_SEARCHED], said.more or len(found) > SUBJECTS_SEARCHED


def facts_about(user: User, text: str) -> Searched:
    """Return the figures of units, firms and measures called so."""
    firms, more = subjects_called(user, text)
    units = visible_to(Unit, user).filter(Q(name__icontains=text) | Q(name_en__icontains=text))
    measures = visible_to(Measure, user).filter(measures_named(text))
    subjects = among([*firms, *units.values_list("pk", flat=True)])
    of = Q(subject__in=subjects) | Q(measure__in=list(measures.values_list("pk", flat=True)))
    return Searched(of, more=more)


def verbs() -> list[tuple[str, str]]:
    """Return what can be done, in the words of the trail."""
    return [(code, verb.names[language()]) for code, verb in VERBS.items()]


def firms_called(user: User, text: str) -> Searched:
    """Return the titles of firms called so."""
    firms = matching(user, text)
    of_them = visible_to(Enterprise, user).filter(firms.condition).values("pk")
    return Searched(Q(enterprise__in=of_them), more=firms.more)
