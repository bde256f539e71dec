"""``netaudit report``: one reader's question per name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from netaudit.app.report import Question
from netaudit.catalog import REPORTS
from netaudit.cli.output import REPORT_FORMATS, emit
from netaudit.i18n import _

if TYPE_CHECKING:
    from netaudit.cli.session import Session


@click.command(
    help=_(
        "Show or write a report.\n\n"
        "unregistered: endpoints nobody has filed, per unit. registration-rate: how much of what was seen is filed. "
        "coverage: what the answers rest on. devices: in what condition our own devices are. "
        "sweep: how the last sweep went."
    )
)
@click.argument("name", type=click.Choice(list(REPORTS)))
@click.option("--sweep", "number", type=click.IntRange(1), metavar="N", help=_("Only what this sweep saw."))
@click.option("--unit", metavar="CODE", help=_("Only this unit."))
@click.option("--reveal", is_flag=True, help=_("Show phone numbers in full."))
@click.option("--format", "form", type=click.Choice(REPORT_FORMATS), default="table", help=_("Form of the report."))
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=_("Write it to this file.")
)
@click.pass_obj
def report(
    session: Session, *, name: str, number: int | None, unit: str | None, reveal: bool, form: str, output: Path | None
) -> None:
    """Answer one question."""
    asked = Question(sweep=number, unit=unit, reveal=reveal)
    emit(session, REPORTS[name](session.registry, session.settings, asked), form, output)
