"""``netaudit serve``: the portal and the HTTP API."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netaudit.cli.streams import say
from netaudit.i18n import _

if TYPE_CHECKING:
    from netaudit.cli.session import Session


@click.command(
    help=_("Run the portal and the HTTP API. It listens on this computer only, unless --host says otherwise.")
)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help=_("Address to listen on."))
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help=_("TCP port."))
@click.option(
    "--certificate", type=click.Path(path_type=Path, exists=True, dir_okay=False), help=_("TLS certificate (PEM).")
)
@click.option(
    "--key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=_("Private key of the certificate (PEM)."),
)
@click.option(
    "--behind-proxy",
    is_flag=True,
    help=_("A proxy ends TLS and says whom it speaks for; serve.trusted_proxies says which is believed."),
)
@click.pass_obj
def serve(
    session: Session, *, host: str, port: int, certificate: Path | None, key: Path | None, behind_proxy: bool
) -> None:
    """Serve until Ctrl-C."""
    if not _is_loopback(host) and certificate is None:
        raise click.UsageError(
            _(
                "Passwords would cross the network in clear: give --certificate and --key, or listen on 127.0.0.1"
                " behind a proxy."
            )
        )
    if (certificate is None) != (key is None):
        raise click.UsageError(_("--certificate and --key belong together."))
    from netaudit.web import server  # noqa: PLC0415 -- help must not pay for it

    place = server.Place(host, port, certificate, key, behind_proxy)
    taken = server.listen(place)
    if not session.registry.gate.accounts():
        say(_("There is no account yet: netaudit account add NAME --role admin"), error=True)
    say(_("The portal is at {url} (Ctrl-C ends it).").format(url=place.url), error=True)
    server.run(session.registry, session.settings, place, taken, session.options)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
