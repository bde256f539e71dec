"""``netaudit locate``: one address, with the whole chain of evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netaudit.app.locate import locate as answer
from netaudit.app.timeline import at_moment
from netaudit.cli.output import FORMATS, emit
from netaudit.i18n import _

if TYPE_CHECKING:
    from netaudit.cli.session import Session


@click.command(
    help=_(
        "Say where an address is, who filed it, and by what evidence; or who is on a device or a port: "
        "netaudit locate sw-edu-03 GE0/0/7"
    )
)
@click.argument("query", metavar="IP|MAC|NETWORK|NAME|DEVICE [PORT]", nargs=-1, required=True)
@click.option(
    "--at",
    metavar="TIME",
    help=_('Who it was then: 2026-05-03 (the end of that day), "2026-05-03 10:00" or 2026-05-03T10:00:00Z.'),
)
@click.option("--history", is_flag=True, help=_("Also who had it and where it was before."))
@click.option("--reveal", is_flag=True, help=_("Show phone numbers in full."))
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
@click.pass_obj
def locate(session: Session, *, query: tuple[str, ...], at: str | None, history: bool, reveal: bool, form: str) -> None:
    """Answer from the registry; nothing is sent."""
    if at is not None and history:
        raise click.UsageError(_("--at asks for one moment, --history for all: name one of them."))
    wanted = " ".join(query)
    if at is not None:
        emit(session, at_moment(session.registry, wanted, at, reveal=reveal), form)
    else:
        emit(session, answer(session.registry, session.settings, wanted, reveal=reveal, history=history), form)
