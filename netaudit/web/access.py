"""Who may open which page: declared beside each route, decided here and nowhere else.

Every route carries one :class:`Access`; a test fails for a route without. A unit contact sees and touches own units
only: the unit is taken from the path (``{unit}``), or from the registration or dispute the path names.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Depends, HTTPException, Request

from netaudit.app import accounts
from netaudit.app.accounts import Role, SessionView
from netaudit.web.state import State, state_of

if TYPE_CHECKING:
    from inventory.model.cases import Actor

COOKIE: Final = "netaudit_session"
OFFICE: Final = frozenset({Role.ADMIN, Role.REVIEWER, Role.AUDITOR, Role.MIGRATION})
REVIEWING: Final = frozenset({Role.ADMIN, Role.REVIEWER})
EVERYBODY: Final = frozenset(Role)
WRITING: Final = frozenset({Role.ADMIN, Role.REVIEWER, Role.CONTACT})
_WITH_OLD_PASSWORD: Final = frozenset({"/password", "/logout"})
_LONGEST_ID: Final = 19
"""Digits of a 64-bit number."""
_SAFE: Final = frozenset({"GET", "HEAD"})


class LoginNeeded(Exception):  # noqa: N818 -- it names what has to happen next
    """Nobody is logged in; the page is shown after the login."""


class PasswordNeeded(Exception):  # noqa: N818 -- it names what has to happen next
    """The password has to be changed before anything else."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at a page."""

    session: SessionView
    token: str
    actor: Actor
    address: str

    @property
    def is_office(self) -> bool:
        """Whether the person sees every unit."""
        return self.session.account.role in OFFICE


def session_of(request: Request) -> SessionView | None:
    """Return the session of a request's cookie, if it holds."""
    token = request.cookies.get(COOKIE)
    return accounts.session_of(state_of(request).registry, token) if token else None


class Access:
    """A dependency that lets the right people through."""

    def __init__(self, roles: frozenset[Role], *, login: bool = True) -> None:
        self.roles = roles
        self.login = login

    async def __call__(self, request: Request) -> Visitor | None:
        """Return who looks, or refuse.

        Raises:
            LoginNeeded: nobody is logged in.
            HTTPException: 403 where the role or the unit is not theirs, or a form was not made by this session.
        """
        if not self.login:
            return None
        session = session_of(request)
        if session is None:
            raise LoginNeeded
        if session.account.must_change and request.url.path not in _WITH_OLD_PASSWORD:
            raise PasswordNeeded
        state = state_of(request)
        actor = session.account.actor
        if session.account.role not in self.roles:
            raise HTTPException(403)
        unit = _unit_of(request, state)
        if unit is not None and not actor.answers_for(unit):
            # Not 404: whether the record exists is no secret worth a different answer, and the person must be told.
            raise HTTPException(403)
        if request.method not in _SAFE:
            await _check_form(request, session)
        return Visitor(session, request.cookies[COOKIE], actor, address_of(request))


def _unit_of(request: Request, state: State) -> str | None:
    """Return the unit a path is about; None where it is about none in particular."""
    values = request.path_params
    if "unit" in values:
        return str(values["unit"])
    if "registration" in values:
        written = str(values["registration"])
        case = state.registry.desk.case(int(written)) if written.isdecimal() and len(written) < _LONGEST_ID else None
        if case is None:
            raise HTTPException(404)
        return case.registration.unit
    return None


async def _check_form(request: Request, session: SessionView) -> None:
    """Refuse a form that did not come from a page of this session (CSRF)."""
    sent = request.headers.get("x-csrf-token")
    if sent is None:
        form = await request.form()
        value = form.get("csrf")
        sent = value if isinstance(value, str) else ""
    if not hmac.compare_digest(sent.encode(), session.csrf.encode()):
        raise HTTPException(403)


def address_of(request: Request) -> str:
    """Return the address the request came from."""
    return request.client.host if request.client is not None else ""


Anyone = Annotated[None, Depends(Access(frozenset(), login=False))]
Person = Annotated[Visitor, Depends(Access(EVERYBODY))]
Office = Annotated[Visitor, Depends(Access(OFFICE))]
Reviewer = Annotated[Visitor, Depends(Access(REVIEWING))]
Writer = Annotated[Visitor, Depends(Access(WRITING))]
Admin = Annotated[Visitor, Depends(Access(frozenset({Role.ADMIN})))]
