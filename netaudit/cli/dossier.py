"""``netaudit unit profile`` and ``netaudit contact handover``: what is kept about a unit besides its registrations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from inventory.filing.lifecycle import Refusal
from netaudit.app import accounts
from netaudit.app import dossier as app
from netaudit.app.registration import local_admin
from netaudit.cli.output import FORMATS, emit
from netaudit.cli.records import contact, option_of, unit
from netaudit.cli.streams import say
from netaudit.i18n import _, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from netaudit.cli.session import Session

__all__ = ["contact", "unit"]

_REFUSED = 2
_form = click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
_code = click.argument("code", metavar="CODE")


@unit.group(help=_("What a unit says about its own network: list, show, edit."))
def profile() -> None:
    """Group the verbs."""


@profile.command("list", help=_("List what every unit says."))
@_form
@click.pass_obj
def list_(session: Session, *, form: str) -> None:
    """List them."""
    emit(session, app.profiles(session.registry), form)


@profile.command("show", help=_("Show one."))
@_code
@_form
@click.pass_obj
def show_(session: Session, *, code: str, form: str) -> None:
    """Show one."""
    emit(session, app.show_profile(session.registry, code), form)


def edit(session: Session, *, code: str, **values: str | None) -> int:
    """Change the given columns of one."""
    written = {key: value for key, value in values.items() if value is not None}
    done = app.change_profile(session.registry, code, written, local_admin())
    if isinstance(done, Refusal):
        say(show(done.reason), error=True)
        return _REFUSED
    if done:
        say(_("Changed: {key} ({fields})").format(key=code, fields=", ".join(done)))
    else:
        say(_("Nothing changed."))
    return 0


_edit: Callable[..., Any] = edit
for _column in reversed(app.PROFILE):
    _edit = option_of(_column)(_edit)
profile.command("edit", help=_("Change the given columns of one; an empty value clears a column."))(
    click.pass_obj(_code(_edit))
)


@contact.command(
    "handover",
    help=_(
        "Give a duty to somebody: NAME takes it over from today. What waits for the unit is noted as handed over, and"
        " with --account-to the new person gets an account of the unit, in the place of --account-from."
    ),
)
@click.argument("code", metavar="UNIT")
@click.argument("name", metavar="NAME")
@click.option(
    "--role", type=click.Choice([role.value for role in app.ContactRole]), default=app.ContactRole.TECHNICAL_LEAD.value,
    show_default=True, help=_("Which duty."),
)  # fmt: skip
@click.option("--phone", metavar="PHONE", help=_("The new person's phone number."))
@click.option("--email", metavar="TEXT", help=_("The new person's e-mail address."))
@click.option("--from", "outgoing", metavar="NAME", help=_("Who hands over, where several have the duty."))
@click.option("--account-from", metavar="NAME", help=_("The account that no longer answers for the unit."))
@click.option("--account-to", metavar="NAME", help=_("The account that does from now on; made where there is none."))
@click.option("--note", metavar="TEXT", help=_("Remark."))
@click.option("--rename", is_flag=True, help=_("Name NAME, too, where the unit's registrations name who leaves."))
@click.pass_obj
def handover(session: Session, /, *, code: str, name: str, role: str, rename: bool, **rest: str | None) -> None:
    """Hand over."""
    asked = app.Successor(code, app.ContactRole(role), name, **rest)
    done = app.hand_over(session.registry, asked, local_admin(), renaming=rename)
    told = _("{role}: {outgoing} → {incoming}; open cases: {number}")
    say(
        told.format(
            role=app.role_word(done.view.role).render(_),
            outgoing=done.view.outgoing or "—",
            incoming=name,
            number=len(done.view.open_cases),
        )
    )
    if done.renamed is not None:
        told = _("Registrations with the new name: {changed}; left alone because a review is waited for: {left}.")
        say(told.format(changed=done.renamed.changed, left=done.renamed.left))
    if done.code is not None:
        say(_("One-time code for {name}: {code}").format(name=asked.account_to, code=done.code))
        say(_("It is valid for {days} days and opens the account once.").format(days=accounts.INVITATION_DAYS))


@contact.command("handovers", help=_("List who handed over to whom."))
@click.option("--unit", "code", metavar="CODE", help=_("Only this unit."))
@_form
@click.pass_obj
def handovers(session: Session, *, code: str | None, form: str) -> None:
    """List them."""
    emit(session, app.handovers(session.registry, code), form)
