"""What the address of a list says: conditions, order, columns, a saved view, a place in the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import Http404, QueryDict

from qipan.engine.problem import Problem
from qipan.platform.models import User
from qipan.platform.saved.models import ChosenColumns, SavedView
from qipan.platform.screens import Column, Screen, columns_of, screen_of
from qipan.platform.screens.wanted import Wanted, query_of, read_wanted
from qipan.platform.screens.work import chosen_columns
from qipan.platform.visible import visible_to
from qipan.web.lists.addresses import list_address
from qipan.web.pages import Request, need


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as its address asks for it."""

    screen: Screen
    wanted: Wanted
    problems: tuple[Problem, ...]
    columns: tuple[Column, ...]
    view: SavedView | None
    at: str

    @property
    def query(self) -> str:
        """The conditions and the order, as an address says them."""
        return query_of(self.screen, self.wanted)

    def link(self, wanted: Wanted | None = None, *, at: str = "", view: bool = True) -> str:
        """Return the address of this list with other conditions, or at another place."""
        kept = str(self.view.pk) if view and self.view is not None else ""
        found = query_of(self.screen, self.wanted if wanted is None else wanted, view=kept, at=at)
        return f"{list_address(self.screen)}?{found}" if found else list_address(self.screen)

    def sorted_by(self, column: Column) -> str:
        """Return where the heading of a column leads: sorted by it, and turned round where it is already."""
        mine = self.sort == column.code
        sort = "" if column.code == own_order(self.screen) else column.code
        return self.link(replace(self.wanted, sort=sort, falling=mine and not self.wanted.falling))

    @property
    def sort(self) -> str:
        """The column the list is sorted by."""
        return self.wanted.sort or own_order(self.screen)

    @property
    def narrowed(self) -> bool:
        """Whether anything narrows the list."""
        return self.wanted.narrow > 0


def own_order(screen: Screen) -> str:
    """Return the column of the screen's own order; empty where it is by number or falls."""
    return "" if screen.order.startswith("-") or screen.order == "pk" else screen.order


def screen_or_404(request: Request, code: str) -> Screen:
    """Return the screen; raises Refused where the person may see nothing of it, Http404 where there is none."""
    screen = screen_of(code)
    if screen is None:
        raise Http404
    need(request, screen.see)
    return screen


def _view(request: Request, screen: Screen) -> SavedView | None:
    number = request.GET.get("view", "")
    if not number.isdecimal() or len(number) > 18:
        return None
    return visible_to(SavedView, request.user).filter(screen=screen.code, pk=int(number)).first()


def columns_for(user: User, screen: Screen, view: SavedView | None) -> tuple[Column, ...]:
    """Return the columns of the list: those of the view, else those the person chose, else those declared."""
    codes: Sequence[str] = view.columns if view is not None else ()
    if not codes:
        kept = ChosenColumns.objects.filter(owner=user, screen=screen.code).first()
        codes = kept.columns if kept is not None else ()
    return tuple(chosen_columns(screen, codes))


def asked(request: Request, screen: Screen) -> Asked:
    """Read the address; a view that is only named brings its own conditions."""
    view = _view(request, screen)
    wanted, problems = read_wanted(screen, request.GET)
    if view is not None and wanted == Wanted():
        wanted, problems = read_wanted(screen, QueryDict(view.query))
    columns = columns_for(request.user, screen, view)
    return Asked(screen, wanted, problems, columns, view, request.GET.get("at", "")[:2000])


def other_columns(asked: Asked) -> list[Column]:
    """Return the columns the list does not show."""
    shown = {column.code for column in asked.columns}
    return [column for column in columns_of(asked.screen) if column.code not in shown]
