"""``netaudit serve`` as it is started: where it listens, by TLS, behind a proxy that is believed or not."""

from __future__ import annotations

import http.client
import json
import os
import socket
import sqlite3
import ssl
import subprocess
import time
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.unit.web.certificates import certificate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.end_to_end.conftest import Program

_PATIENCE_S = 120
"""A limit for a machine that is very slow; what is waited for is the state itself."""


class Office:
    """A computer that runs the portal."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.environment = dict(program.environment)

    @contextmanager
    def serving(self, *arguments: str) -> Iterator[int]:
        """Run the portal on a free port; return the port when it answers there."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        command = self.program.command("serve", "--port", str(port), *arguments)
        said = self.program.home / "serve.log"
        with said.open("wb") as log:
            server = subprocess.Popen(command, env={**os.environ, **self.environment}, stdout=log, stderr=log)
            try:
                until = time.monotonic() + _PATIENCE_S
                while not listening(port):
                    assert server.poll() is None, said.read_text()
                    assert time.monotonic() < until, said.read_text()
                    time.sleep(0.05)
                yield port
            finally:
                server.terminate()
                server.wait(timeout=_PATIENCE_S)

    def came_from(self) -> list[object]:
        """Return where failed logins came from, oldest first, as the log has it."""
        with sqlite3.connect(self.program.home / "netaudit.db") as database:
            query = "SELECT detail FROM audit_log WHERE action = 'login_failed' ORDER BY id"
            return [json.loads(detail)["from"] for (detail,) in database.execute(query)]


@pytest.fixture
def office(program: Program) -> Office:
    return Office(program)


def listening(port: int) -> set[str]:
    """Return the addresses that accept connections to a port, as the kernel lists them."""
    found = set()
    for table, width in (("tcp", 8), ("tcp6", 32)):
        for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            written, _, number = local.partition(":")
            if state == "0A" and int(number, 16) == port:
                words = [bytes.fromhex(written[at : at + 8])[::-1] for at in range(0, width, 8)]
                found.add(str(ip_address(b"".join(words))))
    return found


def failed_login(port: int, **headers: str) -> None:
    """Try a wrong password."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_S)
    body = urlencode({"name": "nobody", "password": "wrong"})
    told = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    connection.request("POST", "/login", body, told)
    assert connection.getresponse().status == 401
    connection.close()


def test_it_listens_on_this_computer_only_and_believes_nobody(office: Office) -> None:
    with office.serving() as port:
        assert listening(port) == {"127.0.0.1"}
        failed_login(port, **{"X-Forwarded-For": "192.0.2.9"})
    assert office.came_from() == ["127.0.0.1"]


def test_it_does_not_listen_for_others_without_tls(office: Office) -> None:
    done = office.program.run("serve", "--host", "0.0.0.0", "--port", "1", expect=2)
    assert "Passwords would cross the network in clear" in done.stderr


def test_by_its_certificate_it_speaks_tls_only(office: Office) -> None:
    chain, key = certificate(office.program.home)
    with office.serving("--certificate", str(chain), "--key", str(key)) as port:
        trusted = ssl.create_default_context(cafile=str(chain))
        connection = http.client.HTTPSConnection("localhost", port, context=trusted, timeout=_PATIENCE_S)
        connection.request("GET", "/language/en")
        answer = connection.getresponse()
        assert answer.status == 303
        assert "; secure" in answer.headers["set-cookie"].lower()
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        connection.close()
        stranger = http.client.HTTPSConnection("localhost", port, timeout=_PATIENCE_S)
        with pytest.raises(ssl.SSLCertVerificationError):
            stranger.request("GET", "/login")
        plain = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_S)
        plain.request("GET", "/login")
        with pytest.raises((http.client.HTTPException, OSError)):
            plain.getresponse()


@pytest.mark.parametrize(
    ("proxies", "told"),
    [
        # Of several the nearest that is no proxy of ours counts: what stands before it anybody may have written.
        ("127.0.0.0/8", {"192.0.2.9": "192.0.2.9", "198.51.100.1, 192.0.2.7, 127.0.0.3": "192.0.2.7", "<script>": ""}),
        ("192.0.2.1", {"192.0.2.9": "127.0.0.1"}),
    ],
)
def test_a_proxy_is_believed_when_it_is_named(office: Office, proxies: str, told: dict[str, str]) -> None:
    office.environment["NETAUDIT_SERVE__TRUSTED_PROXIES"] = proxies
    with office.serving("--behind-proxy") as port:
        for header in told:
            failed_login(port, **{"X-Forwarded-For": header, "X-Forwarded-Proto": "https"})
    assert office.came_from() == [*told.values()]
