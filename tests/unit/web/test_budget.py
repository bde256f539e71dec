"""No page of a whole district's portal asks the registry for more than a dozen things."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event

from inventory.registry.engine import open_registry
from netaudit.app import accounts
from netaudit.app.accounts import Role
from netaudit.settings import Settings
from netaudit.web.app import create_app
from tests.unit.web.district import addresses, fill

if TYPE_CHECKING:
    from collections.abc import Iterator

BUDGET = 12
QUERIES = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of the portal; the comparison of all units was made, as it was when the first page was asked for."""
    with open_registry(f"sqlite:///{tmp_path_factory.mktemp('district') / 'r.db'}") as registry:
        fill(registry)
        accounts.create(registry, "root", Role.ADMIN, actor="root")
        registry.gate.set_password("root", "x", "root", accounts.moment())
        app = create_app(registry, Settings())
        with TestClient(app, follow_redirects=False) as client:
            client.cookies.set("netaudit_session", accounts.enter(registry, "root", "127.0.0.1").token)
            assert client.get("/office").status_code == 200
            yield client


@contextmanager
def counted() -> Iterator[list[str]]:
    """Note every statement that any registry is given meanwhile."""
    told: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:  # noqa: ANN401 -- SQLAlchemy's own
        if statement.lstrip().upper().startswith(QUERIES):
            told.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.xdist_group("district")
def test_no_page_asks_more_than_a_dozen_things(client: TestClient) -> None:
    found: dict[str, int] = {}
    for route, address in addresses():
        with counted() as told:
            shown = client.get(address)
        assert shown.status_code in {200, 303}, (route, shown.status_code)
        found[route] = len(told)
    assert len(found) > 10
    assert {route: number for route, number in found.items() if number > BUDGET} == {}
