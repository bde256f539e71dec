"""Logging in at the district's login service: sent there, and back."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from inventory.model.errors import NetauditError
from inventory.model.text import text
from netaudit.app.accounts import LoginError
from netaudit.app.login_service import BACK, LoginService
from netaudit.web.access import Arriving, address_of
from netaudit.web.pages.login import entered, inside
from netaudit.web.rendering import page
from netaudit.web.state import state_of

router = APIRouter()
_KEPT: Final = "netaudit_login"
_KEPT_S: Final = 600


def _service(request: Request) -> LoginService:
    service = state_of(request).login_service
    if service is None:
        raise HTTPException(404)
    return service


@router.get("/login/oidc")
def leave(request: Request, _access: Arriving, next: Annotated[str, Query(max_length=2000)] = "/") -> Response:  # noqa: A002 -- the name in the address
    """Send the browser to the login service."""
    try:
        url, state = _service(request).begin(inside(next))
    except NetauditError as error:
        return _told(request, error, 502)
    response = RedirectResponse(url, 303)
    response.set_cookie(
        _KEPT, state, _KEPT_S, path=BACK, httponly=True, samesite="lax", secure=state_of(request).secure
    )
    return response


@router.get(BACK)
def back(
    request: Request,
    _access: Arriving,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Let in who comes back from the login service, where there is an account for them."""
    service, shared = _service(request), state_of(request)
    if error or not code:
        return _told(request, LoginError(text("The login service refused: {reason}", reason=error or "-")), 403)
    try:
        kept = request.cookies.get(_KEPT, "")
        done, target = service.finish(shared.registry, state, kept, code, address_of(request))
    except LoginError as refused:
        return _told(request, refused, 403)
    except NetauditError as failed:
        return _told(request, failed, 502)
    response = entered(request, done, target)
    response.delete_cookie(_KEPT, path=BACK)
    return response


def _told(request: Request, error: NetauditError, status: int) -> Response:
    return page(request, "login.html", next="/", name="", error=error, status=status)
