"""What holds for every request and answer: how much may be sent, and which headers hold strangers off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders

from inventory.model.text import text
from netaudit.web import problems
from netaudit.web.access import Denied

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from inventory.model.text import Text

_LARGEST_FILE: Final = 21_000_000
"""Bytes of a form with a file: each page that takes one has a limit of its own below this."""
_LARGEST_FORM: Final = 2_000_000
_LARGEST_JSON: Final = 200_000
_DIGITS: Final = 12
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
_ONLY_TLS: Final = {"Strict-Transport-Security": "max-age=31536000"}


class Guard:
    """ASGI middleware: bodies are counted while they come, whatever their header said."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._headers = {**_HEADERS, **(_ONLY_TLS if secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, its body limited, and its answer back with headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        largest, came = _largest(scope["path"], headers.get("content-type", "")), 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > largest:
                raise Denied(413, _too_large(largest))
            return message

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    told.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    told.setdefault("Cache-Control", "no-store")
            await send(message)

        if _declared(headers) > largest:
            refused = problems.told(Request(scope), 413, _too_large(largest))
            await refused(scope, receive, protected)
            return
        await self._app(scope, counted, protected)


def _too_large(largest: int) -> Text:
    return text("At most {megabytes} MB can be sent at once.", megabytes=f"{largest / 1e6:g}")


def _largest(path: str, content_type: str) -> int:
    if path.startswith(problems.API):
        return _LARGEST_JSON
    return _LARGEST_FILE if content_type.lower().startswith("multipart/form-data") else _LARGEST_FORM


def _declared(headers: Headers) -> int:
    """Return the length a request says it has; what is no number is counted when it comes."""
    written = headers.get("content-length", "0")
    if not written.isascii() or not written.isdigit():
        return 0
    return int(written) if len(written) <= _DIGITS else _LARGEST_FILE + 1
