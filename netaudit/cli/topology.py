"""``netaudit topology``: what hangs on what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from netaudit.app.topology import drawing, report
from netaudit.cli.output import FORMATS, emit, write
from netaudit.i18n import CATALOGUES, _, active_language

if TYPE_CHECKING:
    from netaudit.cli.session import Session

_FORMATS: Final = (*FORMATS, "svg")


@click.command(
    help=_(
        "Show what hangs on what, and how that is known: links heard by LLDP or CDP, filed, or inferred from "
        "forwarding tables. Devices that were not read and bridges nobody registered are shown, too."
    )
)
@click.option("--sweep", "number", type=click.IntRange(1), metavar="N", help=_("As this sweep saw it."))
@click.option(
    "--format", "form", type=click.Choice(_FORMATS), default="table", help=_("Form of the result; svg draws it.")
)
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=_("Write it to this file.")
)
@click.pass_obj
def topology(session: Session, *, number: int | None, form: str, output: Path | None) -> None:
    """Answer from the registry; nothing is sent."""
    if form == "svg":
        language = CATALOGUES[active_language()].replace("_", "-")
        write(drawing(session.registry, _, language, number), output)
    else:
        emit(session, report(session.registry, number), form, output)
