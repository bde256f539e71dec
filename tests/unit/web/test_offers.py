"""Nobody is offered what would be refused: every link and form of every page, for every role."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.routing import Match

from inventory.model.disputes import DisputeKind, DisputeView
from inventory.registry.engine import Registry, open_registry
from netaudit.app import accounts
from netaudit.app.accounts import Role
from netaudit.settings import Settings
from netaudit.web.access import Access
from netaudit.web.app import create_app
from tests.simulator.district import furnish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

PEOPLE = {
    "root": (Role.ADMIN, ()), "reviewer": (Role.REVIEWER, ()), "li": (Role.CONTACT, ("U-001",)),
    "mover": (Role.MIGRATION, ()), "auditor": (Role.AUDITOR, ()),
}  # fmt: skip
CHANGING = {"/logout", "/password"}
"""What everybody may do with the own account."""


@dataclass
class Offers(HTMLParser):
    """The links and forms of one page."""

    links: set[str] = field(default_factory=set)
    forms: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.add(given["href"])
        if tag == "form":
            self.forms.add((given.get("method", "get").upper(), given["action"]))


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Registry, TestClient]]:
    """A small district in which something is open at every step."""
    path: Path = tmp_path_factory.mktemp("offers") / "r.db"
    with open_registry(f"sqlite:///{path}") as registry:
        district = furnish(registry, 6, 120, 80, sweeps=2)
        seen = next(one for one in district.endpoints if one.unit == 1)
        actor = accounts.AccountView(0, "li", Role.CONTACT, frozenset({"U-001"}), None).actor
        registry.desk.state_dispute(DisputeView(0, "U-001", "public", DisputeKind.NOT_OURS, seen.ip, seen.mac), actor)
        with TestClient(create_app(registry, Settings()), follow_redirects=False) as client:
            for name, (role, units) in PEOPLE.items():
                accounts.create(registry, name, role, units=units, actor="root")
                registry.gate.set_password(name, "x", "root", accounts.moment())
            yield registry, client


def route_of(app: FastAPI, method: str, path: str) -> APIRoute:
    """Return the route that answers, whoever asks."""
    scope = {"type": "http", "method": method, "path": path, "headers": [], "root_path": ""}
    found = [r for r in app.routes if isinstance(r, APIRoute) and r.matches(scope)[0] is Match.FULL]
    assert found, f"nothing answers {method} {path}"
    return found[0]


@pytest.mark.parametrize("name", PEOPLE)
def test_every_link_opens_and_every_form_may_be_sent(portal: tuple[Registry, TestClient], name: str) -> None:
    registry, client = portal
    role, _units = PEOPLE[name]
    client.cookies.clear()
    client.cookies.set("netaudit_session", accounts.enter(registry, name, "127.0.0.1").token)
    todo, done = ["/"], set[str]()
    patterns: dict[str, int] = {}
    while todo:
        address = todo.pop()
        route = route_of(client.app, "GET", urlsplit(address).path).path  # type: ignore[arg-type] # what create_app made
        # Of hundreds of registrations and endpoints some are as good as all.
        patterns[route] = patterns.get(route, 0) + 1
        if patterns[route] > 8 or "/language/" in address:
            continue
        shown = client.get(address)
        assert shown.status_code in {200, 303}, (name, address, shown.status_code)
        if shown.status_code == 303:
            offers = Offers()
            offers.links.add(shown.headers["location"])
        elif "text/html" not in shown.headers["content-type"]:
            continue
        else:
            offers = Offers()
            offers.feed(shown.text)
        for method, action in offers.forms:
            target: Any = route_of(client.app, method, urlsplit(action).path)  # type: ignore[arg-type] # as above
            [access] = [d.call for d in target.dependant.dependencies if isinstance(d.call, Access)]
            assert role in access.roles, (name, address, action)
            writes = method == "POST" and action not in CHANGING
            assert not (writes and role in {Role.AUDITOR, Role.MIGRATION}), (name, address, action)
        for link in offers.links - done:
            done.add(link)
            parts = urlsplit(link)
            if not parts.netloc and not link.startswith("#"):
                todo.append(link if link.startswith("/") else f"{urlsplit(address).path}{link}")
    assert len(patterns) >= (6 if role is Role.CONTACT else 12), patterns
