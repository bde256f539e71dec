"""Who may use which route, said once more than in the code: a new route fails the tests until somebody says so here.

A line is ``METHOD path``. Whatever a path names in braces has to be in :data:`NAMED`, and in :data:`OF_A_UNIT` where it
belongs to a unit: there a contact of another unit is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.routing import APIRoute
from starlette.routing import Mount

from inventory.model.cases import Role

if TYPE_CHECKING:
    from fastapi import FastAPI

EVERYBODY = {Role.ADMIN, Role.REVIEWER, Role.CONTACT, Role.MIGRATION, Role.AUDITOR}
OFFICE = EVERYBODY - {Role.CONTACT}
FILING = {Role.ADMIN, Role.REVIEWER, Role.CONTACT}
REVIEWING = {Role.ADMIN, Role.REVIEWER}
ADMIN = {Role.ADMIN}
OPEN = {
    "GET /login", "POST /login", "GET /welcome", "POST /welcome", "GET /language/{language}",
    "GET /login/oidc", "GET /login/oidc/back", "GET /api/v1/openapi.json",
}  # fmt: skip
PAGES = {
    "GET /": EVERYBODY,
    "GET /password": EVERYBODY,
    "POST /password": EVERYBODY,
    "POST /logout": EVERYBODY,
    "GET /this-computer": FILING,
    "GET /unit/{unit}": EVERYBODY,
    "GET /unit/{unit}/claim": FILING,
    "POST /unit/{unit}/claim": FILING,
    "GET /unit/{unit}/new": FILING,
    "POST /unit/{unit}/new": FILING,
    "POST /unit/{unit}/dispute": FILING,
    "GET /unit/{unit}/sheet": FILING,
    "POST /unit/{unit}/sheet": FILING,
    "GET /unit/{unit}/contacts": EVERYBODY,
    "POST /unit/{unit}/contacts": FILING,
    "GET /unit/{unit}/profile": EVERYBODY,
    "POST /unit/{unit}/profile": FILING,
    "GET /unit/{unit}/attachments": EVERYBODY,
    "POST /unit/{unit}/attachments": FILING,
    "GET /unit/{unit}/attachments/{attachment}": FILING,
    "GET /unit/{unit}/addresses": EVERYBODY,
    "POST /unit/{unit}/addresses": FILING,
    "POST /unit/{unit}/addresses/{asked}/withdraw": FILING,
    "GET /unit/{unit}/reconfirm": EVERYBODY,
    "POST /unit/{unit}/reconfirm": FILING,
    "GET /office/overdue": OFFICE,
    "GET /registration/{registration}": EVERYBODY,
    "POST /registration/{registration}/{action}": FILING,
    "POST /registration/{registration}/phone": FILING,
    "POST /unit/{unit}/contacts/phone": FILING,
    "GET /office/tokens": ADMIN,
    "POST /office/tokens": ADMIN,
    "POST /office/tokens/{token}/revoke": ADMIN,
    "GET /office": OFFICE,
    "GET /office/review": OFFICE,
    "POST /office/review": REVIEWING,
    "GET /office/addresses": OFFICE,
    "POST /office/addresses": REVIEWING,
    "GET /office/disputes": OFFICE,
    "POST /office/disputes/{number}": REVIEWING,
    "GET /office/log": OFFICE,
    "GET /office/sweeps": OFFICE,
    "GET /office/sweeps/new": ADMIN,
    "POST /office/sweeps": ADMIN,
    "GET /office/sweeps/{sweep}": OFFICE,
    "GET /office/sweeps/{sweep}/progress": OFFICE,
    "POST /office/sweeps/{sweep}/stop": ADMIN,
    "GET /office/devices": OFFICE,
    "GET /office/devices/{device}": OFFICE,
    "GET /office/points": OFFICE,
    "GET /office/unassigned": OFFICE,
    "GET /office/find": OFFICE,
    "GET /unit/{unit}/endpoint/{plane}/{identity}": EVERYBODY,
}
API = {
    "GET /api/v1/units": ("read:units", EVERYBODY),
    "GET /api/v1/units/{unit}": ("read:units", EVERYBODY),
    "GET /api/v1/points": ("read:points", EVERYBODY),
    "GET /api/v1/endpoints": ("read:endpoints", EVERYBODY),
    "GET /api/v1/findings": ("read:findings", EVERYBODY),
    "GET /api/v1/sweeps": ("read:sweeps", OFFICE),
    "GET /api/v1/sweeps/{sweep}": ("read:sweeps", OFFICE),
    "GET /api/v1/registrations": ("read:registrations", EVERYBODY),
    "GET /api/v1/registrations/{registration}": ("read:registrations", EVERYBODY),
    "POST /api/v1/units/{unit}/registrations": ("write:registrations", FILING),
    "PATCH /api/v1/registrations/{registration}": ("write:registrations", FILING),
    "POST /api/v1/registrations/{registration}/submit": ("write:registrations", FILING),
    "POST /api/v1/registrations/{registration}/withdraw": ("write:registrations", FILING),
    "POST /api/v1/registrations/{registration}/approve": ("review:registrations", REVIEWING),
    "POST /api/v1/registrations/{registration}/return": ("review:registrations", REVIEWING),
}
NAMED = {
    "unit": "S1", "registration": "1", "action": "submit", "number": "1", "language": "zh", "sweep": "1",
    "token": "0123456789", "attachment": "1", "asked": "1", "device": "core-1", "plane": "public",
    "identity": "10.0.1.5",
}  # fmt: skip
OF_A_UNIT = {"unit", "registration"}
FILES = {"/static"}
"""Mounted folders of files that anybody may read."""


def routes(app: FastAPI) -> dict[str, APIRoute]:
    """Return every route of the application as ``METHOD path``."""
    found: dict[str, APIRoute] = {}
    for route in app.routes:
        if isinstance(route, Mount):
            assert route.path in FILES, f"what is mounted at {route.path} is not classified"
            continue
        assert isinstance(route, APIRoute), f"{route!r} is a route of a kind nobody checks: extend PARTS of the app"
        for method in sorted(route.methods or ()):
            found[f"{method} {route.path}"] = route
    return found


def address(line: str, **named: object) -> str:
    """Return a line's path with something put for each name."""
    return line.partition(" ")[2].format(**{**NAMED, **named})


def about_a_unit(line: str) -> bool:
    """Whether a line is about something that belongs to a unit."""
    return any(f"{{{name}}}" in line for name in OF_A_UNIT)
