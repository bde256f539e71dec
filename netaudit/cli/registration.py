"""``netaudit registration``: what units have filed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netaudit.app.records import list_registrations, show_registration
from netaudit.cli.output import FORMATS, emit
from netaudit.i18n import _

if TYPE_CHECKING:
    from netaudit.cli.session import Session


@click.group(help=_("List or show registrations."))
def registration() -> None:
    """Group the verbs."""


@registration.command("list", help=_("List registrations."))
@click.option("--unit", metavar="CODE", help=_("Only this unit."))
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
@click.pass_obj
def list_(session: Session, *, unit: str | None, form: str) -> None:
    """List what is filed."""
    emit(session, list_registrations(session.registry, unit), form)


@registration.command("show", help=_("Show the registrations of a number, an IP address or a MAC address."))
@click.argument("query", metavar="NUMBER|IP|MAC")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
@click.pass_obj
def show(session: Session, *, query: str, form: str) -> None:
    """Show one."""
    emit(session, show_registration(session.registry, query), form)
