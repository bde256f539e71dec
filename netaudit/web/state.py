"""What every request of one portal shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from netaudit.app.known import Known
from netaudit.web.limits import Limits

if TYPE_CHECKING:
    from fastapi import Request

    from netaudit.app.registry import Registry
    from netaudit.settings import Settings


@dataclass(frozen=True, slots=True)
class State:
    """Registry, settings and the shared comparison."""

    registry: Registry
    settings: Settings
    known: Known
    limits: Limits
    secure: bool
    """Whether browsers come by TLS: cookies are sent by TLS only then."""


def state_of(request: Request) -> State:
    """Return the portal's state."""
    return cast("State", request.app.state.portal)
