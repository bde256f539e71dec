"""Yearly confirmation: a contact says of many at once that they still stand; the office sees who is late."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from inventory.model.cases import Overdue
from netaudit.app import reconfirmation as app
from netaudit.app.records import unit_of
from netaudit.web.access import Office, Person, Writer
from netaudit.web.rendering import page
from netaudit.web.state import state_of

router = APIRouter()
_ROWS: Final = 500


@router.get("/unit/{unit}/reconfirm")
def due(request: Request, visitor: Person, unit: str, done: int = 0, left: int = 0) -> Response:
    """Show everything that is filed, what is due soon chosen already."""
    state = state_of(request)
    view = unit_of(state.registry, unit)
    lines = app.due(state.registry, state.settings.filing, unit)
    soon = {
        line.case.registration.id
        for line in app.due(state.registry, state.settings.filing, unit, within_days=app.SOON_DAYS)
    }
    return page(request, "reconfirm.html", visitor, unit=view, lines=lines, soon=soon, done=done, left=left)


@router.post("/unit/{unit}/reconfirm")
def confirm(
    request: Request, visitor: Writer, unit: str, chosen: Annotated[list[int] | None, Form()] = None
) -> Response:
    """Confirm what was chosen."""
    state = state_of(request)
    numbers = [number for number in chosen or () if 0 < number < 2**53]
    results = app.confirm(state.registry, state.settings.filing, numbers, visitor.actor, unit=unit)
    done = sum(result.case is not None for result in results)
    return RedirectResponse(f"/unit/{unit}/reconfirm?done={done}&left={len(results) - done}", 303)


@router.get("/office/overdue")
def overdue(request: Request, visitor: Office) -> Response:
    """Show what is overdue in all units: reviews, corrections and confirmations."""
    state = state_of(request)
    late = app.late(state.registry, state.settings.filing)
    return page(
        request, "overdue.html", visitor, counts=late.counts, kinds=tuple(Overdue), lines=late.lines[:_ROWS],
        total=len(late.lines),
    )  # fmt: skip
