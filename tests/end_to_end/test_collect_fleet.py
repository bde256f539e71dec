"""``netaudit collect`` on three hundred devices at once, each a recording that answers over real UDP."""

from __future__ import annotations

import asyncio
import json
import socket
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inventory.model.coverage import Completeness
from inventory.registry.engine import open_registry
from probes.snmp.device import read_session
from probes.snmp.recording import replay
from tests.end_to_end.in_process import calling
from tests.unit.snmp.replay_agent import BULK, GET, NEXT, Fleet, Request, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.model.factset import FactSet
    from tests.end_to_end.in_process import Call

CASES = [
    path
    for path in sorted((Path(__file__).parents[1] / "cases" / "snmp").glob("*.snmprec"))
    if "@" not in path.stem and path.stem != "cisco_view_missing"
]
AGENTS = 300
ADDRESSES = [f"127.77.{number // 250}.{number % 250 + 1}" for number in range(AGENTS)]
SETTINGS = """
[collect]
timeout = 10.0

[snmp.access]
version = "2c"
community = "public"
port = {port}
"""


def _case(number: int) -> Path:
    return CASES[number % len(CASES)]


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    """Serve every written device at many addresses, all on one port."""
    shelves = {path: Shelf.of(path) for path in CASES}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
    made = Fleet({address: shelves[_case(number)] for number, address in enumerate(ADDRESSES)}, port=port)
    yield made
    made.stop()


@pytest.fixture
def call(
    fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Call]:
    """Call netaudit where the agents are registered as devices."""
    (tmp_path / "netaudit.toml").write_text(SETTINGS.format(port=fleet.ports[ADDRESSES[0]]))
    (tmp_path / "netaudit.toml").chmod(0o600)
    rows = [f"sw{number},{address},access,access" for number, address in enumerate(ADDRESSES)]
    (tmp_path / "devices.csv").write_text("\n".join(["name,address,role,snmp_profile", *rows]) + "\n")
    with calling(tmp_path, monkeypatch, capsys) as made:
        monkeypatch.setenv("NETAUDIT_CONFIG", str(tmp_path / "netaudit.toml"))
        assert made("import", "devices.csv").returncode == 0
        yield made


def _stored(folder: Path) -> tuple[FactSet, dict[str, int]]:
    with open_registry(f"sqlite:///{folder / 'registry.db'}") as registry:
        return registry.facts([view.id for view in registry.sweeps()]), registry.rows_per_request()


def test_every_live_device_is_read_as_its_recording_is(call: Call, tmp_path: Path) -> None:
    done = call("collect", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["coverage"]["devices_complete"] == AGENTS
    stored, bearing = _stored(tmp_path)
    ends = {(row.device, row.table): (row.completeness, row.rows, row.reason) for row in stored.coverage}
    assert not [key for key, end in ends.items() if end[0] in {Completeness.TIMED_OUT, Completeness.REFUSED}]
    assert {device for device, _ in ends} == {f"sw{number}" for number in range(AGENTS)}

    for number, path in enumerate(CASES):
        alone = asyncio.run(read_session(replay(path), "sw", "public"))
        for twin in range(number, AGENTS, len(CASES)):
            for row in alone.coverage:
                assert ends[f"sw{twin}", row.table] == (row.completeness, row.rows, row.reason)
    stations = Counter(row.device for row in stored.fdb)
    assert len({stations[f"sw{number}"] for number in range(0, AGENTS, len(CASES))}) == 1
    assert set(bearing) == {f"sw{number}" for number in range(AGENTS)}


def test_nothing_but_questions_is_ever_sent(fleet: Fleet, call: Call) -> None:
    """Each datagram of a full read, taken apart by the agent's own decoder."""
    call("collect")
    assert fleet.unread == 0
    assert len(fleet.heard) > 20 * AGENTS
    assert fleet.verbs() <= {GET, NEXT, BULK}
    asked = {Request.of(datagram).community for _, datagram in fleet.heard}
    assert asked == {b"public", b"public@1", b"public@10", b"public@20"}
    views = {address for number, address in enumerate(ADDRESSES) if _case(number).stem.startswith(("cisco", "nexus"))}
    assert {address for address, datagram in fleet.heard if b"public@" in datagram} == views
