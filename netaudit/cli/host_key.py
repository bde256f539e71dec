"""``netaudit device host-key``: which SSH host keys are believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netaudit.app import hostkeys
from netaudit.cli.output import FORMATS, emit
from netaudit.cli.streams import say
from netaudit.i18n import _

if TYPE_CHECKING:
    from netaudit.cli.session import Session


@click.group("host-key", help=_("The SSH host keys by which devices prove who they are."))
def host_key() -> None:
    """Hold the verbs."""


@host_key.command("list", help=_("List the keys that were shown, those to be approved among them."))
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
@click.pass_obj
def list_(session: Session, *, form: str) -> None:
    """List."""
    emit(session, hostkeys.list_(session.registry), form)


@host_key.command(
    "approve",
    help=_("Believe the key a device offers, or the one recorded, and no other one. Compare its fingerprint first."),
)
@click.argument("device", metavar="DEVICE")
@click.option("--fingerprint", metavar="SHA256:…", help=_("Which key, where a device showed several."))
@click.pass_obj
def approve(session: Session, *, device: str, fingerprint: str | None) -> None:
    """Approve."""
    view = hostkeys.approve(session.registry, device, fingerprint)
    say(_("Approved: {device} {fingerprint}").format(device=view.device, fingerprint=view.key.fingerprint))


@host_key.command("forget", help=_("Forget the keys of a device: the next one it shows counts as the first."))
@click.argument("device", metavar="DEVICE")
@click.pass_obj
def forget(session: Session, *, device: str) -> None:
    """Forget."""
    hostkeys.forget(session.registry, device)
    say(_("Forgotten: {device}").format(device=device))
