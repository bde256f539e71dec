"""Run the portal: one process, threads for the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

from netaudit.web.app import create_app

if TYPE_CHECKING:
    from pathlib import Path

    from netaudit.app.registry import Registry
    from netaudit.settings import Settings
    from netaudit.web.state import State


def run(
    registry: Registry,
    settings: Settings,
    *,
    host: str,
    port: int,
    certificate: Path | None = None,
    key: Path | None = None,
    behind_proxy: bool = False,
) -> None:
    """Serve until the process is asked to end.

    Args:
        registry: what is served.
        settings: deadlines, required columns.
        host: address to listen on.
        port: TCP port.
        certificate: TLS certificate chain (PEM); with it browsers come by TLS.
        key: its private key (PEM).
        behind_proxy: whether a proxy ends TLS and says whom it speaks for; ``serve.trusted_proxies`` are believed.
    """
    app = create_app(registry, settings, secure=certificate is not None or behind_proxy)
    state: State = app.state.portal
    state.known.prepare()
    uvicorn.run(
        app,
        host=host,
        port=port,
        ssl_certfile=None if certificate is None else str(certificate),
        ssl_keyfile=None if key is None else str(key),
        proxy_headers=behind_proxy,
        forwarded_allow_ips=",".join(settings.serve.trusted_proxies) if behind_proxy else None,
        server_header=False,
        date_header=False,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=10,
    )
