"""One phone number in full, for who may have it; each look is in the audit log before the number is out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import Response

from netaudit.app import accounts
from netaudit.web.access import Visitor, Writer
from netaudit.web.rendering import page
from netaudit.web.state import state_of

router = APIRouter()


@router.post("/registration/{registration}/phone")
def of_registration(request: Request, visitor: Writer, registration: int) -> Response:
    """Show the phone number of a registration, and the one that is proposed."""
    state = state_of(request)
    case = state.registry.desk.case(registration)
    if case is None:
        raise HTTPException(404)
    proposed = None if case.proposal is None else case.proposal.changes.get("phone")
    accounts.note_reveal(state.registry, visitor.actor, f"registration {registration}")
    return _shown(request, visitor, [case.registration.phone, proposed], f"/registration/{registration}")


@router.post("/unit/{unit}/contacts/phone")
def of_contact(request: Request, visitor: Writer, unit: str, name: Annotated[str, Form(max_length=200)]) -> Response:
    """Show the phone numbers of a unit's contact."""
    state = state_of(request)
    found = [view.phone for view in state.registry.contacts() if view.unit == unit and view.name == name]
    if not found:
        raise HTTPException(404)
    accounts.note_reveal(state.registry, visitor.actor, f"unit {unit}", {"contact": name})
    return _shown(request, visitor, found, f"/unit/{unit}/contacts")


def _shown(request: Request, visitor: Visitor, numbers: list[str | None], back: str) -> Response:
    known = list(dict.fromkeys(number for number in numbers if number))
    template = "phone_number.html" if request.headers.get("hx-request") else "phone.html"
    return page(request, template, visitor, numbers=known, back=back)
