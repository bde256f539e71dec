"""``netaudit registration attach``, ``attachments``, ``fetch``, ``detach``: scans of sealed forms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from netaudit.app import attachments as app
from netaudit.app.registration import local_admin
from netaudit.cli.output import FORMATS, emit, write_file
from netaudit.cli.streams import say
from netaudit.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netaudit.cli.session import Session


@click.command("attach", help=_("Attach the scan of a sealed form (PDF, JPEG, PNG) to a unit or a registration."))
@click.argument("files", metavar="FILE...", nargs=-1, required=True,
                type=click.Path(exists=True, dir_okay=False, path_type=Path))  # fmt: skip
@click.option("--unit", metavar="CODE", help=_("The unit whose return it belongs to."))
@click.option("--registration", "query", metavar="NUMBER|IP|MAC", help=_("The registration it belongs to."))
@click.option("--note", metavar="TEXT", help=_("Remark."))
@click.pass_obj
def attach(session: Session, *, files: Sequence[Path], unit: str | None, query: str | None, note: str | None) -> None:
    """Attach files."""
    for file in files:
        done = app.attach_file(session.registry, file, local_admin(), unit=unit, query=query, note=note)
        say(_("Attached: {number} {file}, SHA-256 {hash}").format(number=done.id, file=done.name, hash=done.sha256))


@click.command("attachments", help=_("List what is attached."))
@click.option("--unit", metavar="CODE", help=_("Only this unit."))
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
@click.pass_obj
def attachments(session: Session, *, unit: str | None, form: str) -> None:
    """List them."""
    emit(session, app.report(session.registry, unit), form)


@click.command("fetch", help=_("Write an attached file into a folder, or to a file of the name you give."))
@click.argument("number", metavar="NUMBER", type=int)
@click.argument("target", metavar="FOLDER|FILE", type=click.Path(path_type=Path))
@click.pass_obj
def fetch(session: Session, *, number: int, target: Path) -> None:
    """Write one."""
    view, content = app.fetch(session.registry, number, local_admin())
    write_file(content, target / view.name if target.is_dir() else target)


@click.command("detach", help=_("Delete an attached file; its name, its hash and the reason stay in the audit log."))
@click.argument("number", metavar="NUMBER", type=int)
@click.option("--reason", metavar="TEXT", required=True, help=_("Why."))
@click.pass_obj
def detach(session: Session, *, number: int, reason: str) -> None:
    """Delete one."""
    say(_("Removed: {key}").format(key=app.detach(session.registry, number, reason, local_admin()).name))
