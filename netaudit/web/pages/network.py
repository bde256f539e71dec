"""The network: devices, points, one endpoint with its evidence and history, and the search for one."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from inventory.model.errors import UsageError
from inventory.model.observation import Finding
from inventory.model.records import UNASSIGNED
from netaudit.app import network_pages as app
from netaudit.web.access import Office, Person
from netaudit.web.rendering import page
from netaudit.web.state import state_of
from reports.document import Document
from reports.kinds.devices import measurements_table

router = APIRouter()
_MOST: Final = 300
"""Endpoints on one page."""


@router.get("/office/devices")
def devices(request: Request, visitor: Office) -> Response:
    """Show every device and how completely it was read."""
    known = state_of(request).known.get()
    return page(request, "devices.html", visitor, lines=app.device_lines(known), known=known)


@router.get("/office/devices/{device}")
def device(request: Request, visitor: Office, device: str) -> Response:
    """Show one device: its tables, what it measured, what needs a look."""
    state = state_of(request)
    found = app.device_page(state.registry, state.settings, state.known.get(), device)
    if found is None:
        raise HTTPException(404)
    line, condition = found
    measured = measurements_table(condition.measurements)
    return page(request, "device.html", visitor, line=line, condition=condition, measured=measured)


@router.get("/office/points")
def points(request: Request, visitor: Office) -> Response:
    """Show every point and what was seen at it."""
    known = state_of(request).known.get()
    return page(request, "points.html", visitor, lines=app.point_lines(known), known=known)


@router.get("/office/unassigned")
def unassigned(request: Request, visitor: Office) -> Response:
    """Show the endpoints that no port, point or prefix assigns to a unit."""
    known = state_of(request).known.get()
    result = known.by_unit.get(UNASSIGNED)
    found = () if result is None else result.findings
    return page(request, "unassigned.html", visitor, found=found[:_MOST], total=len(found), known=known)


@router.get("/office/find")
def find(request: Request, visitor: Office, q: str = "", at: str = "") -> Response:
    """Look for an address, a network card, a device, a port or a name: now, or at a moment of the past."""
    state = state_of(request)
    known = state.known.get()
    problem: UsageError | None = None
    answer: Document | None = None
    found = app.found(known, q) if q.strip() and not at.strip() else ()
    if len(found) == 1:
        return RedirectResponse(_address(found[0]), 303)
    if q.strip() and not found:
        try:
            answer = app.told(state.registry, state.settings, q, at)
        except UsageError as error:
            problem = error
    return page(request, "find.html", visitor, found=found, query=q, at=at, problem=problem, answer=answer, known=known)


def _address(finding: Finding) -> str:
    plane, identity = finding.observation.key
    parts = finding.attribution.unit, "endpoint", plane, identity
    return "/unit/" + "/".join(quote(part, safe="") for part in parts)


@router.get("/unit/{unit}/endpoint/{plane}/{identity}")
def endpoint(request: Request, visitor: Person, unit: str, plane: str, identity: str) -> Response:
    """Show one endpoint: where it is, who filed it, by which rows; where it was."""
    state = state_of(request)
    known = state.known.get()
    finding = app.of_unit(known, unit, plane, identity)
    if finding is None:
        raise HTTPException(404)
    answer, past = app.endpoint_document(state.registry, known, finding, past=visitor.is_office)
    return page(request, "endpoint.html", visitor, unit=unit, finding=finding, answer=answer, past=past)
