"""The portal as an ASGI application: its pages, its errors, its headers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as StarletteHTTPException

from inventory.model.errors import NetauditError
from inventory.model.text import text
from netaudit.app.unit_page import Known
from netaudit.web.access import LoginNeeded, PasswordNeeded
from netaudit.web.pages import dossier, login, office, registration, unit
from netaudit.web.rendering import page
from netaudit.web.state import State

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from netaudit.app.registry import Registry
    from netaudit.settings import Settings

_LARGEST_BODY: Final = 20_000_000
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
        " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_TITLES: Final = {
    403: text("This page is not for you"),
    404: text("There is no such page"),
    405: text("This cannot be done here"),
    413: text("The file is too large"),
}


def create_app(registry: Registry, settings: Settings, *, secure: bool = False) -> FastAPI:
    """Return the application.

    Args:
        registry: what it shows and changes.
        settings: deadlines, required columns.
        secure: whether browsers come by TLS.
    """
    app = FastAPI(title="netaudit", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")
    app.state.portal = State(registry, settings, Known(registry, settings), secure)
    for pages in (login, unit, dossier, registration, office):
        app.include_router(pages.router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    app.middleware("http")(_guarded)
    app.add_exception_handler(LoginNeeded, _to_login)
    app.add_exception_handler(PasswordNeeded, _to_password)
    app.add_exception_handler(StarletteHTTPException, _told)
    app.add_exception_handler(HTTPException, _told)
    app.add_exception_handler(NetauditError, _refused)
    return app


async def _guarded(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    size = request.headers.get("content-length", "0")
    if not size.isdigit() or int(size) > _LARGEST_BODY:
        response: Response = page(request, "problem.html", title=_TITLES[413], message=None, status=413)
    else:
        response = await call_next(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.url.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


async def _to_login(request: Request, _error: Exception) -> Response:
    wanted = request.url.path if request.method == "GET" else "/"
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": f"/login?next={quote(wanted)}"})
    return RedirectResponse(f"/login?next={quote(wanted)}", 303)


async def _to_password(_request: Request, _error: Exception) -> Response:
    return RedirectResponse("/password", 303)


async def _told(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, StarletteHTTPException) else 500
    title = _TITLES.get(status, text("This could not be done"))
    return page(request, "problem.html", title=title, message=None, status=status)


async def _refused(request: Request, error: Exception) -> Response:
    message = error.message if isinstance(error, NetauditError) else None
    return page(request, "problem.html", title=text("This could not be done"), message=message, status=400)
