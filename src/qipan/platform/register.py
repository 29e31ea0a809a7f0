"""The register by which desks meet: frames and Actions by name, never by import."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import polars as pl

from qipan.platform.action import Outcome
from qipan.platform.rights import Actor

FrameMaker = Callable[..., pl.DataFrame]
Verb = Callable[..., Outcome[Any]]
F = TypeVar("F", bound=Callable[..., Any])

_frames: dict[str, FrameMaker] = {}
_verbs: dict[str, Verb] = {}


def publish_frame(name: str) -> Callable[[F], F]:
    """Offer a frame under `name` ("projects.open") to the other desks."""

    def decorate(maker: F) -> F:
        if name in _frames:
            raise ValueError(f"frame {name} is published twice")
        _frames[name] = maker
        return maker

    return decorate


def publish_action(name: str) -> Callable[[F], F]:
    """Offer an Action under `name` ("projects.create") to the other desks."""

    def decorate(verb: F) -> F:
        if name in _verbs:
            raise ValueError(f"action {name} is published twice")
        _verbs[name] = verb
        return verb

    return decorate


def frame(name: str, *args: Any, **kwargs: Any) -> pl.DataFrame | None:
    """Return the frame published as `name`; None where its desk is switched off."""
    maker = _frames.get(name)
    return None if maker is None else maker(*args, **kwargs)


def act(name: str, actor: Actor, *args: Any, **kwargs: Any) -> Outcome[Any] | None:
    """Call the Action published as `name`, inside the caller's transaction; None where its desk is switched off."""
    verb = _verbs.get(name)
    return None if verb is None else verb(actor, *args, **kwargs)
