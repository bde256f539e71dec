"""A device is recorded where it can be reached, and brought in where it cannot."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.end_to_end.in_process import Call, Done, calling
from tests.unit.reports.test_schema import check
from tests.unit.snmp.replay_agent import Fleet, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = Path(__file__).parents[1] / "cases" / "snmp"
SWITCH = "ruijie_aggregate_and_vlan_ports"
SECRET = "long-secret-community"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """Call netaudit in a folder and with a registry of its own."""
    with calling(tmp_path, monkeypatch, capfd) as call:
        yield call


@pytest.fixture
def switch(tmp_path: Path, run: Call) -> Iterator[Fleet]:
    """Serve a switch over UDP, registered as ``sw1`` with a community nobody may read."""
    fleet = Fleet({"127.0.0.1": Shelf.of(CASES / f"{SWITCH}.snmprec", SECRET.encode())})
    settings(tmp_path, fleet.ports["127.0.0.1"])
    run("device", "add", "--name", "sw1", "--address", "127.0.0.1", "--role", "access", "--snmp-profile", "lab")
    yield fleet
    fleet.stop()


def settings(folder: Path, port: int) -> None:
    file = folder / "home" / "config" / "netaudit" / "netaudit.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'[snmp.lab]\nversion = "2c"\ncommunity = "{SECRET}"\nport = {port}\n', encoding="ascii")
    file.chmod(0o600)


@pytest.fixture
def dead_port() -> int:
    """Return a UDP port nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        return int(holder.getsockname()[1])


def data(done: Done, code: int = 0) -> Any:  # noqa: ANN401 -- JSON
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def collected(run: Call) -> Any:  # noqa: ANN401 -- JSON
    """Return every endpoint known, without its times and sources."""
    found = data(run("endpoint", "list", "--format", "json"))
    return sorted((one["mac"], one["location"]["verdict"], one["location"]["port"]) for one in found)


def test_what_was_recorded_comes_in_as_if_it_had_been_read(switch: Fleet, run: Call, tmp_path: Path) -> None:
    told = data(run("device", "record", "sw1", "--out", "rec", "--format", "json"))
    check("recording", told)
    assert {file["name"] for file in told["files"]} == {"walk.snmprec"}
    assert told["device"] == "sw1"
    assert not told["anonymised"]
    heard = len(switch.heard)
    assert switch.verbs() <= {0xA0, 0xA1, 0xA5}, "nothing but reading was asked"

    run("collect", "sw1")
    direct = collected(run)
    assert direct
    (tmp_path / "registry.db").unlink()
    asked = len(switch.heard)
    run("device", "add", "--name", "sw1", "--address", "10.9.9.9", "--role", "access")
    dry = data(run("import-recording", "rec", "--dry-run", "--format", "json"))
    assert (dry["collection"], dry["recordings"][0]["already"]) == (None, None)
    assert collected(run) == []
    brought = data(run("import-recording", "rec", "--format", "json"))
    check("import-recording", brought)
    assert brought["collection"] == 1
    assert brought["recordings"][0]["facts"] == dry["recordings"][0]["facts"] > 0
    assert {table["source"] for table in brought["recordings"][0]["tables"]} == {"recorded snmp"}
    assert collected(run) == direct
    assert len(switch.heard) == asked > heard, "bringing it in asks nobody"

    again = data(run("import-recording", "rec", "--format", "json"))
    assert (again["collection"], again["recordings"][0]["already"]) == (None, 1)
    covered = data(run("report", "coverage", "--format", "json"))
    check("coverage", covered)
    [device] = covered["devices"]
    assert {table["source"] for table in device["tables"]} == {"recorded snmp"}
    assert [(one["device"], one["collection"]) for one in covered["recordings"]] == [("sw1", 1)]
    assert covered["recordings"][0]["imported_by"]
    assert "Brought in as recordings" in run("report", "coverage").stdout


def test_no_secret_is_on_disk(switch: Fleet, run: Call, tmp_path: Path) -> None:
    run("device", "record", "sw1", "--out", "rec", "--whole-device")
    assert switch.heard
    for file in (tmp_path / "rec").iterdir():
        assert SECRET.encode() not in file.read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".rec")] == []


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda folder: (folder / "walk.snmprec").unlink(), r"walk\.snmprec: No such file"),
        (lambda folder: append(folder / "walk.snmprec", "1.3.6|2\n"), r"walk\.snmprec, line \d+:"),
        (lambda folder: append(folder / "walk.snmprec", "1.3.6.1.9|2|7\n"), r"walk\.snmprec: .*SHA-256"),
        (lambda folder: replace(folder / "manifest.json", '"device"', '"devise"'), r"manifest\.json: device"),
        (lambda folder: replace(folder / "manifest.json", ",", ";"), r"manifest\.json: line 2"),
        (lambda folder: (folder / "manifest.json").write_bytes(b"\xff\xfe"), r"manifest\.json: it is not UTF-8"),
        (lambda folder: (folder / "manifest.json").unlink(), r"holds no recording: manifest\.json"),
    ],
)
@pytest.mark.usefixtures("switch")
def test_a_damaged_folder_names_the_place(damage: Any, named: str, run: Call, tmp_path: Path) -> None:  # noqa: ANN401 -- a change to a folder
    run("device", "record", "sw1", "--out", "rec")
    damage(tmp_path / "rec")
    refused = run("import-recording", "rec")
    assert refused.returncode == 2
    assert re.search(named, refused.stderr), refused.stderr
    assert collected(run) == []


def append(file: Path, line: str) -> None:
    file.write_text(file.read_text(encoding="ascii") + line, encoding="ascii")


def replace(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


@pytest.mark.usefixtures("switch")
def test_one_damaged_folder_keeps_all_out(run: Call, tmp_path: Path) -> None:
    for name in ("a", "b"):
        run("device", "record", "sw1", "--out", f"all/{name}")
    append(tmp_path / "all" / "b" / "walk.snmprec", "x\n")
    assert run("import-recording", "all").returncode == 2
    assert collected(run) == []


@pytest.mark.usefixtures("switch")
def test_a_folder_is_never_written_over(run: Call, tmp_path: Path) -> None:
    (tmp_path / "rec").mkdir()
    assert run("device", "record", "sw1", "--out", "rec").returncode == 0
    before = {file.name: file.read_bytes() for file in (tmp_path / "rec").iterdir()}
    refused = run("device", "record", "sw1", "--out", "rec")
    assert (refused.returncode, "not empty" in refused.stderr) == (2, True)
    assert {file.name: file.read_bytes() for file in (tmp_path / "rec").iterdir()} == before


def test_a_device_that_does_not_answer_leaves_no_folder(run: Call, tmp_path: Path, dead_port: int) -> None:
    settings(tmp_path, dead_port)
    run("device", "add", "--name", "sw1", "--address", "127.0.0.1", "--role", "access", "--snmp-profile", "lab")
    refused = run("device", "record", "sw1", "--out", "rec")
    assert refused.returncode == 4
    assert "No SNMP agent listens on 127.0.0.1" in refused.stderr
    assert not (tmp_path / "rec").exists()


def test_an_address_is_asked_only_within_the_scope_and_with_a_profile(switch: Fleet, run: Call) -> None:
    heard = len(switch.heard)
    assert "no credential is guessed" in run("device", "record", "192.0.2.9", "--out", "rec").stderr
    public = run("device", "record", "1.1.1.1", "--out", "rec", "--snmp-profile", "lab")
    assert (public.returncode, "public address space" in public.stderr) == (2, True)
    assert run("device", "record", "nobody", "--out", "rec").returncode == 2
    assert len(switch.heard) == heard


def test_a_device_that_is_not_registered_is_named_with_the_way_to_register_it(
    switch: Fleet, run: Call, tmp_path: Path
) -> None:
    assert switch.ports
    run("device", "record", "sw1", "--out", "rec")
    (tmp_path / "registry.db").unlink()
    refused = run("import-recording", "rec")
    assert refused.returncode == 2
    command = re.search(r"netaudit (device add .*)", refused.stderr)
    assert command is not None
    assert run(*command.group(1).split()).returncode == 0
    assert run("import-recording", "rec").returncode == 0
    assert collected(run)


@pytest.mark.usefixtures("switch")
def test_an_older_recording_does_not_become_the_newest_sweep(run: Call, tmp_path: Path) -> None:
    """A recording of last month keeps its time: what was swept today still speaks for today."""
    run("device", "record", "sw1", "--out", "rec")
    manifest = tmp_path / "rec" / "manifest.json"
    document = json.loads(manifest.read_text(encoding="utf-8"))
    document["started_at"] = document["finished_at"] = "2020-01-01T00:00:00Z"
    manifest.write_text(json.dumps(document), encoding="utf-8")
    run("collect", "sw1")
    before = data(run("report", "coverage", "--format", "json"))
    assert data(run("import-recording", "rec", "--format", "json"))["collection"] == 2
    assert data(run("report", "coverage", "--format", "json")) == before
    assert data(run("report", "sweep", "--format", "json"))["sweep"] == 1
    mac = collected(run)[0][0]
    history = ("locate", mac, "--history", "--format", "json")
    known = data(run(*history))
    run("collect", "sw1")
    assert "2020-01-01" not in json.dumps(data(run(*history)))
    assert "2020-01-01" not in json.dumps(known)


@pytest.mark.usefixtures("switch")
def test_a_young_recording_is_part_of_the_history(run: Call) -> None:
    run("device", "record", "sw1", "--out", "rec")
    run("import-recording", "rec")
    mac = collected(run)[0][0]
    assert "sw1" in run("locate", mac, "--history").stdout


@pytest.mark.usefixtures("switch")
def test_an_anonymised_recording_comes_in_under_other_names(run: Call, tmp_path: Path) -> None:
    run("device", "record", "sw1", "--out", "plain")
    key = tmp_path / "key"
    key.write_text("sixteen octets or more of the tests", encoding="ascii")
    refused = run("device", "record", "sw1", "--out", "no", "--anonymise", "--key-file", "key")
    assert (refused.returncode, "chmod 600" in refused.stderr, (tmp_path / "no").exists()) == (2, True, False)
    key.chmod(0o600)
    told = [
        data(run("device", "record", "sw1", "--out", name, "--key-file", "key", "--format", "json")) for name in "ab"
    ]
    assert told[0]["anonymised"]
    assert told[0]["files"] == told[1]["files"], "the same key makes the same recording"
    written = b"".join(file.read_bytes() for file in (tmp_path / "a").iterdir())
    assert b"sw1" not in written
    assert b"127.0.0.1" in written, "an address that names nobody stays"
    name, address = told[0]["device"], told[0]["address"]
    run("device", "add", "--name", name, "--address", address, "--role", "access")
    assert run("import-recording", "a").returncode == 0
    assert "anonymised" in run("import-recording", "a", "b", "--dry-run").stdout
    other = collected(run)
    (tmp_path / "registry.db").unlink()
    run("device", "add", "--name", "sw1", "--address", "10.9.9.9", "--role", "access")
    run("import-recording", "plain")
    plain = collected(run)
    assert [one[1:] for one in sorted(plain, key=lambda one: one[1:])] == [
        one[1:] for one in sorted(other, key=lambda one: one[1:])
    ]
    assert not {one[0] for one in plain} & {one[0] for one in other}
    assert sorted(one[0][:8] for one in plain) == sorted(one[0][:8] for one in other)


@pytest.mark.usefixtures("switch")
def test_a_key_of_one_s_own_is_made_once(run: Call, tmp_path: Path) -> None:
    told = [data(run("device", "record", "sw1", "--out", name, "--anonymise", "--format", "json")) for name in "ab"]
    assert told[0]["files"] == told[1]["files"]
    [key] = list((tmp_path / "home").rglob("anonymise.key"))
    assert key.stat().st_mode & 0o777 == 0o600
