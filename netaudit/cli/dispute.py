"""``netaudit dispute``: what units object to, and what the office answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netaudit.app import disputes as app
from netaudit.app.disputes import DisputeKind, DisputeState
from netaudit.app.registration import local_admin
from netaudit.cli.output import FORMATS, emit
from netaudit.cli.streams import say
from netaudit.i18n import _

if TYPE_CHECKING:
    from netaudit.cli.session import Session

_number = click.argument("number", metavar="NUMBER", type=int)


@click.group(help=_("What units say about endpoints they do not file: list, add, accept, reject."))
def dispute() -> None:
    """Group the verbs."""


@dispute.command("list", help=_("List objections."))
@click.option("--unit", metavar="CODE", help=_("Only this unit."))
@click.option("--state", type=click.Choice([state.value for state in DisputeState]), help=_("Only in this state."))
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
@click.pass_obj
def list_(session: Session, *, unit: str | None, state: str | None, form: str) -> None:
    """List them."""
    wanted = None if state is None else DisputeState(state)
    emit(session, app.report(session.registry, unit=unit, wanted=wanted), form)


@dispute.command("add", help=_("Note what a unit says about an endpoint that was seen under its name."))
@click.argument("query", metavar="IP|MAC")
@click.option("--unit", required=True, metavar="CODE", help=_("The unit that says so."))
@click.option(
    "--kind", type=click.Choice([kind.value for kind in DisputeKind]), default=DisputeKind.NOT_OURS.value,
    show_default=True, help=_("What it says."),
)  # fmt: skip
@click.option("--to", "target", metavar="CODE", help=_("The unit it moved to, with --kind moved."))
@click.option("--plane", default="public", show_default=True, metavar="NAME", help=_("Its network plane."))
@click.option("--note", metavar="TEXT", help=_("Remark."))
@click.pass_obj
def add(
    session: Session, *, query: str, unit: str, kind: str, target: str | None, plane: str, note: str | None
) -> None:
    """Note one."""
    done = app.state(
        session.registry, unit, query, DisputeKind(kind), local_admin(), plane=plane, target=target, note=note
    )
    say(_("Noted: {number}").format(number=done.id))


@dispute.command("accept", help=_("Agree: the endpoint is no longer asked of the unit."))
@_number
@click.option("--answer", metavar="TEXT", help=_("What the unit reads."))
@click.pass_obj
def accept(session: Session, *, number: int, answer: str | None) -> None:
    """Agree."""
    _decide(session, number, DisputeState.ACCEPTED, answer)


@dispute.command("reject", help=_("Disagree: the unit has to file the endpoint."))
@_number
@click.option("--answer", metavar="TEXT", required=True, help=_("What the unit reads."))
@click.pass_obj
def reject(session: Session, *, number: int, answer: str) -> None:
    """Disagree."""
    _decide(session, number, DisputeState.REJECTED, answer)


def _decide(session: Session, number: int, decision: DisputeState, answer: str | None) -> None:
    done = app.decide(session.registry, number, decision, local_admin(), answer)
    say(_("Decided: {number} of {unit}").format(number=done.id, unit=done.unit))
