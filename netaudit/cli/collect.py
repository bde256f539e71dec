"""``netaudit collect``: read the devices' tables only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netaudit.app import sweep as job
from netaudit.app.plan import request_of
from netaudit.app.scope import ScopeRequest
from netaudit.cli.output import FORMATS
from netaudit.cli.sweep import ENGINES, EXIT, show_result
from netaudit.cli.watching import Watch
from netaudit.i18n import _

if TYPE_CHECKING:
    from netaudit.cli.session import Session
    from netaudit.settings import Engine


@click.command(help=_("Read the tables of the named devices, or of all, and locate what they know. Nothing is probed."))
@click.argument("devices", metavar="[DEVICE]...", nargs=-1)
@click.option("--ignore-quiet-hours", is_flag=True, help=_("Read devices in their quiet hours as well."))
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
@click.option(
    "--engine", type=click.Choice(ENGINES), help=_("What speaks SNMP: netaudit itself, or pysnmp (slower; to compare).")
)
@click.pass_obj
def collect(
    session: Session, *, devices: tuple[str, ...], ignore_quiet_hours: bool, form: str, engine: Engine | None
) -> int:
    """Run a sweep that only reads."""
    settings = session.settings.reading_by(engine)
    request = request_of(settings, ScopeRequest(), scan=False, devices=devices, ignore_quiet_hours=ignore_quiet_hours)
    with Watch(session) as watch:
        result = job.start(session.registry, settings, request, watch.stop, watch.tell)
    show_result(session, result, form)
    return EXIT[result.summary.outcome]
