"""``netaudit registration export`` and ``import``: the sheets units fill in."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netaudit.app import unit_sheets
from netaudit.app.registration import local_admin
from netaudit.app.unit_sheets_report import report
from netaudit.cli.output import emit, write_file
from netaudit.cli.streams import say
from netaudit.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netaudit.cli.session import Session

_PARTIAL = 3
_REFUSED = 2


@click.command(
    "export",
    help=_(
        "Write a sheet for each unit to fill in: what is filed, and what was seen without a filing. With a name that"
        " ends in .zip, all sheets go into one archive."
    ),
)
@click.argument("target", metavar="FOLDER|FILE.zip", type=click.Path(path_type=Path))
@click.option("--unit", metavar="CODE", help=_("Only this unit."))
@click.pass_obj
def export(session: Session, *, target: Path, unit: str | None) -> None:
    """Write the sheets."""
    sheets = unit_sheets.export(session.registry, session.settings, _, unit=unit)
    if target.suffix.lower() == ".zip":
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in sheets:
                archive.writestr(name, content)
        write_file(packed.getvalue(), target)
        return
    target.mkdir(parents=True, exist_ok=True)
    for name, content in sheets:
        write_file(content, target / name)


@click.command(
    "import",
    help=_(
        "Take back sheets that units filled in. Good rows are submitted for review; the others say what is to be"
        " corrected. Taking the same sheet twice changes nothing the second time."
    ),
)
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--unit", metavar="CODE", help=_("The unit that returned them, where a sheet does not say so."))
@click.option("--approve", is_flag=True, help=_("File good rows at once, without a review."))
@click.option("--dry-run", is_flag=True, help=_("Show what would change, and write nothing."))
@click.option(
    "--receipts", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False),
    help=_("Write a receipt per file: the same rows, and what became of each."),
)  # fmt: skip
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", help=_("Form of the result."))
@click.pass_obj
def import_(
    session: Session,
    *,
    paths: Sequence[Path],
    unit: str | None,
    approve: bool,
    dry_run: bool,
    receipts: Path | None,
    form: str,
) -> int:
    """Take the sheets and say what became of every row."""
    files = [file for path in paths for file in (sorted(path.glob("*.xls*")) if path.is_dir() else [path])]
    returned = unit_sheets.take_back(
        session.registry,
        session.settings,
        files,
        actor=local_admin(),
        unit=unit,
        approve=approve,
        dry_run=dry_run,
    )
    emit(session, report(returned, dry_run=dry_run), form)
    if receipts is not None:
        receipts.mkdir(parents=True, exist_ok=True)
        for one in returned:
            if one.rows or one.network is not None:
                name, content = unit_sheets.receipt(one, session.settings, _)
                write_file(content, receipts / name)
    if not dry_run and not approve and any(one.count(unit_sheets.Outcome.NEW) for one in returned):
        say(_("Review what was submitted: netaudit registration list --waits-for office"), error=True)
    if all(one.good for one in returned):
        return 0
    return _PARTIAL if any(one.rows for one in returned) else _REFUSED
