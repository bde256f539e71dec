"""One registration: what it says, what was seen, what happened, and what may be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from inventory.filing.lifecycle import Refusal, Step
from inventory.filing.schema import REGISTRATIONS
from inventory.model.cases import Action
from netaudit.app import case_page as app
from netaudit.app import unit_page
from netaudit.web.access import Person, Writer
from netaudit.web.forms import Fields, number_in
from netaudit.web.rendering import page
from netaudit.web.state import state_of

if TYPE_CHECKING:
    from collections.abc import Mapping

router = APIRouter()


@router.get("/registration/{registration}")
def show(request: Request, visitor: Person, registration: int) -> Response:
    """Show one."""
    return _shown(request, visitor, registration)


def _shown(
    request: Request,
    visitor: Person,
    registration: int,
    problem: Refusal | None = None,
    status: int = 200,
    unsaved: Mapping[str, str] | None = None,
) -> Response:
    state = state_of(request)
    found = app.detail(state.registry, state.settings, state.known.get(), registration, visitor.actor)
    if found is None:
        raise HTTPException(404)
    columns = unit_page.asked_columns(state.settings)
    # Beside the form and not in it: sent again with what somebody else changed, it would take that back unseen.
    left = [(REGISTRATIONS.by_key[key].title, value) for key, value in (unsaved or {}).items()]
    return page(
        request, "registration.html", visitor, status=status, shown=found, columns=columns, problem=problem,
        unsaved=left,
    )  # fmt: skip


@router.post("/registration/{registration}/{action}")
def act(request: Request, visitor: Writer, registration: int, action: Action, form: Fields) -> Response:
    """Take one step; a newer version than the page showed is told instead of overwritten."""
    state = state_of(request)
    before = state.registry.desk.case(registration)
    if before is None:
        raise HTTPException(404)
    changes = app.changes_in(before, form) if action in {Action.EDIT, Action.AMEND} else None
    version = number_in(form, "version")
    step = Step(action, form.get("reason"), changes, version)
    done = app.step(state.registry, state.settings.filing, registration, step, visitor.actor)
    if isinstance(done, Refusal):
        return _shown(request, visitor, registration, done, status=409, unsaved=changes)
    return RedirectResponse(f"/registration/{registration}", 303)
