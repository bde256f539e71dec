"""What a request that fails is answered with: a page for people, RFC 9457 problem details for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import HTTPException
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException as StarletteHTTPException

from inventory.model.errors import NetauditError, RegistryError, UsageError
from inventory.model.text import text
from netaudit.i18n import CATALOGUES, translator
from netaudit.refusals import where_value, why_value
from netaudit.web.access import Denied
from netaudit.web.rendering import language_of, page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import FastAPI, Request

    from inventory.model.text import Text

API: Final = "/api/"
_MEDIA: Final = "application/problem+json"
_KINDS: Final = {
    400: ("invalid", text("The request cannot be understood")),
    401: ("unauthenticated", text("Who asks is not known")),
    403: ("forbidden", text("This is not for you")),
    404: ("not-found", text("There is no such thing")),
    405: ("method-not-allowed", text("This cannot be done here")),
    409: ("conflict", text("This cannot be done now")),
    412: ("stale", text("Somebody changed this registration meanwhile; nothing was stored.")),
    413: ("too-large", text("What was sent is too large")),
    415: ("media-type", text("Send JSON")),
    422: ("invalid", text("A value is not valid")),
    428: ("version-needed", text("The version to change is missing")),
    429: ("too-many", text("Too many requests")),
    503: ("busy", text("The registry is busy")),
}
_OTHER: Final = ("failed", text("This could not be done"))
_PAGES: Final = {
    403: text("This page is not for you"),
    404: text("There is no such page"),
    405: text("This cannot be done here"),
    413: text("The file is too large"),
    422: text("The form was not filled in as expected"),
    429: text("Too many requests"),
}
_PEOPLES: Final = frozenset({"referenced", "unknown_key", "contradiction"})
"""Why the registry refuses what people could do otherwise; anything else is the database's."""


def problem(
    request: Request,
    status: int,
    detail: Text | None = None,
    *,
    errors: Sequence[tuple[str, Text]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return problem details in the language of the asker.

    Args:
        request: what was asked.
        status: HTTP status.
        detail: what is wrong, and what to do.
        errors: (where, reason) of single values.
        headers: further headers of the answer.
    """
    language = language_of(request)
    gettext = translator(language)
    kind, title = _KINDS.get(status, _OTHER)
    body: dict[str, object] = {"type": f"urn:netaudit:{kind}", "title": title.render(gettext), "status": status}
    if detail is not None:
        body["detail"] = detail.render(gettext)
    if errors:
        body["errors"] = [{"where": where, "reason": reason.render(gettext)} for where, reason in errors]
    told = {"Content-Language": CATALOGUES[language].replace("_", "-"), **(headers or {})}
    return JSONResponse(body, status, told, media_type=_MEDIA)


def install(app: FastAPI) -> None:
    """Answer every error in one of the two shapes."""
    app.add_exception_handler(StarletteHTTPException, _http)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(NetauditError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _broken)


def told(
    request: Request, status: int, detail: Text | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an error as the asker reads it."""
    if request.url.path.startswith(API):
        return problem(request, status, detail, headers=headers)
    title = _PAGES.get(status, _OTHER[1])
    response = page(request, "problem.html", title=title, message=detail, status=status)
    response.headers.update(headers or {})
    return response


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, StarletteHTTPException):
        raise error
    return told(request, error.status_code, error.reason if isinstance(error, Denied) else None, error.headers)


async def _refused(request: Request, error: Exception) -> Response:
    """A use case says no; the registry's reasons pass, so that the asker may come again."""
    if not isinstance(error, NetauditError):
        raise error
    if getattr(error, "reason", None) in _PEOPLES:
        return told(request, 409, error.message)
    if isinstance(error, RegistryError):
        return told(request, 503, error.message, {"Retry-After": "5"})
    return told(request, 400 if isinstance(error, UsageError) else 500, error.message)


async def _invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    if not request.url.path.startswith(API):
        return told(request, 422)
    found = [(where_value(one), why_value(one)) for one in error.errors()]
    return problem(request, 422, errors=found)


async def _broken(request: Request, _error: Exception) -> Response:
    """Tell that it is netaudit's fault; the error itself goes to the log, not to the asker."""
    return told(request, 500)
