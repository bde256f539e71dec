"""``netaudit endpoint``: what was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netaudit.app.report import Question, endpoints
from netaudit.app.timeline import tell
from netaudit.cli.output import FORMATS, emit
from netaudit.i18n import _

if TYPE_CHECKING:
    from netaudit.cli.session import Session


@click.group(help=_("List the endpoints that were seen, or tell the history of one."))
def endpoint() -> None:
    """Group the verbs."""


@endpoint.command("list", help=_("List the endpoints that were seen."))
@click.option("--unit", metavar="CODE", help=_("Only this unit."))
@click.option("--unregistered", is_flag=True, help=_("Only those nobody has filed."))
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
@click.pass_obj
def list_(session: Session, *, unit: str | None, unregistered: bool, form: str) -> None:
    """List endpoints."""
    asked = Question(unit=unit)
    emit(session, endpoints(session.registry, session.settings, asked, only_unregistered=unregistered), form)


@endpoint.command(
    "timeline", help=_("Tell which addresses and ports an endpoint had, from when to when, and by what evidence.")
)
@click.argument("query", metavar="IP|MAC|DEVICE [PORT]", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
@click.pass_obj
def timeline(session: Session, *, query: tuple[str, ...], form: str) -> None:
    """Tell the history of one endpoint, of all that ever held an address, or that ever were on a port."""
    emit(session, tell(session.registry, " ".join(query)), form)
