"""Findings as a file: exactly what is filtered and may be seen."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from qipan.domains.health import queries
from qipan.domains.health.models import Finding
from qipan.domains.health.queries import Wanted
from qipan.domains.health.rights import SEE
from qipan.engine.sheets.escape import escape_formula
from qipan.platform import limits
from qipan.platform.definitions import resolved
from qipan.web import words
from qipan.web.health import asked
from qipan.web.health_lines import Line, lines
from qipan.web.pages import Request, bounded, need, page


class _Echo:
    """A file that gives back what is written to it, as the bytes that travel."""

    def write(self, text: str) -> bytes:
        """Return `text` in UTF-8."""
        return text.encode()


AT_A_TIME = 200


def _heads() -> tuple[str, ...]:
    found = (_("严重程度"), _("检查"), _("对象"), _("时期"), _("问题"), _("数字"), _("应为"), _("来源"), _("首次发现"))
    return (*found, _("分派给"), _("忽略至"), _("原因"))


def _exported(request: Request, wanted: Wanted) -> Iterator[bytes]:
    writer, definitions = csv.writer(_Echo()), resolved()
    yield "\ufeff".encode()  # without it Excel takes UTF-8 for the local code page
    yield writer.writerow(_heads())
    waiting: list[Finding] = []
    for one in queries.rows(request.user, wanted):
        waiting.append(one)
        if len(waiting) == AT_A_TIME:
            yield from _written(writer, lines(request.user, definitions, waiting))
            waiting = []
    yield from _written(writer, lines(request.user, definitions, waiting))


def _written(writer: Any, found: Sequence[Line]) -> Iterator[bytes]:
    for line in found:
        one = line.finding
        cells = (
            words.word("severity", line.severity), line.name, line.subject, line.period, line.said.sentence,
            line.said.value, line.said.expected, line.place.text if line.place else line.ledger,
            timezone.localtime(one.opened).date(), line.assigned, one.ignored_until or "", one.ignored_reason,
        )  # fmt: skip
        yield writer.writerow([escape_formula(str(cell)) for cell in cells])


@page
@bounded("export", limits.EXPORT)
def export(request: Request) -> HttpResponseBase:
    """The list as CSV, of exactly what is filtered and may be seen."""
    need(request, SEE)
    wanted = asked(request.GET).wanted
    answer = StreamingHttpResponse(_exported(request, wanted), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="qipan-health.csv"'
    return answer
