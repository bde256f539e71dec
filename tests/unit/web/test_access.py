"""Every route × role × foreign unit, without a login, without the scope, and by forms that were not made here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI

from inventory.model.accounts import TokenView
from inventory.model.cases import Role
from inventory.model.records import RegistrationState as State
from inventory.registry.holdings import Secret
from netaudit.app.accounts import digest_of, moment
from netaudit.web.access import Access
from tests.unit.web import classified
from tests.unit.web.classified import API, NAMED, OPEN, PAGES, about_a_unit, address
from tests.unit.web.conftest import PEOPLE
from tests.unit.web.observed import endpoint, sweep

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.unit.web.conftest import Portal

ENDING = {"POST /logout", "POST /password"}
"""They end the session that the next request needs."""
SCOPES = {scope for scope, _roles in API.values()}


@pytest.fixture
def numbers(portal: Portal) -> dict[str, int]:
    sweep(portal.registry, endpoint("10.0.1.5", "00:e0:fc:00:00:01"), endpoint("10.0.2.5", "00:e0:fc:00:00:02"))
    return {
        "S1": portal.file("S1", "10.0.1.5", "00:e0:fc:00:00:01", State.DRAFT),
        "S2": portal.file("S2", "10.0.2.5", "00:e0:fc:00:00:02", State.DRAFT),
    }


def app_of(portal: Portal) -> FastAPI:
    app = portal.client.app
    assert isinstance(app, FastAPI)
    return app


def token_of(
    portal: Portal, name: str, scopes: Collection[str], units: tuple[str, ...] | None = None
) -> dict[str, str]:
    """Hand a token straight to the registry: the door itself has to hold, whoever gave it."""
    token = f"netaudit_{name}|{'|'.join(sorted(scopes))}|{units}"
    until = moment().replace(year=2099)
    secret = Secret(digest_of(token), "token", until, label="x", scopes=tuple(scopes), units=units)
    assert isinstance(portal.registry.gate.give_token(name, secret, "test", moment()), TokenView)
    return {"Authorization": f"Bearer {token}"}


def test_every_route_is_classified(portal: Portal) -> None:
    found = classified.routes(app_of(portal))
    assert set(found) == OPEN | set(PAGES) | set(API), "say in classified.py who may use the new route"
    for line, route in found.items():
        accesses = [d.call for d in route.dependant.dependencies if isinstance(d.call, Access)]
        assert len(accesses) == 1, f"{line} declares {len(accesses)} accesses"
        [access] = accesses
        assert access.login == (line not in OPEN), line
        assert access.scope == (API[line][0] if line in API else None), line
        assert set(access.roles) == (API[line][1] if line in API else PAGES.get(line, set())), line
        assert set(re.findall(r"{(\w+)}", line)) <= set(NAMED), f"say in classified.py what {line} names"
        if not line.startswith("GET ") and line not in OPEN | ENDING:
            assert "auditor" not in {role.value for role in access.roles}, line


@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_opens_what_is_theirs_and_nothing_else(portal: Portal, numbers: dict[str, int], name: str) -> None:
    role, units = PEOPLE[name]
    csrf = portal.become(name)
    for line, roles in PAGES.items():
        for of in ("S1", "S2") if about_a_unit(line) else ("S1",):
            method, where = line.split()[0], address(line, unit=of, registration=numbers[of])
            if line in ENDING:
                continue
            form = {"x": "1"} if method == "POST" else None
            done: Any = portal.client.request(method, where, headers={"x-csrf-token": csrf}, data=form)
            permitted = role in roles and (not units or not about_a_unit(line) or of in units)
            assert (done.status_code != 403) == permitted, (line, of, done.status_code)
            assert done.status_code < 500, (line, of)
            assert not done.headers.get("location", "").startswith("/login"), line


@pytest.mark.parametrize("name", PEOPLE)
def test_every_program_gets_what_is_its_accounts_and_nothing_else(
    portal: Portal, numbers: dict[str, int], name: str
) -> None:
    role, units = PEOPLE[name]
    portal.become(None)
    one = units[0] if units else "S2"
    whole, bound = token_of(portal, name, SCOPES), token_of(portal, name, SCOPES, (one,))
    lacking = {scope: token_of(portal, name, SCOPES - {scope}) for scope in sorted(SCOPES)}
    for line, (scope, roles) in API.items():
        method = line.split()[0]
        assert portal.client.request(method, address(line), headers=lacking[scope]).status_code == 403, line
        for of in ("S1", "S2"):
            where = address(line, unit=of, registration=numbers[of])
            for headers, mine in ((whole, units or ("S1", "S2")), (bound, (one,))):
                # A bound token of the office opens nothing that is about the whole network.
                fits = of in mine if about_a_unit(line) else headers is whole or Role.CONTACT in roles
                body: Any = {} if method != "GET" else None
                done = portal.client.request(method, where, headers=headers, json=body)
                assert (done.status_code != 403) == (role in roles and fits), (line, of, done.text)
                assert done.status_code < 500, line


def test_without_a_session_everything_leads_to_the_login(portal: Portal, numbers: dict[str, int]) -> None:
    portal.become(None)
    for token in ("", "x", "a" * 5000):
        portal.client.cookies.set("netaudit_session", token)
        for line in PAGES:
            done: Any = portal.client.request(line.split()[0], address(line, registration=numbers["S1"]))
            assert done.status_code == 303, line
            assert done.headers["location"].startswith("/login")
        for line in API:
            done = portal.client.request(line.split()[0], address(line, registration=numbers["S1"]))
            assert done.status_code == 401, line
        portal.client.cookies.clear()


def test_a_form_from_elsewhere_changes_nothing(portal: Portal, numbers: dict[str, int]) -> None:
    for line in PAGES:
        if line.startswith("GET "):
            continue
        for name in ("root", "li"):
            portal.become(name)
            for token in ("", "x", portal.tokens["wang"].session.csrf):
                where = address(line, registration=numbers["S1"])
                done: Any = portal.client.request(line.split()[0], where, data={"csrf": token})
                assert done.status_code == 403, line
    for line in sorted(OPEN):
        if line.startswith("POST "):
            portal.become(None)
            sent: Any = {"name": "li", "password": "x", "code": "x"}
            for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", None), ("none", None)):
                done = portal.client.post(address(line), data=sent, headers={"Sec-Fetch-Site": site})
                assert status is None or done.status_code == status, line
                assert status is not None or done.status_code != 403, line


def test_pages_carry_headers_that_hold_strangers_off(portal: Portal) -> None:
    portal.become("li")
    for path, status in (("/unit/S1", 200), ("/nothing", 404), ("/api/v1/units", 401), ("/unit/S2", 403)):
        done = portal.client.get(path)
        assert done.status_code == status
        assert "default-src 'none'" in done.headers["content-security-policy"]
        assert "unsafe" not in done.headers["content-security-policy"]
        assert done.headers["x-frame-options"] == "DENY"
        assert done.headers["cache-control"] == "no-store"
    cookie = portal.client.post("/login", data={"name": "li", "password": "wrong password"})
    assert "set-cookie" not in cookie.headers
