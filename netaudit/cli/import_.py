"""``netaudit import``: sheets into the registry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from netaudit.app.import_ import import_files
from netaudit.app.import_report import report
from netaudit.cli.output import emit
from netaudit.i18n import _

if TYPE_CHECKING:
    from netaudit.cli.session import Session

REFUSED: Final = 2


@click.command(
    "import",
    help=_(
        "Read units, points, prefixes, devices, contacts and registrations from sheets (.xlsx or .csv), or from all"
        " sheets of a folder. A file with a problem is refused as a whole, and every problem is named."
    ),
)
@click.argument("paths", metavar="FILE|DIR...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help=_("Show what would change, and write nothing."))
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", help=_("Form of the result."))
@click.pass_obj
def import_(session: Session, *, paths: tuple[Path, ...], dry_run: bool, form: str) -> int:
    """Import and say what became of every file."""
    result = import_files(session.registry, paths, dry_run=dry_run)
    emit(session, report(result), form)
    return REFUSED if result.refused else 0
