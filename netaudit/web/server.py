"""Run the portal: one process, threads for the pages."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import uvicorn

from inventory.model.errors import NetauditError, UsageError
from inventory.model.systemerrors import system_words
from inventory.model.text import text
from netaudit.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from netaudit.app.registry import Registry
    from netaudit.settings import Settings
    from netaudit.web.state import State

_WAITING: Final = 512
"""Connections the kernel keeps while all are busy."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the portal listens, and how browsers come."""

    host: str
    port: int
    certificate: Path | None = None
    """TLS certificate chain (PEM); with it browsers come by TLS."""
    key: Path | None = None
    """Its private key (PEM)."""
    behind_proxy: bool = False
    """Whether a proxy ends TLS and says whom it speaks for; ``serve.trusted_proxies`` are believed."""

    @property
    def url(self) -> str:
        """What people type."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'http' if self.certificate is None else 'https'}://{host}:{self.port}/"


def listen(place: Place) -> socket.socket:
    """Check the certificate and take the port.

    Raises:
        UsageError: certificate and key do not belong together, or others can read the key.
        NetauditError: the port cannot be taken.
    """
    if place.certificate is not None and place.key is not None:
        _check(place.certificate, place.key)
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    try:
        return socket.create_server((place.host, place.port), family=family, backlog=_WAITING)
    except OSError as error:
        raise NetauditError(
            text(
                "Nothing can listen on {host}, port {port}: {reason}", host=place.host, port=place.port,
                reason=system_words(error),
            ),
            text("Another program may be there: choose another port with --port."),
        ) from None  # fmt: skip


def _check(certificate: Path, key: Path) -> None:
    if key.stat().st_mode & 0o007:
        raise UsageError(
            text("{file} is a private key but other users can read it.", file=key),
            text("Run: chmod 600 {file}", file=key),
        )
    try:
        # The empty password: nobody sits at a service to type one.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except (ssl.SSLError, ValueError, OSError):
        raise UsageError(
            text("{certificate} and {key} do not belong together.", certificate=certificate, key=key),
            text("Both have to be PEM files, the key without a password, the server's certificate first."),
        ) from None


def run(
    registry: Registry, settings: Settings, place: Place, taken: socket.socket, options: Sequence[str] = ()
) -> None:
    """Serve until the process is asked to end.

    Args:
        registry: what is served.
        settings: deadlines, limits, trusted proxies.
        place: how browsers come.
        taken: what :func:`listen` returned.
        options: of the program, handed on to the sweeps it starts.

    Raises:
        NetauditError: it did not start.
    """
    secure = place.certificate is not None or place.behind_proxy
    app = create_app(registry, settings, secure=secure, options=options)
    state: State = app.state.portal
    state.known.prepare()
    config = uvicorn.Config(
        app,
        ssl_certfile=place.certificate,
        ssl_keyfile=place.key,
        proxy_headers=place.behind_proxy,
        forwarded_allow_ips=",".join(settings.serve.trusted_proxies) if place.behind_proxy else None,
        server_header=False,
        date_header=False,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=10,
    )
    server = uvicorn.Server(config)
    try:
        server.run(sockets=[taken])
    except KeyboardInterrupt:
        return
    if not server.started:
        raise NetauditError(text("The portal did not start; the lines above say why."))
