"""``netaudit ip``: free addresses, and who asked for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from inventory.filing.lifecycle import Refusal
from netaudit.app import address_requests as app
from netaudit.app.address_requests import RequestState
from netaudit.app.records import TABLES, RecordKind
from netaudit.app.registration import local_admin
from netaudit.cli.output import FORMATS, emit
from netaudit.cli.records import option_of
from netaudit.cli.streams import say
from netaudit.i18n import _, show

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from netaudit.cli.session import Session

_PARTIAL = 3
_REFUSED = 2
_form = click.option("--format", "form", type=click.Choice(FORMATS), default="table", help=_("Form of the result."))
_numbers = click.argument("numbers", metavar="NUMBER...", nargs=-1, required=True, type=int)


@click.group(help=_("Suggest free addresses; ask for one, approve, return or withdraw requests."))
def ip() -> None:
    """Group the verbs."""


@ip.command("suggest", help=_("List free addresses: not seen, filed, held or kept, and not a gateway's."))
@click.option("--unit", required=True, metavar="CODE", help=_("Whose addresses."))
@click.option("--count", type=click.IntRange(1, 1000), default=app.SUGGESTED, show_default=True, help=_("How many."))
@_form
@click.pass_obj
def suggest(session: Session, *, unit: str, count: int, form: str) -> None:
    """List free addresses."""
    emit(session, app.suggestions(session.registry, session.settings, unit, count), form)


@ip.command("list", help=_("List who asked for an address."))
@click.option("--unit", metavar="CODE", help=_("Only this unit."))
@click.option("--state", type=click.Choice([state.value for state in RequestState]), help=_("Only in this state."))
@_form
@click.pass_obj
def list_(session: Session, *, unit: str | None, state: str | None, form: str) -> None:
    """List requests."""
    wanted = None if state is None else RequestState(state)
    emit(session, app.report(session.registry, unit=unit, state=wanted), form)


def request(session: Session, *, unit: str, **values: str | None) -> int:
    """Hold an address."""
    written = {key: value for key, value in values.items() if value is not None}
    done = app.ask(session.registry, session.settings, unit, written, local_admin())
    if isinstance(done, Refusal):
        _refuse(str(done.column or unit), done)
        return _REFUSED
    told = _("Request {number}: {ip} is held for {unit} until {date}.")
    say(told.format(number=done.id, ip=done.ip, unit=unit, date=done.until.astimezone().date()))
    return 0


_request: Callable[..., Any] = request
for _column in reversed(TABLES[RecordKind.REGISTRATION].columns):
    _request = option_of(_column, required=_column.required and _column.key != "ip")(_request)
ip.command("request", help=_("Hold an address for a card that is to be connected; without --ip the first free one."))(
    click.pass_obj(_request)
)


def _refuse(asked: str, refusal: Refusal) -> None:
    hint = f" {show(refusal.hint)}" if refusal.hint else ""
    say(f"{asked}: {show(refusal.reason)}{hint}", error=True)


def _decided(done: Mapping[int, app.AddressRequest | Refusal]) -> int:
    failed = 0
    for number, one in done.items():
        if isinstance(one, Refusal):
            failed += 1
            _refuse(str(number), one)
        elif one.registration is not None:
            say(_("{number}: {ip} is filed as registration {registration}.").format(
                number=number, ip=one.ip, registration=one.registration))  # fmt: skip
        else:
            say(_("{number}: {ip} is free again.").format(number=number, ip=one.ip))
    if not failed:
        return 0
    return _REFUSED if failed == len(done) else _PARTIAL


@ip.command("approve", help=_("Make registrations of requests."))
@_numbers
@click.pass_obj
def approve(session: Session, *, numbers: Sequence[int]) -> int:
    """Approve."""
    return _decided(session.registry.desk.requests.approve(numbers, local_admin()))


@ip.command("return", help=_("Return requests with the reason; their addresses are free again."))
@_numbers
@click.option("--reason", metavar="TEXT", required=True, help=_("Why; the unit reads it."))
@click.pass_obj
def return_(session: Session, *, numbers: Sequence[int], reason: str) -> int:
    """Return."""
    done = session.registry.desk.requests.end(numbers, RequestState.RETURNED, local_admin(), reason=reason)
    return _decided(done)


@ip.command("withdraw", help=_("Take requests back; their addresses are free again."))
@_numbers
@click.pass_obj
def withdraw(session: Session, *, numbers: Sequence[int]) -> int:
    """Withdraw."""
    return _decided(session.registry.desk.requests.end(numbers, RequestState.WITHDRAWN, local_admin()))
