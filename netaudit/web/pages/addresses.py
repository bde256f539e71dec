"""Addresses: a contact asks for one, the office approves or returns many at once."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from inventory.filing.lifecycle import Refusal
from netaudit.app import address_requests as app
from netaudit.app.address_requests import RequestState
from netaudit.app.records import unit_of
from netaudit.app.unit_page import asked_columns
from netaudit.web.access import Office, Person, Reviewer, Visitor, Writer
from netaudit.web.forms import Fields
from netaudit.web.rendering import page
from netaudit.web.state import state_of

router = APIRouter()


@router.get("/unit/{unit}/addresses")
def requests(request: Request, visitor: Person, unit: str, done: int = 0) -> Response:
    """Show a unit's requests, and the form for another one."""
    return _requests(request, visitor, unit, {}, done=done)


def _requests(
    request: Request,
    visitor: Visitor,
    unit: str,
    written: dict[str, str],
    problem: Refusal | None = None,
    *,
    done: int = 0,
) -> Response:
    state = state_of(request)
    view = unit_of(state.registry, unit)
    return page(
        request, "addresses.html", visitor, status=400 if problem else 200, unit=view, problem=problem,
        written=written, suggestion=app.suggest(state.registry, state.settings, unit), done=done,
        columns=asked_columns(state.settings), requests=state.registry.desk.requests.listed(unit=unit),
        days=state.settings.filing.hold_days,
    )  # fmt: skip


@router.post("/unit/{unit}/addresses")
def ask(request: Request, visitor: Writer, unit: str, form: Fields) -> Response:
    """Hold an address."""
    state = state_of(request)
    keys = {"ip", "mac", "plane", *(column.key for column, _needed in asked_columns(state.settings))}
    written = {key: form[key] for key in keys if form.get(key)}
    done = app.ask(state.registry, state.settings, unit, written, visitor.actor)
    if isinstance(done, Refusal):
        return _requests(request, visitor, unit, written, done)
    return RedirectResponse(f"/unit/{unit}/addresses?done={done.id}", 303)


@router.post("/unit/{unit}/addresses/{asked}/withdraw")
def withdraw(request: Request, visitor: Writer, unit: str, asked: Annotated[int, Path(ge=1, le=2**53)]) -> Response:
    """Take a request back."""
    desk = state_of(request).registry.desk.requests
    if any(view.id == asked for view in desk.listed(unit=unit)):
        desk.end([asked], RequestState.WITHDRAWN, visitor.actor)
    return RedirectResponse(f"/unit/{unit}/addresses", 303)


@router.get("/office/addresses")
def waiting(request: Request, visitor: Office) -> Response:
    """Show what units asked for."""
    return _waiting(request, visitor, {})


def _waiting(request: Request, visitor: Visitor, refused: dict[int, Refusal], done: int = 0) -> Response:
    found = state_of(request).registry.desk.requests.listed()
    held = [view for view in found if view.state is RequestState.HELD]
    past = [view for view in found if view.state is not RequestState.HELD][:200]
    return page(request, "office_addresses.html", visitor, held=held[::-1], past=past, refused=refused, done=done)


@router.post("/office/addresses")
def decide(
    request: Request,
    visitor: Reviewer,
    action: Annotated[Literal["approve", "return"], Form()],
    chosen: Annotated[list[int] | None, Form()] = None,
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Approve or return what was chosen; what cannot be done says why."""
    desk = state_of(request).registry.desk.requests
    numbers = [number for number in chosen or () if 0 < number < 2**53]
    if action == "approve":
        results = desk.approve(numbers, visitor.actor)
    else:
        results = desk.end(numbers, RequestState.RETURNED, visitor.actor, reason=reason)
    refused = {number: result for number, result in results.items() if isinstance(result, Refusal)}
    return _waiting(request, visitor, refused, done=len(results) - len(refused))
