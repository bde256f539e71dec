"""Every route × role × foreign unit, and forms that were not made here."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.routing import APIRoute

from inventory.model.records import RegistrationState as State
from netaudit.web.access import Access
from netaudit.web.app import PAGES
from tests.unit.web.conftest import PEOPLE

if TYPE_CHECKING:
    from tests.unit.web.conftest import Portal

OPEN = {"/login", "/welcome", "/language/{language}"}
ROUTES = [
    (method, route)
    for pages in PAGES
    for route in pages.router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
]


def access_of(route: APIRoute) -> Access:
    found = [d.call for d in route.dependant.dependencies if isinstance(d.call, Access)]
    assert len(found) == 1, f"{route.path} declares {len(found)} accesses"
    [access] = found
    assert isinstance(access, Access)
    return access


@pytest.mark.parametrize(("method", "route"), ROUTES, ids=lambda value: getattr(value, "path", value))
def test_every_route_declares_one_access(method: str, route: APIRoute) -> None:
    assert access_of(route).login == (route.path not in OPEN)
    if method != "GET" and route.path not in OPEN:
        assert "auditor" not in {role.value for role in access_of(route).roles} or route.path in {
            "/logout", "/password",
        }  # fmt: skip


def address(route: APIRoute, unit: str, number: int) -> str:
    words = {"unit": unit, "registration": number, "action": "submit", "number": 1, "attachment": 1, "language": "zh"}
    return route.path.format(**words)


@pytest.fixture
def numbers(portal: Portal) -> dict[str, int]:
    return {
        "S1": portal.file("S1", "10.0.1.5", "00:e0:fc:00:00:01", State.DRAFT),
        "S2": portal.file("S2", "10.0.2.5", "00:e0:fc:00:00:02", State.DRAFT),
    }


def test_everybody_sees_what_is_theirs_and_nothing_else(portal: Portal, numbers: dict[str, int]) -> None:
    for (method, route), (name, (role, units)), of in product(ROUTES, PEOPLE.items(), ("S1", "S2")):
        if route.path in OPEN or route.path in {"/logout", "/password"}:
            continue
        csrf = portal.become(name)
        named = "{unit}" in route.path or "{registration}" in route.path
        where = address(route, of, numbers[of])
        done: Any = portal.client.request(
            method, where, headers={"x-csrf-token": csrf}, data={"x": "1"} if method == "POST" else None
        )
        permitted = role in access_of(route).roles and (not units or not named or of in units)
        assert (done.status_code != 403) == permitted, (name, method, where, done.status_code)
        assert done.status_code < 500, (name, method, where)


def test_without_a_session_everything_leads_to_the_login(portal: Portal, numbers: dict[str, int]) -> None:
    portal.become(None)
    for method, route in ROUTES:
        if route.path in OPEN:
            continue
        done: Any = portal.client.request(method, address(route, "S1", numbers["S1"]))
        assert done.status_code == 303, route.path
        assert done.headers["location"].startswith("/login")


def test_a_form_from_elsewhere_changes_nothing(portal: Portal, numbers: dict[str, int]) -> None:
    for method, route in ROUTES:
        if method == "GET" or route.path in OPEN:
            continue
        for name in ("root", "li"):
            portal.become(name)
            for token in ("", "x", portal.tokens["wang"].session.csrf):
                done: Any = portal.client.request(method, address(route, "S1", numbers["S1"]), data={"csrf": token})
                assert done.status_code == 403, route.path


def test_pages_carry_headers_that_hold_strangers_off(portal: Portal) -> None:
    portal.become("li")
    done = portal.client.get("/unit/S1")
    assert done.status_code == 200
    assert "default-src 'none'" in done.headers["content-security-policy"]
    assert "unsafe" not in done.headers["content-security-policy"]
    assert done.headers["x-frame-options"] == "DENY"
    assert done.headers["cache-control"] == "no-store"
    cookie = portal.client.post("/login", data={"name": "li", "password": "wrong password"})
    assert "set-cookie" not in cookie.headers
