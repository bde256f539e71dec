"""A unit's own file: who is there for it, and how its network is built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from inventory.filing.lifecycle import Refusal
from inventory.filing.profile import PROFILE, cells_of
from inventory.model.errors import UsageError
from netaudit.app import dossier as app
from netaudit.app.accounts import INVITATION_DAYS, Role
from netaudit.app.records import unit_of
from netaudit.web.access import Person, Visitor, Writer
from netaudit.web.forms import Fields, number_in
from netaudit.web.rendering import page
from netaudit.web.state import state_of

if TYPE_CHECKING:
    from collections.abc import Mapping

router = APIRouter()
_PASSED_ON: Final = ("phone", "email", "note", "account_from", "account_to")
_LONGEST: Final = 200


@router.get("/unit/{unit}/contacts")
def contacts(request: Request, visitor: Person, unit: str) -> Response:
    """Show a unit's contacts and who handed over to whom."""
    return _contacts(request, visitor, unit)


def _contacts(
    request: Request,
    visitor: Visitor,
    unit: str,
    problem: Refusal | None = None,
    handed: app.Handed | None = None,
) -> Response:
    registry = state_of(request).registry
    view = unit_of(registry, unit)
    accounts = [
        account.name
        for account in (registry.gate.accounts() if visitor.session.account.role is Role.ADMIN else ())
        if unit in account.units and account.active
    ]
    return page(
        request, "contacts.html", visitor, status=400 if problem else 200, unit=view, people=app.people(registry, unit),
        problem=problem, handed=handed, accounts=accounts, roles=tuple(app.ContactRole), days=INVITATION_DAYS,
    )  # fmt: skip


@router.post("/unit/{unit}/contacts")
def hand_over(
    request: Request,
    visitor: Writer,
    unit: str,
    form: Fields,
    role: Annotated[app.ContactRole, Form()],
    name: Annotated[str, Form(max_length=60)],
    rename: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    """Give a duty to somebody; accounts are passed on by administrators only."""
    keys = ("phone", "email", "note") if visitor.session.account.role is not Role.ADMIN else _PASSED_ON
    given = {key: form[key].strip()[:_LONGEST] or None for key in keys if key in form}
    asked = app.Successor(unit, role, name.strip(), **given)
    try:
        handed = app.hand_over(state_of(request).registry, asked, visitor.actor, renaming=bool(rename))
    except UsageError as error:
        return _contacts(request, visitor, unit, Refusal(error.message, error.hint))
    if handed.code is None and handed.renamed is None:
        return RedirectResponse(f"/unit/{unit}/contacts", 303)
    return _contacts(request, visitor, unit, handed=handed)


@router.get("/unit/{unit}/profile")
def profile(request: Request, visitor: Person, unit: str, done: int = 0) -> Response:
    """Show what a unit says about its network."""
    return _profile(request, visitor, unit, done=bool(done))


def _profile(
    request: Request,
    visitor: Visitor,
    unit: str,
    problem: Refusal | None = None,
    *,
    done: bool = False,
    written: Mapping[str, str] | None = None,
) -> Response:
    registry = state_of(request).registry
    view, found = unit_of(registry, unit), app.profile(registry, unit)
    cells = {**cells_of(found), **(written or {})}
    may = visitor.session.account.role in {Role.ADMIN, Role.REVIEWER, Role.CONTACT}
    return page(
        request, "profile.html", visitor, status=409 if problem else 200, unit=view, shown=found, cells=cells,
        columns=PROFILE, problem=problem, done=done, may=may,
    )  # fmt: skip


@router.post("/unit/{unit}/profile")
def change_profile(request: Request, visitor: Writer, unit: str, form: Fields) -> Response:
    """Store what a unit says; a newer version than the page showed is told instead of overwritten."""
    written = {column.key: form[column.key] for column in PROFILE if column.key in form}
    version = number_in(form, "version")
    done = app.change_profile(state_of(request).registry, unit, written, visitor.actor, version=version)
    if isinstance(done, Refusal):
        return _profile(request, visitor, unit, done, written=written)
    return RedirectResponse(f"/unit/{unit}/profile?done=1", 303)
