"""The portal over a whole district: 150 units, 6,000 registrations, 10,000 endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi.routing import APIRoute

from inventory.filing.lifecycle import Refusal
from inventory.model.cases import Actor, Role
from netaudit.app import attachments
from netaudit.web.app import PAGES
from tests.simulator.district import furnish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.registry.engine import Registry

UNITS: Final = 150
FILED: Final = 6_000
ENDPOINTS: Final = 10_910
"""So many are there that 10,000 are seen: some are off, some behind address translation."""
PLACES: Final = {
    "unit": "U-012", "registration": "40", "number": "1", "attachment": "1", "language": "zh", "sweep": "1",
    "device": "sw-012",     "plane": "public", "identity": "00:e0:fc:0c:00:00",
}  # fmt: skip
"""What stands for the parameters of a path; a route with another one has to say here what to ask it for."""

ELSEWHERE: Final = {"/login/oidc", "/login/oidc/back"}
"""They lead to a login service, and there is none here."""


def fill(registry: Registry, units: int = UNITS, endpoints: int = ENDPOINTS, filings: int = FILED) -> None:
    """Make the district, with one of everything a page shows."""
    furnish(registry, units, endpoints, filings)
    scan = attachments.attach(registry, PLACES["unit"], "scan.pdf", b"%PDF-1.4 sealed", Actor("root", Role.ADMIN))
    assert not isinstance(scan, Refusal), scan.reason


def addresses() -> Iterator[tuple[str, str]]:
    """Yield every page of the portal as (route, address)."""
    for pages in PAGES:
        for route in pages.router.routes:
            if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and route.path not in ELSEWHERE:
                yield route.path, route.path.format(**PLACES)
