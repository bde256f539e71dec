"""``netaudit sweep``: the main job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from inventory.model.records import SweepOutcome
from netaudit.app import sweep as job
from netaudit.app.plan import request_of
from netaudit.app.scope import ScopeRequest
from netaudit.cli.output import FORMATS, emit
from netaudit.cli.watching import Watch
from netaudit.i18n import _

if TYPE_CHECKING:
    from netaudit.cli.session import Session
    from netaudit.settings import Engine

ENGINES = ("native", "pysnmp")
AFTERWARDS: Final = (
    "netaudit.app.resolve",
    "netaudit.app.current",
    "netaudit.app.sweep_report",
    "reports.formats.terminal",
)
"""What a sweep needs when the network has answered; loaded while it is waited for."""

EXIT = {
    SweepOutcome.COMPLETE: 0,
    SweepOutcome.PARTIAL: 3,
    SweepOutcome.INTERRUPTED: 3,
    SweepOutcome.FAILED: 4,
}


@click.command(
    help=_(
        "Scan, read the switches, locate every endpoint, and compare with the registrations.\n\n"
        "TARGET is a CIDR, a range (192.0.2.10-192.0.2.20) or an address. Without one, every registered prefix "
        "is swept, except retired ones."
    ),
    epilog=_("Exit code: 0 complete, 3 something could not be probed or read (the output says what), 4 nothing could."),
)
@click.argument("targets", metavar="[TARGET]...", nargs=-1)
@click.option("--unit", metavar="CODE", help=_("Only this unit's prefixes."))
@click.option("--point", metavar="CODE", help=_("Only this point's prefixes."))
@click.option(
    "--plane", metavar="NAME", help=_("Network plane of the targets (default: the one whose prefixes hold them).")
)
@click.option(
    "--exclude",
    metavar="TARGET",
    multiple=True,
    help=_("Send nothing there, not even to read a device; may be repeated."),
)
@click.option("--allow-public", is_flag=True, help=_("Allow targets in public space outside every registered prefix."))
@click.option(
    "--rate", type=click.FloatRange(min=0, min_open=True), metavar="PPS", help=_("Packets per second at most.")
)
@click.option(
    "--trusted-port",
    is_flag=True,
    help=_("The port this computer is plugged in to is exempt from ARP inspection: send ARP as fast as the rest."),
)
@click.option("--ignore-quiet-hours", is_flag=True, help=_("Scan and read what is in its quiet hours as well."))
@click.option("--probes", metavar="KINDS", help=_("Comma-separated: icmp, arp, tcp, udp."))
@click.option("--timeout", type=click.FloatRange(0, 60, min_open=True), metavar="S", help=_("Wait for one answer."))
@click.option(
    "--retries",
    type=click.IntRange(0, 10),
    metavar="N",
    help=_("How often a silent address is asked again (default: until hardly a host can be missed)."),
)
@click.option("--no-scan", is_flag=True, help=_("Only read tables."))
@click.option("--no-collect", is_flag=True, help=_("Only scan."))
@click.option(
    "--dry-run", is_flag=True, help=_("Print what would be sent, to whom and how long it takes; send nothing.")
)
@click.option("--resume", "again", is_flag=True, help=_("Go on with the last interrupted sweep."))
@click.option(
    "--engine", type=click.Choice(ENGINES), help=_("What speaks SNMP: netaudit itself, or pysnmp (slower; to compare).")
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
@click.pass_obj
def sweep(  # noqa: PLR0913 -- one parameter per documented option
    session: Session,
    *,
    targets: tuple[str, ...],
    unit: str | None,
    point: str | None,
    plane: str | None,
    exclude: tuple[str, ...],
    allow_public: bool,
    rate: float | None,
    trusted_port: bool,
    ignore_quiet_hours: bool,
    probes: str | None,
    timeout: float | None,
    retries: int | None,
    no_scan: bool,
    no_collect: bool,
    dry_run: bool,
    again: bool,
    engine: Engine | None,
    form: str,
) -> int:
    """Run, resume or foretell a sweep."""
    if no_scan and no_collect:
        raise click.UsageError(_("--no-scan and --no-collect together leave nothing to do."))
    if again and (targets or unit or point or dry_run):
        raise click.UsageError(_("--resume goes on as planned: it takes no targets, unit, point or --dry-run."))
    settings = session.settings.reading_by(engine)
    scope = ScopeRequest(targets, unit, point, plane, exclude, allow_public)
    request = request_of(
        settings,
        scope,
        scan=not no_scan,
        collect=not no_collect,
        rate=rate,
        kinds=tuple(kind.strip() for kind in probes.split(",")) if probes is not None else None,
        timeout=timeout,
        retries=retries,
        trusted_port=trusted_port,
        ignore_quiet_hours=ignore_quiet_hours,
    )
    if dry_run:
        from netaudit.app import forecast as foresight  # noqa: PLC0415 -- a sweep need not pay for it

        emit(session, foresight.foretell(session.registry, settings, request), form)
        return 0
    with Watch(session, AFTERWARDS) as watch:
        if again:
            result = job.resume(session.registry, settings, watch.stop, watch.tell)
        else:
            result = job.start(session.registry, settings, request, watch.stop, watch.tell)
    show_result(session, result, form)
    return EXIT[result.summary.outcome]


def show_result(session: Session, result: job.SweepResult, form: str) -> None:
    """Show how a sweep ended; on a terminal, the unregistered endpoints as well."""
    from netaudit.app.sweep_report import found_unregistered, sweep_report  # noqa: PLC0415 -- see AFTERWARDS

    if form == "table":
        emit(session, found_unregistered(result), form)
    emit(session, sweep_report(result), form)
    if result.summary.outcome is SweepOutcome.INTERRUPTED:
        session.err.print(_("Interrupted; go on with: netaudit sweep --resume"))
