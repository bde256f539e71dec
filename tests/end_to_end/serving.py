"""A real portal in a process of its own, and people with sessions of their own."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from netaudit.app import accounts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from inventory.registry.engine import Registry
    from netaudit.app.accounts import Role

_STARTING_S = 120
"""Generous: it takes a second, and slow machines are slow."""


@dataclass(frozen=True)
class Answer:
    """What the portal answered."""

    status: int
    text: str


class Gone(Exception):  # noqa: N818 -- it says what happened to the portal
    """The portal ended before it answered: whether it did what was asked is open."""


@dataclass(frozen=True)
class Person:
    """Somebody who is logged in; each call is a connection of its own, as from a browser elsewhere."""

    port: int
    token: str
    csrf: str

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Cookie": f"netaudit_session={self.token}", "Accept-Language": "en"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read().decode())
        except (OSError, http.client.HTTPException) as error:
            raise Gone from error
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        """Send a form."""
        return self._ask("POST", path, urlencode({**form, "csrf": self.csrf}))

    def version(self, registration: int) -> str:
        """Return the version of a registration that the page's form carries."""
        found = re.search(r'name="version" value="(\d+)"', self.get(f"/registration/{registration}").text)
        assert found is not None
        return found[1]


class Served:
    """A portal over one database; it may be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'registry.db'}"
        self._log = folder / "serve.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._environment = {**os.environ, "NETAUDIT_DATABASE": self.url, "HOME": str(folder), "LC_ALL": "C.UTF-8"}

    def person(self, registry: Registry, name: str, role: Role, units: Collection[str] = ()) -> Person:
        """Give somebody an account and a session."""
        accounts.create(registry, name, role, units=units, actor="test")
        entered = accounts.enter(registry, name, "127.0.0.1")
        return Person(self.port, entered.token, entered.session.csrf)

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run the portal; on the way out it is ended, unless somebody killed it before."""
        command = [sys.executable, "-m", "netaudit", "serve", "--port", str(self.port)]
        with self._log.open("ab") as log:
            process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)
            try:
                self._wait(process)
                yield process
            finally:
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
                process.wait(timeout=60)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + _STARTING_S
        while time.monotonic() < until:
            assert process.poll() is None, self._log.read_text()
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        message = f"the portal did not start within {_STARTING_S} s: {self._log.read_text()}"
        raise TimeoutError(message)
