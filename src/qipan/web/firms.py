"""The list of firms, its export, and the page of one firm."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from qipan.engine.sheets.escape import escape_formula
from qipan.platform import limits
from qipan.registry.firm_list import SORTS, FirmFilter, firm_page, firm_rows, held_today
from qipan.registry.models import Enterprise, Unit
from qipan.registry.queries import visible_to
from qipan.web import labels
from qipan.web.firm_file import firm_file
from qipan.web.pages import Request, bounded, is_fragment, need, page
from qipan.web.uncertain import waiting_count

FIELDS = ("q", "park", "industry", "scale", "title", "since", "until", "city")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the list says, as typed."""

    filter: FirmFilter
    sort: str
    falling: bool
    at: str
    typed: dict[str, str]  # the form's own fields, given back as they came

    def link(self, **changes: str) -> str:
        """Return the query of this list with `changes`; an empty value leaves its field out."""
        given = {**self.typed, "sort": self.sort, "falling": "1" if self.falling else "", **changes}
        if given.get("sort") == "name":
            given["sort"] = ""
        return "?" + urlencode({name: value for name, value in given.items() if value})

    @property
    def narrowed(self) -> int:
        """How many filters beside the search are set."""
        return len(self.typed.keys() - {"q"})

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.typed)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def asked(request: Request) -> Asked:
    """Read the list's address; what makes no sense filters nothing."""
    typed = {name: request.GET.get(name, "").strip()[:100] for name in FIELDS}
    typed = {name: value for name, value in typed.items() if value}
    park = typed.get("park", "")
    wanted = FirmFilter(
        text=typed.get("q", ""),
        park=int(park) if park.isdecimal() and len(park) < 16 else None,
        industry=typed.get("industry", ""),
        above_scale={"yes": True, "no": False}.get(typed.get("scale", "")),
        qualification=typed.get("title", ""),
        since=_day(typed.get("since", "")),
        until=_day(typed.get("until", "")),
        city=typed.get("city", ""),
    )
    sort = request.GET.get("sort", "name")
    return Asked(
        wanted,
        sort if sort in SORTS else "name",
        request.GET.get("falling") == "1",
        request.GET.get("at", "")[:1000],
        typed,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A firm as the list shows it."""

    firm: Enterprise
    park: str
    industry: str
    titles: tuple[str, ...]


def _rows(request: Request, firms: tuple[Enterprise, ...], parks: dict[int, str]) -> list[Row]:
    held: dict[int, list[str]] = {}
    titles = held_today(request.user).filter(enterprise__in=[firm.pk for firm in firms])
    for firm, kind in titles.values_list("enterprise_id", "kind"):
        name = labels.qualification(kind)
        if name not in held.setdefault(firm, []):
            held[firm].append(name)
    return [
        Row(
            firm,
            parks.get(firm.unit_id or 0, ""),
            labels.industry(firm.industry),
            tuple(held.get(firm.pk, ())),
        )
        for firm in firms
    ]


def _headings(wanted: Asked) -> list[dict[str, str]]:
    """Return the headings that sort: what they say, where they lead, how the list is sorted by them now."""
    found: list[dict[str, str]] = []
    for sort, name in (("name", _("企业名称")), ("park", _("园区")), ("registered", _("成立日期"))):
        mine = wanted.sort == sort
        turn = "" if not mine or wanted.falling else "1"
        state = ("descending" if wanted.falling else "ascending") if mine else ""
        found.append({"sort": sort, "name": name, "link": wanted.link(sort=sort, falling=turn), "state": state})
    return found


@page
def firm_list(request: Request) -> HttpResponseBase:
    """The firms of the zone: search, filter, sort, page both ways."""
    need(request, "firms.see")
    wanted = asked(request)
    found = firm_page(request.user, wanted.filter, sort=wanted.sort, falling=wanted.falling, at=wanted.at)
    units = list(visible_to(Unit, request.user).exclude(kind=Unit.Kind.CITY))
    parks = {unit.pk: labels.unit(unit) for unit in units}
    name, park, registered = _headings(wanted)
    context = {
        "asked": wanted,
        "rows": _rows(request, found.firms, parks),
        "page": found,
        "with_city": any(firm.city for firm in found.firms),
        "name_heading": name,
        "park_heading": park,
        "registered_heading": registered,
        "parks": [unit for unit in units if unit.kind == Unit.Kind.PARK],
        "titles": labels.qualifications(),
        "industries": labels.industries(),
        "next": wanted.link(at=found.following) if found.following else "",
        "previous": wanted.link(at=found.preceding) if found.preceding else "",
        "export": wanted.link(),
        "waiting": 0 if is_fragment(request) else waiting_count(request.user),
    }
    template = "web/parts/firm_rows.html" if is_fragment(request) else "web/firms.html"
    return render(request, template, context)


class _Echo:
    """A file that gives back what is written to it, as the bytes that travel."""

    def write(self, text: str) -> bytes:
        """Return `text` in UTF-8."""
        return text.encode()


def _lines(request: Request, wanted: Asked) -> Iterator[bytes]:
    writer = csv.writer(_Echo())
    parks = {unit.pk: labels.unit(unit) for unit in visible_to(Unit, request.user)}
    yield "\ufeff".encode()  # without it Excel takes UTF-8 for the local code page
    heads = (_("企业名称"), _("统一社会信用代码"), _("园区"), _("行业"), _("四上"), _("成立日期"), _("城市"), _("地址"))
    yield writer.writerow(heads)
    for firm in firm_rows(request.user, wanted.filter, sort=wanted.sort, falling=wanted.falling):
        scale = {True: _("是"), False: _("否")}.get(firm.above_scale, "")  # type: ignore[arg-type]
        park, industry = parks.get(firm.unit_id or 0, ""), labels.industry(firm.industry)
        cells = (firm.name, firm.uscc, park, industry, scale, firm.registered, firm.city, firm.address)
        yield writer.writerow([escape_formula("" if cell is None else str(cell)) for cell in cells])


@page
@bounded("export", limits.EXPORT)
def export(request: Request) -> HttpResponseBase:
    """The filtered firms as CSV, without personal data, safe to open in a spreadsheet."""
    need(request, "firms.export")
    response = StreamingHttpResponse(_lines(request, asked(request)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="qipan-firms.csv"'
    return response


@page
def firm(request: Request, number: int) -> HttpResponseBase:
    """Everything the zone holds about one firm."""
    need(request, "firms.see")
    found = get_object_or_404(visible_to(Enterprise, request.user).select_related("unit"), pk=number)
    return render(request, "web/firm.html", {"firm": found, "file": firm_file(request.user, found)})
