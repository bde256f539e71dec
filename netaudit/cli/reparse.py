"""``netaudit reparse``: what devices printed is read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netaudit.app.reparse import reparse as read_again
from netaudit.cli.streams import say
from netaudit.i18n import _

if TYPE_CHECKING:
    from netaudit.cli.session import Session


@click.command(
    help=_(
        "Read again what devices printed in a sweep (default: the last one), after netaudit learned to understand more"
        " of it. No device is asked."
    )
)
@click.argument("sweep", metavar="[SWEEP]", type=click.IntRange(min=1), required=False)
@click.pass_obj
def reparse(session: Session, *, sweep: int | None) -> None:
    """Read again."""
    number, devices = read_again(session.registry, sweep)
    say(_("Sweep {sweep}: the output of {devices} devices was read again.").format(sweep=number, devices=devices))
