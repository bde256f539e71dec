"""Who may open which page, and which program may ask what: declared beside each route, decided here and nowhere else.

Every route carries one :class:`Access`; a test fails for a route without. A unit contact sees and touches own units
only: the unit is taken from the path (``{unit}``), from the registration the path names, or from the filter ``unit`` of
the HTTP API. Pages know people by the cookie of their session, the API knows programs by a token in the header
``Authorization``; neither takes the other's.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Depends, HTTPException, Request
from fastapi.concurrency import run_in_threadpool

from inventory.model.text import Text, text
from netaudit.app import accounts, tokens
from netaudit.app.accounts import Role, SessionView
from netaudit.app.tokens import Scope
from netaudit.web.limits import place_of
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


class Denied(HTTPException):
    """A request that is refused, and why."""

    def __init__(self, status: int, reason: Text, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, headers=headers)
        self.reason = reason


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
    scopes: frozenset[str] = frozenset()
    """What a program's token lets it do; a person has none."""

    @property
    def is_office(self) -> bool:
        """Whether the person sees every unit."""
        return self.session.account.role in OFFICE

    @property
    def writes(self) -> bool:
        """Whether the person may file and change; others are shown no button for it."""
        return self.session.account.role in WRITING

    @property
    def reviews(self) -> bool:
        """Whether the person decides for the office."""
        return self.session.account.role in REVIEWING

    @property
    def administers(self) -> bool:
        """Whether the person starts sweeps."""
        return self.session.account.role is Role.ADMIN


def session_of(request: Request) -> SessionView | None:
    """Return the session of a request's cookie, if it holds."""
    token = request.cookies.get(COOKIE)
    return accounts.session_of(state_of(request).registry, token) if token else None


class Access:
    """A dependency that lets the right people through."""

    def __init__(
        self,
        roles: frozenset[Role],
        *,
        login: bool = True,
        scope: Scope | None = None,
        counted: bool = False,
        network: bool = False,
    ) -> None:
        """Declare who.

        Args:
            roles: whose role it is.
            login: whether somebody has to be logged in at all.
            scope: what a program's token has to let it do; None: a page for people.
            counted: whether reading it counts as trying to log in.
            network: whether the answer is about all units together, so that a token bound to some may not have it.
        """
        self.network = network
        self.roles = roles
        self.counted = counted
        self.login = login
        self.scope = scope

    async def __call__(self, request: Request) -> Visitor | None:
        """Return who looks, or refuse.

        Raises:
            LoginNeeded: nobody is logged in.
            Denied: 401 without a valid token; 403 where the scope, the role or the unit is not theirs.
            HTTPException: 403 where a form was not made by this session; 404 where the path names nothing.
        """
        if not self.login:
            if request.method not in _SAFE:
                _check_site(request)
            if request.method not in _SAFE or self.counted:
                _take(request, "login", place_of(address_of(request)))
            return None
        visitor = await run_in_threadpool(self._admitted, request)  # it asks the registry, which may be busy
        if self.scope is None and request.method not in _SAFE:
            if request.headers.get("content-type", "").lower().startswith("multipart/"):
                _take(request, "upload", visitor.session.account.name)
            await _check_form(request, visitor.session)
        return visitor

    def _admitted(self, request: Request) -> Visitor:
        visitor = _person(request) if self.scope is None else _program(request, self.scope)
        if visitor.session.account.role not in self.roles:
            raise Denied(403, text("Your role may not do this."))
        if self.network and visitor.actor.units is not None:
            raise Denied(403, text("This token is bound to units; this answer is about the whole network."))
        unit = _unit_of(request, state_of(request), by_filter=self.scope is not None)
        if unit is not None and not visitor.actor.answers_for(unit):
            # Not 404: whether the record exists is no secret worth a different answer, and the person must be told.
            raise Denied(403, text("The unit {unit} is not one of yours.", unit=unit))
        return visitor


def _person(request: Request) -> Visitor:
    session = session_of(request)
    if session is None:
        raise LoginNeeded
    if session.account.must_change and request.url.path not in _WITH_OLD_PASSWORD:
        raise PasswordNeeded
    return Visitor(session, request.cookies[COOKIE], session.account.actor, address_of(request))


def _program(request: Request, scope: Scope) -> Visitor:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    bearer = tokens.bearer_of(state_of(request).registry, token.strip()) if scheme.lower() == "bearer" else None
    if bearer is None:
        _take(request, "stranger", place_of(address_of(request)))
        reason = text("A valid token is needed: Authorization: Bearer netaudit_…")
        raise Denied(401, reason, {"WWW-Authenticate": 'Bearer realm="netaudit"'})
    _take(request, "api", bearer.name)
    if scope not in bearer.scopes:
        raise Denied(403, text("The token does not have the scope {scope}.", scope=scope.value))
    return Visitor(bearer.session, token, bearer.actor, address_of(request), bearer.scopes)


def _take(request: Request, kind: str, who: str) -> None:
    """Take one of the chances somebody has."""
    seconds = state_of(request).limits.take(kind, who)
    if seconds:
        raise Denied(429, text("Try again in {seconds} s.", seconds=seconds), {"Retry-After": str(seconds)})


def _unit_of(request: Request, state: State, *, by_filter: bool) -> str | None:
    """Return the unit a request is about; None where it is about none in particular."""
    values = request.path_params
    if "unit" in values:
        return str(values["unit"])
    if "registration" in values:
        written = str(values["registration"])
        case = state.registry.desk.case(int(written)) if written.isdecimal() and len(written) < _LONGEST_ID else None
        if case is None:
            raise HTTPException(404)
        return case.registration.unit
    return request.query_params.get("unit") if by_filter else None


def _check_site(request: Request) -> None:
    """Refuse the form of another site where no session stands for the person yet: who logs whom in?"""
    if request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        raise Denied(403, text("This form was not sent from a page of this portal."))


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
    """Return the address the request came from; behind a proxy the one it speaks for, where that is an address."""
    host = request.client.host if request.client is not None else ""
    try:
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        return ""


Anyone = Annotated[None, Depends(Access(frozenset(), login=False))]
Arriving = Annotated[None, Depends(Access(frozenset(), login=False, counted=True))]
Person = Annotated[Visitor, Depends(Access(EVERYBODY))]
Office = Annotated[Visitor, Depends(Access(OFFICE))]
Reviewer = Annotated[Visitor, Depends(Access(REVIEWING))]
Writer = Annotated[Visitor, Depends(Access(WRITING))]
Admin = Annotated[Visitor, Depends(Access(frozenset({Role.ADMIN})))]

UnitReader = Annotated[Visitor, Depends(Access(EVERYBODY, scope=Scope.READ_UNITS))]
PointReader = Annotated[Visitor, Depends(Access(EVERYBODY, scope=Scope.READ_POINTS))]
EndpointReader = Annotated[Visitor, Depends(Access(EVERYBODY, scope=Scope.READ_ENDPOINTS))]
FindingReader = Annotated[Visitor, Depends(Access(EVERYBODY, scope=Scope.READ_FINDINGS))]
RegistrationReader = Annotated[Visitor, Depends(Access(EVERYBODY, scope=Scope.READ_REGISTRATIONS))]
RegistrationWriter = Annotated[Visitor, Depends(Access(WRITING, scope=Scope.WRITE_REGISTRATIONS))]
RegistrationReviewer = Annotated[Visitor, Depends(Access(REVIEWING, scope=Scope.REVIEW_REGISTRATIONS))]
SweepReader = Annotated[Visitor, Depends(Access(OFFICE, scope=Scope.READ_SWEEPS, network=True))]
