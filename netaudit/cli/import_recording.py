"""``netaudit import-recording``: what was recorded elsewhere into the registry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from netaudit.app.import_recording import import_recordings
from netaudit.cli.output import FORMATS, emit
from netaudit.i18n import _

if TYPE_CHECKING:
    from netaudit.cli.session import Session


@click.command(
    "import-recording",
    help=_(
        "Bring recordings of devices into the registry, as if they had been read when they were recorded: for a place"
        " that this computer cannot reach. DIR is a recording, or a folder of recordings; all that are named together"
        " become one collection. A recording is stored once, however often it comes."
    ),
)
@click.argument("places", metavar="DIR...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--plane",
    metavar="NAME",
    help=_("Network plane of the addresses in them (default: the one whose prefixes hold them)."),
)
@click.option("--dry-run", is_flag=True, help=_("Show what would come in, and write nothing."))
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
@click.pass_obj
def import_recording(
    session: Session, *, places: tuple[Path, ...], plane: str | None, dry_run: bool, form: str
) -> None:
    """Import and say what came in."""
    emit(session, import_recordings(session.registry, session.settings, places, plane=plane, dry_run=dry_run), form)
