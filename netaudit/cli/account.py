"""``netaudit account`` and ``netaudit audit-log``: who may use the portal, and what was done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from netaudit.app import account_reports as reports
from netaudit.app import accounts as app
from netaudit.app import log_check, tokens
from netaudit.app.accounts import Role
from netaudit.app.registration import local_admin
from netaudit.app.tokens import Scope
from netaudit.cli.output import FORMATS, emit
from netaudit.cli.streams import say
from netaudit.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netaudit.cli.session import Session

_form = click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
_name = click.argument("name", metavar="NAME")
_BROKEN = 1


@click.group(help=_("Who may use the portal: list, add, invite, change, disable."))
def account() -> None:
    """Group the verbs."""


@account.command("list", help=_("List accounts."))
@_form
@click.pass_obj
def list_(session: Session, *, form: str) -> None:
    """List who there is."""
    emit(session, reports.accounts(session.registry), form)


def _say_code(name: str, code: str) -> None:
    say(_("One-time code for {name}: {code}").format(name=name, code=code))
    say(_("It is valid for {days} days and opens the account once.").format(days=app.INVITATION_DAYS), error=True)


@account.command("add", help=_("Add an account and show the one-time code it is opened with."))
@_name
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help=_("What it may do."))
@click.option("--unit", "units", multiple=True, metavar="CODE", help=_("A unit a contact answers for."))
@click.option("--shown-name", metavar="TEXT", help=_("The person's name."))
@click.pass_obj
def add(session: Session, *, name: str, role: str, units: Sequence[str], shown_name: str | None) -> None:
    """Add one."""
    actor = local_admin().name
    code = app.create(session.registry, name, Role(role), units=units, shown_name=shown_name, actor=actor)
    _say_code(name, code)


@account.command("invite", help=_("Show a new one-time code, for a forgotten password; the password stays until then."))
@_name
@click.pass_obj
def invite(session: Session, *, name: str) -> None:
    """Invite again."""
    _say_code(name, app.invite(session.registry, name, actor=local_admin().name))


@account.command("edit", help=_("Change role or units; whoever is logged in by the account is logged out."))
@_name
@click.option("--role", type=click.Choice([role.value for role in Role]), help=_("What it may do."))
@click.option("--unit", "units", multiple=True, metavar="CODE", help=_("A unit a contact answers for."))
@click.pass_obj
def edit(session: Session, *, name: str, role: str | None, units: Sequence[str]) -> None:
    """Change one."""
    new_role = None if role is None else Role(role)
    app.change(session.registry, name, role=new_role, units=units or None, actor=local_admin().name)
    say(_("Changed: {name}").format(name=name))


@account.command("disable", help=_("Close an account; its history stays."))
@_name
@click.pass_obj
def disable(session: Session, *, name: str) -> None:
    """Close one."""
    app.change(session.registry, name, active=False, actor=local_admin().name)
    say(_("Disabled: {name}").format(name=name))


@account.command("enable", help=_("Open a disabled account again."))
@_name
@click.pass_obj
def enable(session: Session, *, name: str) -> None:
    """Open one again."""
    app.change(session.registry, name, active=True, actor=local_admin().name)
    say(_("Enabled: {name}").format(name=name))


@account.group("token", help=_("Tokens of programs that use the HTTP API: give, list, revoke."))
def token() -> None:
    """Group the verbs."""


@token.command("add", help=_("Give a program a token and show it: this once, it is stored as a hash only."))
@_name
@click.option("--label", required=True, metavar="TEXT", help=_("What the token is for."))
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice([scope.value for scope in Scope]),
    help=_("What it may do; may be given several times."),
)  # fmt: skip
@click.option("--unit", "units", multiple=True, metavar="CODE", help=_("Only this unit; may be given several times."))
@click.option(
    "--days", type=click.IntRange(1, tokens.LONGEST_DAYS), default=tokens.DAYS, show_default=True,
    help=_("How long it is valid."),
)  # fmt: skip
@click.pass_obj
def add_token(
    session: Session, *, name: str, label: str, scopes: Sequence[str], units: Sequence[str], days: int
) -> None:
    """Give a token."""
    wanted = [Scope(scope) for scope in scopes]
    actor = local_admin().name
    given = tokens.give(session.registry, name, label, wanted, units=units, days=days, actor=actor)
    say(given)
    say(_("Keep it now: it is not shown again."), error=True)


@token.command("list", help=_("List the tokens, what they may do, until when, and when they were last used."))
@_form
@click.pass_obj
def list_tokens(session: Session, *, form: str) -> None:
    """List tokens."""
    emit(session, tokens.listed(session.registry), form)


@token.command("revoke", help=_("End a token at once; the list says how it is called."))
@click.argument("token_name", metavar="TOKEN")
@click.pass_obj
def revoke_token(session: Session, *, token_name: str) -> None:
    """End one."""
    ended = tokens.revoke(session.registry, token_name, actor=local_admin().name)
    say(_("Revoked: {name} ({label})").format(name=ended.name, label=ended.label))


@click.group("audit-log", help=_("What was done, by whom, and whether the log is whole."))
def audit_log() -> None:
    """Group the verbs."""


@audit_log.command("list", help=_("List entries, newest first."))
@click.option("--subject", metavar="TEXT", help=_("Only this subject, such as 'registration 12'."))
@click.option("--newest", type=click.IntRange(1), default=200, show_default=True, help=_("How many."))
@_form
@click.pass_obj
def list_log(session: Session, *, subject: str | None, newest: int, form: str) -> None:
    """List entries."""
    emit(session, reports.log(session.registry, subject=subject, newest=newest), form)


@audit_log.command("verify", help=_("Check every link of the log; an entry that was changed or left out is named."))
@click.option("--expect", metavar="HASH", help=_("The last hash noted earlier: it must still be in the log."))
@click.option(
    "--anchor",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=_("A file elsewhere: compare with what it noted of the log earlier, and note where the log ends now."),
)
@click.pass_obj
def verify(session: Session, *, expect: str | None, anchor: Path | None) -> int:
    """Check the chain and its end."""
    state = log_check.check(session.registry, expect=expect, anchor=anchor)
    for entry in state.broken:
        say(_("Entry {number} was changed, or entries before it are missing.").format(number=entry), error=True)
    if state.cut_off:
        say(_("Entries at the end are missing: {count}.").format(count=state.cut_off), error=True)
    if state.expected_missing:
        say(_("The expected hash is not in the log: entries at its end are missing."), error=True)
    if state.contradicted:
        told = _("The log is not the one that was noted at {time}: it was cut off or written anew.")
        say(told.format(time=state.contradicted), error=True)
    if not state.is_whole:
        return _BROKEN
    say(_("{count} entries, whole. Last hash: {hash}").format(count=state.count, hash=state.last))
    return 0
