"""Data health (数据体检): what is wrong with records and figures, why it matters, and what can be done right here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qipan.domains.health import actions, queries, watch
from qipan.domains.health.models import Explanation, Finding
from qipan.domains.health.queries import Counted, Wanted
from qipan.domains.health.rights import SEE, SETTLE
from qipan.domains.health.words import day_text, period_name
from qipan.packs import HealthCheck, Resolved
from qipan.platform import jobs
from qipan.platform.definitions import resolved
from qipan.platform.rights import may, person
from qipan.registry.models import Unit
from qipan.registry.queries import visible_to
from qipan.registry.rights import open_on
from qipan.web import drawing, labels
from qipan.web.health_lines import lines, ways
from qipan.web.language import short
from qipan.web.pages import Request, is_fragment, need, page

FIELDS = ("check", "unit", "ledger", "period", "severity", "assigned", "show")
RANKS = ("error", "warning", "info")
A_QUARTER = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the list says."""

    wanted: Wanted
    typed: dict[str, str]
    at: str

    def link(self, **changes: str) -> str:
        """Return the query of this list with `changes`; an empty value leaves its field out."""
        given = {**self.typed, **changes}
        return "?" + urlencode({name: value for name, value in given.items() if value})

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.typed.keys() - {"show"})


def whole(text: str) -> int | None:
    """Return a whole number a person or an address gave; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def asked(given: QueryDict) -> Asked:
    """Read the list's address; what makes no sense filters nothing."""
    typed = {name: str(given.get(name, "")).strip()[:100] for name in FIELDS}
    rank = RANKS.index(typed["severity"]) if typed["severity"] in RANKS else None
    numbers = {name: whole(typed[name]) for name in ("unit", "period", "assigned")}
    shown = typed["show"] if typed["show"] in queries.SHOWN else "open"
    kept = {name: value for name, value in typed.items() if value}
    kept |= {name: "" for name, number in numbers.items() if number is None}
    kept |= {"severity": ""} if rank is None else {}
    kept |= {"show": "" if shown == "open" else shown}
    wanted = Wanted(typed["check"], ledger=typed["ledger"], rank=rank, shown=shown, **numbers)
    return Asked(wanted, {name: value for name, value in kept.items() if value}, str(given.get("at", ""))[:500])


@dataclass(frozen=True, slots=True)
class Card:
    """A check that found something: how much, since when, why it matters and what to do."""

    check: HealthCheck
    counted: Counted
    line: drawing.Line | None
    link: str
    chosen: bool

    @property
    def total(self) -> int:
        """How many are open, those beyond the kept ones among them."""
        return self.counted.open + self.counted.beyond

    @property
    def name(self) -> str:
        """What it is called."""
        return self.check.names.text(short())

    @property
    def why(self) -> str:
        """Why it matters."""
        return self.check.why.text(short())

    @property
    def do(self) -> str:
        """What to do."""
        return self.check.do.text(short())


def _cards(request: Request, definitions: Resolved, wanted: Asked) -> tuple[list[Card], list[Card]]:
    """Return the checks that found something, the gravest first, and those that found nothing."""
    counted, trends = queries.counts(request.user), queries.trends(request.user)
    cards = [
        Card(
            check,
            counted.get(check.code, Counted(check.code)),
            _trend(trends.get(check.code, ())),
            wanted.link(check="" if wanted.wanted.code == check.code else check.code, at=""),
            wanted.wanted.code == check.code,
        )
        for check in definitions.health.values()
        if check.in_force(timezone.localdate()) and _theirs(request, check)
    ]
    cards.sort(key=lambda card: (RANKS.index(card.check.severity), -card.total))
    return [card for card in cards if card.total], [card for card in cards if not card.total]


def _theirs(request: Request, check: HealthCheck) -> bool:
    """Tell whether a person could ever see what the check finds: of survey figures, only statistics staff could."""
    if check.about == "unit" or check.detector != "condition":
        return True
    return may(person(request.user), "survey.see")


def _trend(days: Sequence[tuple[date, int]]) -> drawing.Line | None:
    """Return the line of the days; none where fewer than three, or nothing but the same every day."""
    if len(days) < 3 or len({count for _, count in days}) == 1:
        return None
    return drawing.line([(int(day.strftime("%Y%m%d")), float(count)) for day, count in days])


def _severities(cards: Sequence[Card], wanted: Asked) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for severity in RANKS:
        count = sum(card.total for card in cards if card.check.severity == severity)
        mine = wanted.typed.get("severity") == severity
        link = wanted.link(severity="" if mine else severity, at="")
        found.append({"severity": severity, "count": count, "link": link, "chosen": mine})
    return found


def _choices(request: Request, definitions: Resolved, wanted: Asked) -> list[dict[str, object]]:
    """Return the filters: name, heading, and what can be chosen."""
    units, ledgers, periods, assigned = queries.choices(request.user)
    seen = {unit.pk: unit for unit in visible_to(Unit, request.user).filter(pk__in=[*units, *assigned])}
    named = [(str(key), labels.unit(seen[key])) for key in seen if key in units]
    tasked = [(str(key), labels.unit(seen[key])) for key in seen if key in assigned]
    checks = [(check.code, check.names.text(short())) for check in definitions.health.values()]
    fields = (
        ("check", _("检查"), checks),
        ("unit", _("单位"), named),
        ("ledger", _("台账"), [(code, labels.ledger(code)) for code in ledgers if labels.ledger(code)]),
        ("period", _("时期"), [(str(code), period_name(definitions, "", code)) for code in periods]),
        ("assigned", _("分派给"), tasked),
    )
    return [
        {"name": name, "heading": heading, "options": options, "value": wanted.typed.get(name, "")}
        for name, heading, options in fields
        if options
    ]


@page
def health(request: Request) -> HttpResponseBase:
    """The page: open problems by severity, a card for each check, the list."""
    need(request, SEE)
    definitions, wanted = resolved(), asked(request.GET)
    found = queries.finding_page(request.user, wanted.wanted, wanted.at)
    context = {
        "asked": wanted,
        "page": found,
        "lines": lines(request.user, definitions, found.findings),
        "next": wanted.link(at=found.following) if found.following else "",
        "first": wanted.link(at="") if wanted.at else "",
        "may_mend": may(person(request.user), SETTLE) and wanted.wanted.shown != "closed",
        **_frame(request),
    }
    if is_fragment(request):
        return render(request, "web/parts/health_rows.html", context)
    open_ones, well = _cards(request, definitions, wanted)
    trends = queries.trends(request.user)[""]
    context |= {
        "cards": open_ones,
        "well": well,
        "severities": _severities(open_ones, wanted),
        "choices": _choices(request, definitions, wanted),
        "shows": _shows(wanted),
        "trend": _trend(trends),
        "since": day_text(trends[0][0]) if trends else "",
        "latest": (timezone.localdate() + actions.LONGEST).isoformat(),
        "quarter": (timezone.localdate() + A_QUARTER).isoformat(),
        "tomorrow": (timezone.localdate() + timedelta(days=1)).isoformat(),
        "units": _units(request),
    }
    return render(request, "web/health.html", context)


def _shows(wanted: Asked) -> list[tuple[str, str, str]]:
    words = {"open": _("待处理"), "ignored": _("已忽略"), "explained": _("已说明"), "closed": _("近30天已消除")}
    return [(name, words[name], wanted.link(show="" if name == "open" else name, at="")) for name in queries.SHOWN]


def _units(request: Request) -> list[tuple[int, str]]:
    kinds = (Unit.Kind.ZONE, Unit.Kind.PARK, Unit.Kind.DEPARTMENT)
    seen = visible_to(Unit, request.user).filter(open_on(timezone.localdate()), kind__in=kinds)
    return [(unit.pk, labels.unit(unit)) for unit in seen]


def _frame(request: Request) -> dict[str, object]:
    """Return when somebody looked last, and whether somebody is looking now."""
    job = watch.running()
    return {"last": watch.last_run(), "job": job, "may_look": may(person(request.user), SETTLE)}


@page
def progress(request: Request) -> HttpResponseBase:
    """How far the running look is; when it is over the page is drawn anew."""
    need(request, SEE)
    context = _frame(request)
    answer = render(request, "web/parts/health_run.html", context)
    if context["job"] is None:
        answer["HX-Refresh"] = "true"
    return answer


@page
def look(request: Request) -> HttpResponseBase:
    """Start looking now."""
    return _look(request)


@require_POST
def _look(request: HttpRequest) -> HttpResponseBase:
    asker = request.user
    need(request, SETTLE)  # type: ignore[arg-type]
    if watch.running() is None:
        jobs.start(watch.KIND, person(asker), {})  # type: ignore[arg-type]
    return redirect("web:health")


@page
def finding(request: Request, number: int) -> HttpResponseBase:
    """One finding whole: in the drawer, or as a page of its own."""
    need(request, SEE)
    found = get_object_or_404(visible_to(Finding, request.user).select_related("explanation"), pk=number)
    line = lines(request.user, resolved(), [found])[0]
    mends = found.closed is None and may(person(request.user), SETTLE, found.unit)
    context = {
        "line": line,
        "ways": ways(request.user, line),
        "may_mend": mends or (found.closed is None and found.unit is None and may(person(request.user), SETTLE)),
        "residual": line.check is not None and line.check.detector == "residual",
        "kinds": Explanation.Kind.values,
        "latest": (timezone.localdate() + actions.LONGEST).isoformat(),
        "quarter": (timezone.localdate() + A_QUARTER).isoformat(),
        "tomorrow": (timezone.localdate() + timedelta(days=1)).isoformat(),
        "units": _units(request),
        "back": request.GET.get("back", "")[:500],
    }
    template = "web/parts/finding.html" if is_fragment(request) else "web/finding.html"
    return render(request, template, context)
