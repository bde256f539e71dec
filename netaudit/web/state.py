"""What every request of one portal shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from netaudit.app.known import Known
from netaudit.app.login_service import LoginService
from netaudit.web.limits import Limits

if TYPE_CHECKING:
    from fastapi import Request

    from netaudit.app.launch import Launcher
    from netaudit.app.registry import Registry
    from netaudit.settings import Settings


@dataclass(frozen=True, slots=True)
class State:
    """Registry, settings and the shared comparison."""

    registry: Registry
    settings: Settings
    known: Known
    limits: Limits
    login_service: LoginService | None
    """Where people may log in instead, if that is set."""
    launcher: Launcher
    secure: bool
    """Whether browsers come by TLS: cookies are sent by TLS only then."""


def state_of(request: Request) -> State:
    """Return the portal's state."""
    return cast("State", request.app.state.portal)
