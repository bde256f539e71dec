"""Registrations: read, filed, and changed against the version that was read."""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import APIRouter, Header, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from inventory.filing.lifecycle import Refusal, Step
from inventory.filing.schema import REGISTRATIONS
from inventory.model.accounts import Scope
from inventory.model.cases import Action
from inventory.model.records import RegistrationState
from inventory.model.text import text
from netaudit.app import feed_registrations as app
from netaudit.web.access import Denied, RegistrationReader, RegistrationReviewer, RegistrationWriter, Visitor
from netaudit.web.api.asking import LARGEST_ID, Address, Part, Unit
from netaudit.web.api.description import PREFIX, answers, sent
from netaudit.web.problems import problem
from netaudit.web.state import state_of

router = APIRouter(prefix=PREFIX, tags=["registrations"])
_VERSION: Final = re.compile(r'"([1-9][0-9]{0,17})"')
_COLUMNS: Final = tuple(REGISTRATIONS.by_key)
Number = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Reveal = Annotated[
    bool, Query(description="Phone numbers in full: needs the scope reveal:phones, and stands in the audit log.")
]
IfNoneMatch = Annotated[
    str | None, Header(description="ETags the asker has; 304 where the registration is still one of them.")
]
IfMatch = Annotated[str | None, Header(description="The ETag of the registration that was read.")]
Cells = Annotated[
    dict[str, Annotated[str, Field(max_length=500)]],
    Field(
        min_length=1,
        max_length=len(_COLUMNS),
        description="Cells by column key, written as in the registrations sheet; an empty one clears the column.",
        json_schema_extra={"propertyNames": {"enum": [*_COLUMNS]}},
    ),
]


class Filing(BaseModel):
    """A new registration."""

    model_config = ConfigDict(extra="forbid")
    cells: Cells


class Change(BaseModel):
    """New cells of a registration."""

    model_config = ConfigDict(extra="forbid")
    cells: Cells
    reason: Annotated[str | None, Field(max_length=500)] = None


class Returned(BaseModel):
    """Why something is returned."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]


@router.get("/registrations", responses=answers("registrationPart"))
def registrations(
    request: Request,
    visitor: RegistrationReader,
    part: Part,
    unit: Unit = None,
    state: Annotated[list[RegistrationState] | None, Query(description="May be given several times.")] = None,
    address: Address = None,
    reveal: Reveal = False,  # noqa: FBT002 -- a query parameter
) -> Response:
    """List registrations by id."""
    shared = state_of(request)
    _may_reveal(visitor, reveal=reveal)
    found = app.registrations(
        shared.registry, shared.settings, visitor.actor, part, unit=unit, states=state or (), address=address,
        reveal=reveal,
    )  # fmt: skip
    return sent(found.document())


@router.get("/registrations/{registration}", responses=answers("registrationDetail", missing=True, cached=True))
def registration(
    request: Request,
    visitor: RegistrationReader,
    registration: Number,
    reveal: Reveal = False,  # noqa: FBT002 -- a query parameter
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Show one registration with its history; its ETag is what a change has to name.

    Whether it is overdue follows from ``due_at``: only a change of the registration makes another version of it.
    """
    _may_reveal(visitor, reveal=reveal)
    shown = _one(request, visitor, registration, reveal=reveal)
    if not reveal and _is_known(if_none_match, shown.headers["ETag"]):
        return Response(status_code=304, headers={"ETag": shown.headers["ETag"]})
    return shown


@router.post("/units/{unit}/registrations", status_code=201, responses=answers("registrationDetail", status=201))
def file(request: Request, visitor: RegistrationWriter, unit: str, body: Filing) -> Response:
    """File one endpoint of a unit for review."""
    state = state_of(request)
    done = app.file(state.registry, state.settings, unit, body.cells, visitor.actor)
    if isinstance(done, Refusal):
        return _refused(request, done)
    number = done.registration.id
    return _one(request, visitor, number, status=201, headers={"Location": f"/api/v1/registrations/{number}"})


@router.patch("/registrations/{registration}", responses=answers("registrationDetail", missing=True, versioned=True))
def change(
    request: Request, visitor: RegistrationWriter, registration: Number, body: Change, if_match: IfMatch = None
) -> Response:
    """Change a draft or what was returned; of anything filed, propose the change for review."""
    state, version = state_of(request), _version(if_match)
    done = app.change(state.registry, state.settings, registration, body.cells, body.reason, version, visitor.actor)
    return _done(request, visitor, registration, done)


@router.post(
    "/registrations/{registration}/submit", responses=answers("registrationDetail", missing=True, versioned=True)
)
def submit(request: Request, visitor: RegistrationWriter, registration: Number, if_match: IfMatch = None) -> Response:
    """Hand a draft, or what was returned, in for review."""
    return _stepped(request, visitor, registration, Step(Action.SUBMIT, version=_version(if_match)))


@router.post(
    "/registrations/{registration}/withdraw", responses=answers("registrationDetail", missing=True, versioned=True)
)
def withdraw(request: Request, visitor: RegistrationWriter, registration: Number, if_match: IfMatch = None) -> Response:
    """Take back what waits for a review: a new registration becomes a draft, a proposed change is dropped."""
    return _stepped(request, visitor, registration, Step(Action.WITHDRAW, version=_version(if_match)))


@router.post(
    "/registrations/{registration}/approve", responses=answers("registrationDetail", missing=True, versioned=True)
)
def approve(
    request: Request, visitor: RegistrationReviewer, registration: Number, if_match: IfMatch = None
) -> Response:
    """Approve what was filed, or the change that was proposed."""
    return _stepped(request, visitor, registration, Step(Action.APPROVE, version=_version(if_match)))


@router.post(
    "/registrations/{registration}/return", responses=answers("registrationDetail", missing=True, versioned=True)
)
def send_back(
    request: Request, visitor: RegistrationReviewer, registration: Number, body: Returned, if_match: IfMatch = None
) -> Response:
    """Return what was filed, or the change that was proposed, with the reason the unit reads."""
    return _stepped(request, visitor, registration, Step(Action.RETURN, body.reason, version=_version(if_match)))


def _stepped(request: Request, visitor: Visitor, number: int, step: Step) -> Response:
    state = state_of(request)
    return _done(request, visitor, number, app.stepped(state.registry, state.settings, number, step, visitor.actor))


def _may_reveal(visitor: Visitor, *, reveal: bool) -> None:
    if reveal and Scope.REVEAL_PHONES not in visitor.scopes:
        raise Denied(403, text("The token does not have the scope {scope}.", scope=Scope.REVEAL_PHONES.value))


def _is_known(if_none_match: str | None, tag: str) -> bool:
    """Whether a header If-None-Match names a version (RFC 9110 §13.1.2: compared weakly)."""
    named = [one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")]
    return tag in named or named == ["*"]


def _version(if_match: str | None) -> int:
    """Return the version a header If-Match names."""
    if if_match is None:
        raise Denied(428, text("Send the ETag of the registration you read in the header If-Match."))
    found = _VERSION.fullmatch(if_match.strip())
    if found is None:
        raise Denied(412, text("The header If-Match is no ETag of this registration."))
    return int(found[1])


def _done(request: Request, visitor: Visitor, number: int, done: app.Outcome) -> Response:
    if isinstance(done, app.Stale):
        return problem(request, 412, text("Read it again, then repeat the change."))
    if isinstance(done, Refusal):
        return _refused(request, done)
    return _one(request, visitor, number)


def _refused(request: Request, refusal: Refusal) -> Response:
    """Say why the office's rules do not allow it: 422 where a cell is wrong, 409 where it is not the time for it."""
    if refusal.column is None:
        return problem(request, 409, refusal.reason)
    return problem(request, 422, refusal.hint, errors=((f"cells.{refusal.column}", refusal.reason),))


def _one(
    request: Request,
    visitor: Visitor,
    number: int,
    *,
    reveal: bool = False,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    state = state_of(request)
    found = app.registration(state.registry, state.settings, visitor.actor, number, reveal=reveal)
    if found is None:
        raise HTTPException(404)
    return sent(found.item, status=status, headers={"ETag": f'"{found.version}"', **(headers or {})})
