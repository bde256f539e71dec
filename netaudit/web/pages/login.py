"""Logging in and out, the first password, one's own password, the language."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from inventory.model.errors import UsageError
from netaudit.app import accounts
from netaudit.i18n import LANGUAGES
from netaudit.web.access import COOKIE, Anyone, Person, address_of, session_of
from netaudit.web.rendering import LANGUAGE_COOKIE, page
from netaudit.web.state import state_of

router = APIRouter()
_YEAR_S: Final = 365 * 86_400


@router.get("/")
def home(visitor: Person) -> Response:
    """Lead people to what they came for."""
    if visitor.is_office:
        return RedirectResponse("/office", 303)
    units = sorted(visitor.session.account.units)
    return RedirectResponse(f"/unit/{units[0]}", 303)


@router.get("/login")
def ask(request: Request, _access: Anyone, next: str = "/") -> Response:  # noqa: A002 -- the name in the address
    """Show the form."""
    if session_of(request) is not None:
        return RedirectResponse(inside(next), 303)
    return page(request, "login.html", next=inside(next), name="", error=None)


@router.post("/login")
def log_in(
    request: Request,
    _access: Anyone,
    name: Annotated[str, Form(max_length=80)],
    password: Annotated[str, Form(max_length=1000)],
    next: Annotated[str, Form()] = "/",  # noqa: A002 -- the field's name
) -> Response:
    """Log in, or say that it did not work."""
    try:
        done = accounts.log_in(state_of(request).registry, name.strip(), password, where=address_of(request))
    except accounts.LockedError as error:
        response = page(request, "login.html", next=inside(next), name=name, error=error, status=429)
        response.headers["Retry-After"] = str(error.seconds)
        return response
    except UsageError as error:
        return page(request, "login.html", next=inside(next), name=name, error=error, status=401)
    return entered(request, done, inside(next))


@router.get("/welcome")
def ask_code(request: Request, _access: Anyone) -> Response:
    """Show the form for the code on paper."""
    return page(request, "welcome.html", name="", code="", error=None)


@router.post("/welcome")
def accept(
    request: Request,
    _access: Anyone,
    name: Annotated[str, Form(max_length=80)],
    code: Annotated[str, Form(max_length=80)],
    password: Annotated[str, Form(max_length=1000)],
) -> Response:
    """Open an account by its code."""
    try:
        where = address_of(request)
        done = accounts.accept(state_of(request).registry, name.strip(), code, password, where=where)
    except UsageError as error:
        return page(request, "welcome.html", name=name, code=code, error=error, status=400)
    return entered(request, done, "/")


@router.get("/password")
def ask_password(request: Request, visitor: Person) -> Response:
    """Show the form for a new password."""
    return page(request, "password.html", visitor, error=None)


@router.post("/password")
def change_password(
    request: Request,
    visitor: Person,
    old: Annotated[str, Form(max_length=1000)],
    new: Annotated[str, Form(max_length=1000)],
) -> Response:
    """Change one's own password."""
    try:
        registry, where = state_of(request).registry, address_of(request)
        done = accounts.change_password(registry, visitor.session, old, new, where=where)
    except UsageError as error:
        return page(request, "password.html", visitor, error=error, status=400)
    return entered(request, done, "/")


@router.post("/logout")
def log_out(request: Request, visitor: Person) -> Response:
    """End the session."""
    accounts.log_out(state_of(request).registry, visitor.token)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE)
    return response


@router.get("/language/{language}")
def choose(request: Request, _access: Anyone, language: str) -> Response:
    """Remember the language, and go back to where the person was."""
    back = urlsplit(request.headers.get("referer", "/")).path or "/"
    response = RedirectResponse(inside(back), 303)
    if language in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, language, max_age=_YEAR_S, httponly=True, samesite="lax", secure=state_of(request).secure
        )
    return response


def inside(target: str) -> str:
    """Return a path of this portal, whatever an address asked for."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else "/"


def entered(request: Request, done: accounts.LoggedIn, target: str) -> Response:
    """Send somebody who is logged in on, with the cookie of the session."""
    response = RedirectResponse(target, 303)
    response.set_cookie(COOKIE, done.token, httponly=True, samesite="lax", secure=state_of(request).secure)
    return response
