"""``netaudit topology``: what hangs on what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from netaudit.app.topology import Wanted, drawing, report
from netaudit.cli.output import FORMATS, emit, write
from netaudit.i18n import CATALOGUES, _, active_language

if TYPE_CHECKING:
    from netaudit.cli.session import Session

_FORMATS: Final = (*FORMATS, "svg", "html")
_PAPER: Final = ("a3", "a4")


@click.command(
    help=_(
        "Show what hangs on what, and how that is known: links heard by LLDP or CDP, filed, or inferred from "
        "forwarding tables. Devices that were not read and bridges nobody registered are shown, too."
    )
)
@click.option("--unit", metavar="CODE", help=_("Only this unit's points and what hangs on them; with units below it."))
@click.option("--point", metavar="CODE", help=_("Only the devices of this point and what hangs on them."))
@click.option("--device", "devices", multiple=True, metavar="NAME", help=_("Only this device and what hangs on it."))
@click.option(
    "--depth",
    type=click.IntRange(0),
    metavar="N",
    help=_("Only so many links below what was asked for, or below where it begins."),
)
@click.option(
    "--root", "begin", metavar="NAME", help=_("Begin at this device, not at the one for which most evidence speaks.")
)
@click.option("--sweep", "number", type=click.IntRange(1), metavar="N", help=_("As this sweep saw it."))
@click.option(
    "--explain",
    is_flag=True,
    help=_("Say what was left out and why, how many rows each source gave, and why it begins there."),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="table",
    help=_("Form of the result; svg draws it, html draws it on pages to print."),
)
@click.option("--paper", type=click.Choice(_PAPER), default="a3", help=_("Size of the pages to print."))
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=_("Write it to this file.")
)
@click.pass_obj
def topology(  # noqa: PLR0913 -- one parameter per documented option
    session: Session,
    *,
    unit: str | None,
    point: str | None,
    devices: tuple[str, ...],
    depth: int | None,
    begin: str | None,
    number: int | None,
    explain: bool,
    form: str,
    paper: str,
    output: Path | None,
) -> None:
    """Answer from the registry; nothing is sent."""
    wanted = Wanted(unit, point, devices, depth, begin, number)
    if form in {"svg", "html"}:
        language = CATALOGUES[active_language()].replace("_", "-")
        write(drawing(session.registry, _, language, wanted, paper if form == "html" else None), output)
    else:
        emit(session, report(session.registry, wanted, explain=explain), form, output)
