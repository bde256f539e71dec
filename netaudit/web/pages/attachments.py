"""Scans of sealed forms: sent, listed, handed out as files and never shown in the page."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Path, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from inventory.filing.lifecycle import Refusal
from netaudit.app import attachments as app
from netaudit.app.records import unit_of
from netaudit.web.access import Person, Visitor, Writer
from netaudit.web.rendering import page
from netaudit.web.state import state_of

router = APIRouter()


@router.get("/unit/{unit}/attachments")
def listed(request: Request, visitor: Person, unit: str) -> Response:
    """Show what a unit attached."""
    return _listed(request, visitor, unit)


def _listed(request: Request, visitor: Visitor, unit: str, problem: Refusal | None = None) -> Response:
    registry = state_of(request).registry
    view = unit_of(registry, unit)
    found = registry.desk.attachments.listed(unit=unit)
    status = 400 if problem else 200
    return page(
        request, "attachments.html", visitor, status=status, unit=view, attachments=found, problem=problem,
        largest=app.LARGEST // 1_000_000,
    )  # fmt: skip


@router.post("/unit/{unit}/attachments")
def attach(
    request: Request,
    visitor: Writer,
    unit: str,
    file: Annotated[UploadFile, File()],
    registration: Annotated[str, Form(max_length=15)] = "",
    note: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Take a file."""
    content = file.file.read(app.LARGEST + 1)
    number = int(registration) if registration.isascii() and registration.isdigit() else None
    done = app.attach(
        state_of(request).registry, unit, file.filename or "", content, visitor.actor, registration=number,
        note=note.strip(),
    )  # fmt: skip
    if isinstance(done, Refusal):
        return _listed(request, visitor, unit, done)
    return RedirectResponse(f"/registration/{number}" if number else f"/unit/{unit}/attachments", 303)


@router.get("/unit/{unit}/attachments/{attachment}")
def fetch(request: Request, visitor: Writer, unit: str, attachment: Annotated[int, Path(ge=1, le=2**53)]) -> Response:
    """Hand out a file to who may see names and phone numbers, which stand in it: to be saved, whatever it holds."""
    view, content = app.fetch(state_of(request).registry, attachment, visitor.actor, unit=unit)
    headers = {
        "Content-Disposition": f"attachment; filename=\"scan\"; filename*=UTF-8''{quote(view.name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)
