"""``netaudit registration``: filing, reviewing, amending and cancelling, by the office's own people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from inventory.filing.lifecycle import Step
from netaudit.app import reconfirmation
from netaudit.app import registration as app
from netaudit.app.records import TABLES, RecordKind, Refused
from netaudit.app.registration import Action, RegistrationState, Turn
from netaudit.cli import attachments, unit_sheets
from netaudit.cli.output import FORMATS, emit
from netaudit.cli.records import option_of
from netaudit.cli.streams import say
from netaudit.i18n import _, show

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netaudit.app.registration import Done
    from netaudit.cli.session import Session

_COLUMNS = TABLES[RecordKind.REGISTRATION].columns
_AMENDABLE = tuple(column for column in _COLUMNS if column.key not in app.FIXED)
_PARTIAL = 3
_REFUSED = 2

_form = click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
_reason = click.option("--reason", metavar="TEXT", help=_("Why; the unit reads it."))
_queries = click.argument("queries", metavar="NUMBER|IP|MAC...", nargs=-1, required=True)


@click.group(help=_("File, review, amend and cancel registrations."))
def registration() -> None:
    """Group the verbs."""


@registration.command("list", help=_("List registrations and where they stand."))
@click.option("--unit", metavar="CODE", help=_("Only this unit."))
@click.option(
    "--state", "states", multiple=True, type=click.Choice([state.value for state in RegistrationState]),
    help=_("Only in this state; may be given several times."),
)  # fmt: skip
@click.option(
    "--waits-for", type=click.Choice([Turn.OFFICE.value, Turn.CONTACT.value]), help=_("Only what waits for this side.")
)
@click.option("--overdue", is_flag=True, help=_("Only what is late."))
@_form
@click.pass_obj
def list_(
    session: Session, *, unit: str | None, states: Sequence[str], waits_for: str | None, overdue: bool, form: str
) -> None:
    """List what is registered."""
    turn = None if waits_for is None else Turn(waits_for)
    chosen = [RegistrationState(state) for state in states]
    filing = session.settings.filing
    emit(
        session,
        app.list_(session.registry, filing, unit=unit, states=chosen, turn=turn, only_overdue=overdue),
        form,
    )


@registration.command("show", help=_("Show the registrations of a number, an IP address or a MAC address."))
@click.argument("query", metavar="NUMBER|IP|MAC")
@_form
@click.pass_obj
def show_(session: Session, *, query: str, form: str) -> None:
    """Show one with its history, or several."""
    emit(session, app.show(session.registry, session.settings.filing, query), form)


def add(session: Session, *, draft: bool, **values: str | None) -> int:
    """File one registration."""
    state = RegistrationState.DRAFT if draft else RegistrationState.APPROVED
    given = {key: value for key, value in values.items() if value is not None}
    try:
        case = app.add(session.registry, given, state=state, actor=app.local_admin())
    except Refused as error:
        return _refused(error)
    say(_("Registered: {number}").format(number=case.number or case.registration.id))
    return 0


def amend(session: Session, *, query: str, reason: str | None, now: bool, **values: str | None) -> int:
    """Propose new values, and with ``--now`` file them at once."""
    changes = {key: value for key, value in values.items() if value is not None}
    status = _act(session, [query], Step(Action.AMEND, reason, changes))
    if now and status == 0:
        return _act(session, [query], Step(Action.APPROVE))
    return status


def edit(session: Session, *, query: str, **values: str | None) -> int:
    """Change a draft or a returned registration."""
    changes = {key: value for key, value in values.items() if value is not None}
    return _act(session, [query], Step(Action.EDIT, changes=changes))


def _act(session: Session, queries: Sequence[str], step: Step) -> int:
    try:
        done = app.act(session.registry, session.settings.filing, queries, step, app.local_admin())
    except Refused as error:
        return _refused(error)
    for one in done:
        _say_done(one)
    failed = sum(one.case is None for one in done)
    if not failed:
        return 0
    return _REFUSED if failed == len(done) else _PARTIAL


def _say_done(done: Done) -> None:
    if done.case is not None:
        state = show(app.STATES[done.case.registration.state])
        name = done.case.number or done.case.registration.id
        say(_("{asked}: {state} ({number})").format(asked=done.asked, state=state, number=name))
    elif done.refusal is not None:
        hint = f" {show(done.refusal.hint)}" if done.refusal.hint else ""
        say(f"{done.asked}: {show(done.refusal.reason)}{hint}", error=True)


def _refused(error: Refused) -> int:
    for problem in error.problems:
        say(f"{problem.header or problem.column}: {show(problem.reason)}", error=True)
    say(show(error.message), error=True)
    return error.exit_code


def _verb(name: str, action: Action, about: str, *, reason: bool = False) -> None:
    def callback(session: Session, *, queries: Sequence[str], reason: str | None = None) -> int:
        return _act(session, queries, Step(action, reason))

    command: Callable[..., Any] = _queries(callback)
    if reason:
        command = click.option("--reason", metavar="TEXT", required=True, help=_("Why; the unit reads it."))(command)
    registration.command(name, help=about)(click.pass_obj(command))


def _with_columns(command: Callable[..., Any], *, adding: bool) -> Callable[..., Any]:
    for column in reversed(_COLUMNS if adding else _AMENDABLE):
        command = option_of(column, required=adding and column.required)(command)
    return command


_draft = click.option("--draft", is_flag=True, help=_("Only a draft: it is submitted and reviewed later."))
_now = click.option("--now", is_flag=True, help=_("File the new values at once, without a review."))
_query = click.argument("query", metavar="NUMBER|IP|MAC")
registration.command("add", help=_("File one registration; it is checked like a row of an import."))(
    click.pass_obj(_with_columns(_draft(add), adding=True))
)
registration.command("edit", help=_("Change a draft or a returned registration; an empty value clears a column."))(
    click.pass_obj(_query(_with_columns(edit, adding=False)))
)
registration.command("amend", help=_("Propose new values of what is filed; what is filed counts until the review."))(
    click.pass_obj(_query(_reason(_now(_with_columns(amend, adding=False)))))
)
_verb("submit", Action.SUBMIT, _("Hand in drafts or returned registrations for review."))
_verb("approve", Action.APPROVE, _("Approve what was submitted; a new registration gets its filing number."))
_verb("reject", Action.RETURN, _("Return what was submitted, with the reason."), reason=True)
_verb("withdraw", Action.WITHDRAW, _("Take back what was submitted, before it is reviewed."))
_verb("cancel", Action.CANCEL, _("Cancel registrations; their history stays."), reason=True)


@registration.command(
    "reconfirm",
    help=_("Confirm that registrations still hold: some by name, or all of a unit, or those of them that are due."),
)
@click.argument("queries", metavar="[NUMBER|IP|MAC...]", nargs=-1)
@click.option("--unit", metavar="CODE", help=_("Everything this unit has filed."))
@click.option("--due-within", type=click.IntRange(0, 3660), metavar="DAYS",
              help=_("Of the unit only what is due within so many days; 0 is what is overdue."))  # fmt: skip
@click.pass_obj
def reconfirm(session: Session, *, queries: Sequence[str], unit: str | None, due_within: int | None) -> int:
    """Confirm some, or a unit's."""
    if bool(queries) == (unit is not None):
        raise click.UsageError(_("Name registrations, or a unit with --unit CODE."))
    if unit is None:
        return _act(session, queries, Step(Action.RECONFIRM))
    registry, filing = session.registry, session.settings.filing
    lines = reconfirmation.due(registry, filing, unit, within_days=due_within)
    numbers = [line.case.registration.id for line in lines]
    done = reconfirmation.confirm(registry, filing, numbers, app.local_admin(), unit=unit)
    for one in done:
        if one.case is None:
            _say_done(one)
    confirmed = sum(one.case is not None for one in done)
    say(_("Confirmed: {number}").format(number=confirmed))
    return 0 if confirmed == len(done) else _PARTIAL


registration.add_command(unit_sheets.export)
registration.add_command(unit_sheets.import_)
for _command in (attachments.attach, attachments.attachments, attachments.fetch, attachments.detach):
    registration.add_command(_command)
