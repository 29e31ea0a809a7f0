"""Keeping, changing and dropping views, and choosing columns: each by whom it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qipan.engine.problem import Problem
from qipan.platform.action import Act, Stopped, action
from qipan.platform.models import User
from qipan.platform.rights import Refused, units_of
from qipan.platform.saved.models import ChosenColumns, SavedView
from qipan.platform.screens.declaration import Screen, columns_of

NOUN = "view"
SHARE = "views.share"
LONGEST_NAME = 80
LONGEST_QUERY = 8_000
MOST = 200  # views of one person


@dataclass(frozen=True, slots=True)
class Sharing:
    """With whom a view is shared: nobody, everybody, or those of a unit, a role, or both."""

    shared: bool = False
    unit: int | None = None
    role: str = ""


PRIVATE = Sharing()


@dataclass(frozen=True, slots=True)
class Setup:
    """A list as it is set up: the query of its address and the columns, in their order."""

    query: str
    columns: tuple[str, ...] = ()


def known_columns(screen: Screen, codes: Sequence[str]) -> tuple[str, ...]:
    """Return the codes that name a column of the screen, each once."""
    known = {column.code for column in columns_of(screen)}
    return tuple(code for code in dict.fromkeys(codes) if code in known)


def _owner(act: Act) -> User:
    if act.actor.user is None:
        raise Refused("views.keep")
    return act.actor.user


def _called(name: str) -> str:
    plain = " ".join(name.split())
    if not plain:
        raise Stopped(Problem.of("saved.no-name"))
    return plain[:LONGEST_NAME]


def _may_share(act: Act, sharing: Sharing) -> None:
    """Stop where the person shares beyond where they may."""
    if not sharing.shared:
        return
    units = units_of(act.actor, SHARE)
    if units is not None and (sharing.unit is None or sharing.unit not in units):
        raise Stopped(Problem.of("saved.not-shared-there"))


def _of(act: Act, number: int) -> SavedView:
    """Return the person's own view; somebody else's is no view of theirs to change."""
    view = SavedView.objects.select_for_update().filter(pk=number, owner=_owner(act)).first()
    if view is None:
        raise Stopped(Problem.of("saved.no-such-view", number=number))
    return view


def _is_free(view: SavedView) -> None:
    others = SavedView.objects.filter(owner=view.owner_id, screen=view.screen, name=view.name).exclude(pk=view.pk)
    if others.exists():
        raise Stopped(Problem.of("saved.name-taken", name=view.name))


@action("view.keep", right="views.keep", zh="保存视图", en="Save a view")
def keep_view(
    act: Act, screen: Screen, name: str, setup: Setup, sharing: Sharing = PRIVATE, *, pinned: bool = False
) -> SavedView:
    """Leave a view under `name` with the list as it is set up."""
    owner = _owner(act)
    _may_share(act, sharing)
    if SavedView.objects.filter(owner=owner).count() >= MOST:
        raise Stopped(Problem.of("saved.too-many", most=MOST))
    if len(setup.query) > LONGEST_QUERY:
        raise Stopped(Problem.of("saved.too-long"))
    view = SavedView(
        screen=screen.code,
        name=_called(name),
        query=setup.query,
        columns=list(known_columns(screen, setup.columns)),
        owner=owner,
        shared=sharing.shared,
        unit=sharing.unit if sharing.shared else None,
        role=sharing.role if sharing.shared else "",
        pinned=pinned,
    )
    _is_free(view)
    view.save()
    act.changed(NOUN, None, None, {"name": view.name, "screen": screen.code, "shared": view.shared})
    return view


@action("view.change", right="views.keep", zh="修改视图", en="Change a view")
def change_view(
    act: Act,
    number: int,
    *,
    name: str | None = None,
    setup: Setup | None = None,
    sharing: Sharing | None = None,
    pinned: bool | None = None,
) -> SavedView:
    """Leave the view with what is given; the rest stays as it is."""
    view = _of(act, number)
    before = _told(view)
    if name is not None:
        view.name = _called(name)
    if setup is not None:
        if len(setup.query) > LONGEST_QUERY:
            raise Stopped(Problem.of("saved.too-long"))
        view.query, view.columns = setup.query, list(setup.columns)
    if sharing is not None:
        _may_share(act, sharing)
        view.shared = sharing.shared
        view.unit, view.role = (sharing.unit, sharing.role) if sharing.shared else (None, "")
    if pinned is not None:
        view.pinned = pinned
    _is_free(view)
    view.save()
    act.changed(NOUN, None, before, _told(view))
    return view


def _told(view: SavedView) -> dict[str, object]:
    return {"name": view.name, "query": view.query, "shared": view.shared, "pinned": view.pinned}


@action("view.drop", right="views.keep", zh="删除视图", en="Delete a view")
def drop_view(act: Act, number: int) -> None:
    """Leave no view `number`."""
    view = _of(act, number)
    act.changed(NOUN, None, {"name": view.name, "screen": view.screen}, None)
    view.delete()


@action("view.columns", right="views.keep", zh="选择列", en="Choose columns")
def choose_columns(act: Act, screen: Screen, codes: Sequence[str]) -> tuple[str, ...]:
    """Leave the person with these columns of the list, in this order; none: as the screen declares them.

    What somebody likes to look at is no change of a record: it leaves no line in the trail.
    """
    owner, chosen = _owner(act), known_columns(screen, codes)
    if chosen:
        ChosenColumns.objects.update_or_create(owner=owner, screen=screen.code, defaults={"columns": list(chosen)})
    else:
        ChosenColumns.objects.filter(owner=owner, screen=screen.code).delete()
    return chosen
