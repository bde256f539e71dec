"""``netaudit locate``: one address, with the whole chain of evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netaudit.app.locate import locate as answer
from netaudit.cli.output import FORMATS, emit
from netaudit.i18n import _

if TYPE_CHECKING:
    from netaudit.cli.session import Session


@click.command(help=_("Say where an address is, who filed it, and by what evidence."))
@click.argument("query", metavar="IP|MAC")
@click.option("--reveal", is_flag=True, help=_("Show phone numbers in full."))
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
@click.pass_obj
def locate(session: Session, *, query: str, reveal: bool, form: str) -> None:
    """Answer from the registry; nothing is sent."""
    emit(session, answer(session.registry, session.settings, query, reveal=reveal), form)
