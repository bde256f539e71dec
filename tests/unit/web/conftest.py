"""A portal over a real registry, with people of every role."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from inventory.model.batch import Batch
from inventory.model.cases import Actor, CaseView, Role
from inventory.model.records import PrefixView, RegistrationState, RegistrationView, UnitView
from inventory.model.values import Mac
from inventory.registry.engine import Registry, open_registry
from netaudit.app import accounts
from netaudit.settings import ServeSettings, Settings
from netaudit.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

PASSWORD = "四月的风很温柔啊2026"
UNHURRIED = ServeSettings(logins_per_minute=100_000, requests_per_minute=100_000, uploads_per_minute=100_000)
PEOPLE = {
    "root": (Role.ADMIN, ()),
    "reviewer": (Role.REVIEWER, ()),
    "li": (Role.CONTACT, ("S1",)),
    "wang": (Role.CONTACT, ("S2",)),
    "mover": (Role.MIGRATION, ()),
    "auditor": (Role.AUDITOR, ()),
}


@dataclass
class Portal:
    """A running portal and its people."""

    registry: Registry
    client: TestClient
    tokens: dict[str, accounts.LoggedIn] = field(default_factory=dict)

    def become(self, name: str | None) -> str:
        """Let the client be this person; return the token its forms carry."""
        self.client.cookies.clear()
        if name is None:
            return ""
        self.client.cookies.set("netaudit_session", self.tokens[name].token)
        return self.tokens[name].session.csrf

    def file(self, unit: str, ip: str, mac: str, state: RegistrationState, at: datetime | None = None) -> int:
        """Store a registration, now or earlier, and return its id."""
        view = RegistrationView(
            0, unit, "public", ip_address(ip), Mac(mac), state, person="李四", phone="13800001234", device_type="台式机"
        )
        found = self.registry.desk.file(view, Actor("test", Role.ADMIN), at)
        assert isinstance(found, CaseView)
        return found.registration.id


@pytest.fixture(scope="session")
def hashed() -> str:
    """The hash of :data:`PASSWORD`: made once, for making it is slow on purpose."""
    return accounts.hash_of(PASSWORD)


@contextmanager
def opened(folder: Path, hashed: str) -> Iterator[Portal]:
    """Open a portal with two units and six people, all logged in.

    A sweep somebody starts in it ends before its first packet: it is told to read settings that do not exist.
    """
    with pytest.MonkeyPatch.context() as patched, open_registry(f"sqlite:///{folder / 'r.db'}") as registry:
        patched.setenv("NETAUDIT_CONFIG", str(folder / "no such file"))
        registry.apply(
            Batch(
                units=(UnitView("S1", "第一小学"), UnitView("S2", "第二小学")),
                prefixes=(
                    PrefixView(ip_network("10.0.1.0/24"), "S1", "public"),
                    PrefixView(ip_network("10.0.2.0/24"), "S2", "public"),
                ),
            )
        )
        app = create_app(registry, Settings(serve=UNHURRIED))
        with TestClient(app, follow_redirects=False) as client:
            made = Portal(registry, client)
            for name, (role, units) in PEOPLE.items():
                accounts.create(registry, name, role, units=units, actor="root")
                registry.gate.set_password(name, hashed, "root", accounts.moment())
                made.tokens[name] = accounts.enter(registry, name, "127.0.0.1")
            yield made


@pytest.fixture
def portal(tmp_path: Path, hashed: str) -> Iterator[Portal]:
    """A portal with two units and six people, all logged in."""
    with opened(tmp_path, hashed) as made:
        yield made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, hashed: str) -> Iterator[Portal]:
    """The same for the tests of one file that do not mind what others left behind."""
    with opened(tmp_path_factory.mktemp("portal"), hashed) as made:
        yield made
