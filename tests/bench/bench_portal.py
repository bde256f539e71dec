"""How long the portal's pages take on a whole district, and what fifty people at once get. It asserts nothing.

``python -m tests.bench.bench_portal [UNITS ENDPOINTS REGISTRATIONS]``: each page alone, then fifty people over HTTP
against ``netaudit serve`` in a process of its own, on SQLite.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from fastapi.testclient import TestClient

from inventory.registry.engine import open_registry
from netaudit.app import accounts
from netaudit.app.accounts import Role
from netaudit.settings import Settings
from netaudit.web.app import create_app
from tests.unit.web.district import ENDPOINTS, FILED, UNITS, addresses, fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.registry.engine import Registry

ROUNDS: Final = 15
PEOPLE: Final = 50
VISITS: Final = 20
"""Pages each of them looks at; every tenth visit files an endpoint."""
ASKED_MS: Final = 100


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def alone(registry: Registry) -> None:
    """Print the median of each page, asked for again and again by one person."""
    app = create_app(registry, Settings())
    token = accounts.enter(registry, "root", "127.0.0.1").token
    with TestClient(app, follow_redirects=False) as client:
        client.cookies.set("netaudit_session", token)
        begun = time.perf_counter()
        client.get("/office")
        say(f"first page after the start: {time.perf_counter() - begun:.2f} s")
        say(f"\n{'page':<48}{'median ms':>10}{'slowest':>9}{'KiB':>6}   asked: {ASKED_MS} ms")
        for route, address in addresses():
            shown = client.get(address)  # the first one compiles the template
            times = []
            shown = client.get(address)
            for _ in range(ROUNDS):
                begun = time.perf_counter()
                shown = client.get(address)
                times.append((time.perf_counter() - begun) * 1000)
            median = statistics.median(times)
            verdict = "" if median <= ASKED_MS else "   missed"
            say(f"{route:<48}{median:>10.1f}{max(times):>9.1f}{len(shown.content) // 1024:>6}{verdict}")


@contextmanager
def serving(database: str) -> Iterator[int]:
    """Run the portal in a process of its own; yield its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "netaudit", "serve", "--port", str(port)]
    environment = {**os.environ, "NETAUDIT_DATABASE": database}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(600):
                with socket.socket() as tried:
                    if tried.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield port
        finally:
            server.terminate()


class Crowd:
    """People who look at their unit, its forms and registrations, and file endpoints, all at once."""

    def __init__(self, port: int, people: list[accounts.LoggedIn]) -> None:
        self.port, self.people = port, people
        self.times: list[float] = []
        self.answers: Counter[str] = Counter()

    def visit(self) -> float:
        """Let everybody come; return the seconds it took."""
        threads = [threading.Thread(target=self._person, args=(number,)) for number in range(len(self.people))]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - begun

    def _person(self, number: int) -> None:
        who = self.people[number]
        unit = next(iter(who.session.account.units), "U-000")
        pages = [f"/unit/{unit}", f"/unit/{unit}/claim", f"/unit/{unit}/new", "/this-computer", "/"]
        if not who.session.account.units:
            pages = ["/office", "/office/review", f"/registration/{number + 1}", "/office/log", "/office/disputes"]
        for visit in range(VISITS):
            if visit % 10 == 9 and who.session.account.units:
                self._ask("POST", f"/unit/{unit}/new", who, _filing(unit, number * VISITS + visit))
            else:
                self._ask("GET", pages[visit % len(pages)], who)

    def _ask(self, method: str, path: str, who: accounts.LoggedIn, form: dict[str, str] | None = None) -> None:
        begun = time.perf_counter()
        body = None if form is None else urlencode({**form, "csrf": who.session.csrf})
        headers = {"Cookie": f"netaudit_session={who.token}", "Content-Type": "application/x-www-form-urlencoded"}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            self.answers[f"{method} {answer.status}"] += 1
        except (OSError, HTTPException) as error:
            self.answers[type(error).__name__] += 1
        finally:
            connection.close()
        self.times.append((time.perf_counter() - begun) * 1000)

    def tell(self, took: float) -> None:
        """Print what they got."""
        number, slow = len(self.times), statistics.quantiles(self.times, n=20)
        say(f"\n{PEOPLE} people at once, {number} requests in {took:.1f} s: {number / took:.0f} a second")
        say(f"median {slow[9]:.0f} ms, 95 % within {slow[18]:.0f} ms, slowest {max(self.times):.0f} ms")
        say(f"answers {dict(self.answers)}; asked: none of 500 or above, no connection lost")


def _filing(unit: str, number: int) -> dict[str, str]:
    card = f"02-00-00-00-{number // 256:02x}-{number % 256:02x}"
    return {
        "ip": f"10.20.{int(unit[2:])}.{200 + number % 50}", "mac": card,
        "person": "李四", "phone": "13800001234", "device_type": "台式机", "location": "301", "internet": "no",
    }  # fmt: skip


def main(arguments: list[str]) -> None:
    """Measure on a fresh file in the temporary folder."""
    units, endpoints, filings = (int(word) for word in arguments) if arguments else (UNITS, ENDPOINTS, FILED)
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'district.db'}"
        with open_registry(database) as registry:
            begun = time.perf_counter()
            fill(registry, units, endpoints, filings)
            say(f"{units} units, {endpoints} endpoints, {filings} registrations in {time.perf_counter() - begun:.1f} s")
            people = []
            for number, name in enumerate(["root", *(f"person-{n}" for n in range(PEOPLE))]):
                contact = number > PEOPLE // 10
                role = Role.CONTACT if contact else Role.ADMIN
                accounts.create(registry, name, role, units=[f"U-{number % units:03}"] if contact else (), actor="root")
                registry.gate.set_password(name, "x", "root", accounts.moment())
                people.append(accounts.enter(registry, name, "127.0.0.1"))
            alone(registry)
        with serving(database) as port:
            Crowd(port, people[:1]).visit()  # the portal compares everything once when it starts
            crowd = Crowd(port, people[1:])
            took = crowd.visit()
        crowd.tell(took)


if __name__ == "__main__":
    main(sys.argv[1:])
