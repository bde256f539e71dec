"""The portal as an ASGI application: its pages, its errors, its headers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

from netaudit.app.known import Known
from netaudit.app.launch import Launcher
from netaudit.app.login_service import LoginService
from netaudit.web import problems
from netaudit.web.access import LoginNeeded, PasswordNeeded
from netaudit.web.api import description, filing, observed, records
from netaudit.web.guard import Guard
from netaudit.web.limits import Limits
from netaudit.web.pages import (
    addresses,
    attachments,
    dossier,
    login,
    login_service,
    network,
    office,
    phones,
    reconfirmation,
    registration,
    sweeps,
    tokens,
    unit,
)
from netaudit.web.state import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netaudit.app.registry import Registry
    from netaudit.settings import Settings

PAGES: Final = (
    *(login, login_service, unit, dossier, attachments, addresses, reconfirmation, phones),
    *(registration, office, sweeps, network, tokens),
)
"""The modules whose ``router`` makes the portal."""
PARTS: Final = (*PAGES, records, observed, filing, description)
"""Those, and the modules whose ``router`` makes the API."""


def create_app(registry: Registry, settings: Settings, *, secure: bool = False, options: Sequence[str] = ()) -> FastAPI:
    """Return the application.

    Args:
        registry: what it shows and changes.
        settings: deadlines, required columns.
        secure: whether browsers come by TLS.
        options: of the program, handed on to the sweeps it starts.
    """
    app = FastAPI(title="netaudit", docs_url=None, redoc_url=None, openapi_url=None)
    service = None if settings.oidc is None else LoginService(settings.oidc)
    known, limits = Known(registry, settings), Limits(settings.serve)
    launcher = Launcher(registry, settings, options)
    app.state.portal = State(registry, settings, known, limits, service, launcher, secure)
    for part in PARTS:
        # Not include_router: what it adds is not the routes themselves, and who cannot list them cannot check them.
        app.router.routes.extend(part.router.routes)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    app.add_middleware(Guard, secure=secure)
    app.add_exception_handler(LoginNeeded, _to_login)
    app.add_exception_handler(PasswordNeeded, _to_password)
    problems.install(app)
    return app


async def _to_login(request: Request, _error: Exception) -> Response:
    wanted = request.url.path if request.method == "GET" else "/"
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": f"/login?next={quote(wanted)}"})
    return RedirectResponse(f"/login?next={quote(wanted)}", 303)


async def _to_password(_request: Request, _error: Exception) -> Response:
    return RedirectResponse("/password", 303)
