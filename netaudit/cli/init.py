"""``netaudit init``: the database, created or migrated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netaudit.app.place import place
from netaudit.cli.streams import say
from netaudit.i18n import _

if TYPE_CHECKING:
    from netaudit.cli.session import Session


@click.command(help=_("Create or migrate the database."))
@click.pass_obj
def init(session: Session) -> None:
    """Open the registry, which does both, and say where it is and what comes next."""
    session.registry.units()
    say(_("The database is ready: {place}").format(place=place(session.settings.database_url)))
    say(_("Next: netaudit template export DIR, fill in the sheets, then netaudit import DIR."), error=True)
