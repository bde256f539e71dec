"""``netaudit prune``: delete what the settings say is kept long enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netaudit.app.upkeep import prune as job
from netaudit.cli.output import FORMATS, emit
from netaudit.i18n import _

if TYPE_CHECKING:
    from netaudit.cli.session import Session


@click.command(
    help=_(
        "Say what is older than [retention] in the settings keeps, and with --yes delete it: facts of old sweeps, and "
        "history that ended long ago. Without a setting nothing is ever deleted."
    )
)
@click.option("--yes", is_flag=True, help=_("Delete it."))
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
@click.pass_obj
def prune(session: Session, *, yes: bool, form: str) -> None:
    """Delete by policy."""
    emit(session, job(session.registry, session.settings, delete=yes), form)
