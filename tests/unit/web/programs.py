"""A program that asks the API with a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netaudit.app import tokens
from netaudit.app.tokens import Scope

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from httpx2 import Response

    from tests.unit.web.conftest import Portal

READ = tuple(scope for scope in Scope if scope.value.startswith("read:"))
EVERY = (*READ, Scope.WRITE_REGISTRATIONS, Scope.REVEAL_PHONES)
CELLS = {
    "ip": "10.0.1.9", "mac": "00-E0-FC-00-00-09", "person": "李四", "phone": "13800001234", "device_type": "台式机",
    "location": "301", "internet": "no",
}  # fmt: skip
"""A registration with every cell the office asks for."""
Value = str | int | bool


class Program:
    """One token and the portal it opens."""

    def __init__(
        self,
        portal: Portal,
        name: str,
        scopes: Collection[Scope] = EVERY,
        *,
        units: Collection[str] | None = None,
        days: int = 30,
    ) -> None:
        self.portal = portal
        portal.client.cookies.clear()
        self.token = tokens.give(portal.registry, name, "test", scopes, units=units, days=days, actor="root")

    def ask(
        self,
        method: str,
        path: str,
        language: str = "en",
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Value | Sequence[Value]] | None = None,
        json: object = None,
    ) -> Response:
        """Ask, whatever comes back."""
        told = {"Authorization": f"Bearer {self.token}", "Accept-Language": language, **(headers or {})}
        return self.portal.client.request(method, f"/api/v1{path}", headers=told, params=params, json=json)

    def get(self, path: str, **parameters: Value | Sequence[Value]) -> dict[str, Any]:
        """Read what has to be there."""
        done = self.ask("GET", path, params=parameters)
        assert done.status_code == 200, done.text
        found: dict[str, Any] = done.json()
        return found
