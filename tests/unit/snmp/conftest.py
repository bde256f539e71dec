"""Peers on loopback: a real snmpd, and an agent that misbehaves as it is told."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

import pytest

from probes.contract import DeviceTarget, ReadLimits, SnmpCredential, SnmpV2c
from tests.unit.snmp.agents import Aim, Behaviour, Objects, Rogue, Rogues

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def rogue() -> Iterator[Rogues]:
    """Return a maker of misbehaving agents; they end with the test."""
    made: list[Rogue] = []

    def make(behaviour: Behaviour, objects: Objects) -> Rogue:
        made.append(Rogue(behaviour, dict(sorted(objects.items()))))
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.fixture
def limits() -> ReadLimits:
    """Return limits a silent loopback peer exhausts quickly: for peers that are meant to."""
    return ReadLimits(timeout_s=0.3, retries=1, table_budget_s=30.0, device_budget_s=60.0, max_rows=1000)


@pytest.fixture
def patient() -> ReadLimits:
    """Return limits that a busy machine does not exhaust: for peers that do answer."""
    return ReadLimits(timeout_s=5.0, retries=2, max_rows=1000)


@pytest.fixture
def target() -> Aim:
    """Return a maker of targets on loopback."""

    def make(port: int, credential: SnmpCredential | None = None, name: str = "sw") -> DeviceTarget:
        chosen = credential or SnmpV2c("public", port=port)
        return DeviceTarget(name, IPv4Address("127.0.0.1"), "public", chosen)

    return make


@pytest.fixture
def dead_port() -> int:
    """Return a UDP port nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        return int(holder.getsockname()[1])


CIPHERS = (
    ("md5-des", "MD5", "DES"),
    ("sha224-aes128", "SHA-224", "AES"),
    ("sha384-aes128", "SHA-384", "AES"),
    ("sha512-aes256", "SHA-512", "AES-256"),
    ("sha1-aes192", "SHA", "AES-192"),
    ("sha1-aes256", "SHA", "AES-256"),
    ("sha1-aes192c", "SHA", "AES-192-C"),
    ("sha1-aes256c", "SHA", "AES-256-C"),
    ("sha224-aes256", "SHA-224", "AES-256"),
    ("sha224-aes256c", "SHA-224", "AES-256-C"),
)
"""Users of the same secrets, named by what they use; in net-snmp's words. It has no 3DES."""
_SNMPD = shutil.which("snmpd", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


@pytest.fixture(scope="session")
def snmpd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Run net-snmp's snmpd on loopback and return its port.

    Community ``public``; users ``auditor`` (SHA-256, AES-128) ``reader`` (SHA-1, no privacy),
    ``elder`` (MD5), ``younger`` (SHA-512), ``stranger`` (no security at all), and those of :data:`CIPHERS`.
    """
    if _SNMPD is None:
        pytest.skip("snmpd (net-snmp) is not installed")
    folder: Path = tmp_path_factory.mktemp("snmpd")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        port = int(holder.getsockname()[1])
    configuration = folder / "snmpd.conf"
    configuration.write_text(
        "rocommunity public 127.0.0.1\n"
        "createUser auditor SHA-256 auth-pass-1 AES privacy-pass-1\n"
        "createUser reader SHA auth-pass-2\n"
        "createUser elder MD5 auth-pass-3 AES privacy-pass-3\n"
        "createUser younger SHA-512 auth-pass-4 AES privacy-pass-4\n"
        + "".join(
            f"createUser {name} {auth} auth-pass-5 {privacy} privacy-pass-5\nrouser {name} priv\n"
            for name, auth, privacy in CIPHERS
        )
        + "createUser stranger\nrouser stranger noauth\n"
        "rouser auditor priv\n"
        "rouser elder priv\n"
        "rouser younger priv\n"
        "rouser reader auth\n"
        "sysName loopback-agent\n"
        "sysDescr an agent of the tests\n"
    )
    with subprocess.Popen(
        [
            _SNMPD,
            "-f",
            "-Lf",
            str(folder / "log"),
            "-C",
            "-c",
            str(configuration),
            "-I",
            "-smux",
            f"udp:127.0.0.1:{port}",
        ],
        env={**os.environ, "SNMP_PERSISTENT_DIR": str(folder), "MIBS": ""},
        stdin=subprocess.DEVNULL,
    ) as process:
        try:
            _wait_until_bound(port, process)
            yield port
        finally:
            process.terminate()


def _wait_until_bound(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the port is taken."""
    for _ in range(500):
        if process.poll() is not None:
            pytest.fail(f"snmpd ended with {process.returncode}")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return
        time.sleep(0.02)
    pytest.fail("snmpd did not start")
