"""Stations that answer nothing but ARP are found through the gateway that is made to resolve them."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import ExitStack
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

import pytest

from tests.end_to_end.arp_only import ADMIN, GATEWAY, build
from tests.end_to_end.conftest import COMMAND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.end_to_end.arp_only import Quiet
    from tests.end_to_end.conftest import Program

pytestmark = [pytest.mark.xdist_group("lab")]
NETWORK = IPv4Network("10.50.0.0/22")
STATIONS = 60


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Quiet]:
    if os.geteuid() != 0:
        pytest.skip("network namespaces need root")
    with ExitStack() as opened:
        yield build(opened, tmp_path_factory.mktemp("quiet"), NETWORK, STATIONS)


def run(quiet: Quiet, program: Program, *arguments: str, expect: int = 0) -> Any:  # noqa: ANN401 -- a JSON document
    """Run netaudit on the admin host."""
    pace = {"NETAUDIT_SWEEP__NEW_ADDRESSES_PER_GATEWAY": "1000", "NETAUDIT_SNMP__GW__VERSION": "2c"}
    done = subprocess.run(
        quiet.admin.argv(*COMMAND, *arguments, "--format", "json"),
        env={**os.environ, **program.environment, **pace, "NETAUDIT_SNMP__GW__COMMUNITY": "public"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == expect, done.stderr
    return json.loads(done.stdout)


def test_all_are_found_and_the_gateways_table_proves_them(quiet: Quiet, program: Program) -> None:
    program.run("device", "add", "--name", "gw", "--address", GATEWAY, "--role", "router", "--snmp-profile", "gw")
    summary = run(quiet, program, "sweep", str(NETWORK), "--timeout", "0.2", "--retries", "0")
    assert (summary["outcome"], summary["alive"]) == ("complete", 1)  # nobody but the gateway itself
    report = run(quiet, program, "report", "unregistered")
    found = {e["ip"]: e for unit in report["units"] for e in unit["endpoints"]}
    assert found.pop(ADMIN)["mac"]  # this computer, which asked
    assert {ip: entry["mac"] for ip, entry in found.items()} == quiet.stations
    for entry in found.values():
        assert {(row["source"], row["device"]) for row in entry["evidence"]} == {("snmp:ipNetToPhysicalTable", "gw")}
