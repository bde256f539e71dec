"""``netaudit recompute``: everything that follows from facts, once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netaudit.app.recompute import recompute as job
from netaudit.app.upkeep import recomputed
from netaudit.cli.output import FORMATS, emit
from netaudit.i18n import _

if TYPE_CHECKING:
    from netaudit.cli.session import Session


@click.command(
    help=_(
        "Compute places, endpoints and their history again from the stored facts, and put them in the place of what is "
        "there, all at once. It says how much differed."
    )
)
@click.option("--dry-run", is_flag=True, help=_("Only say what would differ."))
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
@click.pass_obj
def recompute(session: Session, *, dry_run: bool, form: str) -> None:
    """Compute again."""
    from rich.progress import Progress  # noqa: PLC0415 -- help must not pay for it

    quiet = session.quiet or not session.err.is_terminal
    with Progress(console=session.err, transient=True, disable=quiet) as progress:
        task = progress.add_task(_("Sweeps"), total=None)
        found = job(
            session.registry,
            session.settings,
            lambda done, total: progress.update(task, completed=done, total=total),
            dry_run=dry_run,
        )
    emit(session, recomputed(found, dry_run=dry_run), form)
