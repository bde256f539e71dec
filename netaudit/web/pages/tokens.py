"""Tokens of programs: given and shown once, listed, revoked. Administrators only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from inventory.model.errors import UsageError
from netaudit.app import tokens as app
from netaudit.app.accounts import moment
from netaudit.web.access import Admin, Visitor
from netaudit.web.rendering import page
from netaudit.web.state import state_of

router = APIRouter()


@router.get("/office/tokens")
def listed(request: Request, visitor: Admin) -> Response:
    """Show the tokens that were given."""
    return _listed(request, visitor)


def _listed(
    request: Request, visitor: Visitor, *, given: str | None = None, problem: UsageError | None = None
) -> Response:
    gate = state_of(request).registry.gate
    accounts = [account for account in gate.accounts() if account.active]
    return page(
        request, "tokens.html", visitor, status=400 if problem else 200, tokens=gate.tokens(), given=given,
        problem=problem, accounts=accounts, scopes=tuple(app.Scope), days=app.DAYS, longest=app.LONGEST_DAYS,
        now=moment(),
    )  # fmt: skip


@router.post("/office/tokens")
def give(
    request: Request,
    visitor: Admin,
    name: Annotated[str, Form(max_length=80)],
    label: Annotated[str, Form(max_length=200)] = "",
    scope: Annotated[list[app.Scope] | None, Form()] = None,
    units: Annotated[str, Form(max_length=2000)] = "",
    days: Annotated[int, Form(ge=-1, le=100_000)] = app.DAYS,
) -> Response:
    """Give a token and show it, this once."""
    bound = units.replace(",", " ").replace("，", " ").split()
    try:
        token = app.give(
            state_of(request).registry, name, label.strip(), scope or (), units=bound, days=days,
            actor=visitor.actor.name,
        )  # fmt: skip
    except UsageError as error:
        return _listed(request, visitor, problem=error)
    return _listed(request, visitor, given=token)


@router.post("/office/tokens/{token}/revoke")
def revoke(request: Request, visitor: Admin, token: str) -> Response:
    """End a token."""
    try:
        app.revoke(state_of(request).registry, token, actor=visitor.actor.name)
    except UsageError as error:
        return _listed(request, visitor, problem=error)
    return RedirectResponse("/office/tokens", 303)
