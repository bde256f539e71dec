"""Host keys and transcripts: what is believed changes only by somebody's word, what was printed comes back whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from inventory.model.coverage import Completeness, Table, TableCoverage
from inventory.model.facts import FdbRow, FdbStatus
from inventory.model.hostkeys import HostKey, HostKeyState
from inventory.model.text import text
from inventory.model.transcript import Ending, Handshake, Output, Transcript
from inventory.model.values import Mac
from inventory.registry.errors import RefusedError

if TYPE_CHECKING:
    from inventory.registry.engine import Registry

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
FIRST, SECOND, THIRD = (HostKey("ssh-ed25519", bytes([number]) * 32) for number in range(3))
HANDSHAKE = Handshake("SSH-2.0-x", "diffie-hellman-group1-sha1", "ssh-rsa", "3des-cbc", "hmac-md5", old=("3des-cbc",))
OUTPUTS = (
    Output(
        "display version", "版本\r\n\x1b[42D\x00\xff".encode("latin-1", "ignore") + b"\xff\x00", Ending.DONE, NOON, NOON
    ),
    Output("display arp", b"", Ending.COMMAND_TIMEOUT, NOON, NOON, text("the prompt did not come back")),
)


def session(key: HostKey | None, at: datetime = NOON, device: str = "sw1") -> Transcript:
    return Transcript(device, "huawei_vrp", at, at, Ending.DONE, None, "<sw1>", OUTPUTS, key, HANDSHAKE)


def store(registry: Registry, transcript: Transcript, *, trusting: bool = True) -> int:
    sweep = registry.start_sweep({}, {}, NOON)
    registry.sessions.store(sweep, "public", "10.0.0.1 port 22", transcript, trusting=trusting)
    return sweep


def states(registry: Registry) -> dict[HostKey, HostKeyState]:
    return {view.key: view.state for view in registry.sessions.host_keys("sw1")}


def test_the_first_key_is_believed_and_the_next_one_is_not(registry: Registry) -> None:
    store(registry, session(FIRST))
    store(registry, session(FIRST, NOON + timedelta(days=1)))
    store(registry, session(SECOND))
    assert states(registry) == {FIRST: HostKeyState.RECORDED, SECOND: HostKeyState.OFFERED}
    assert registry.sessions.believed() == {"sw1": frozenset({FIRST})}
    (view, _other) = registry.sessions.host_keys()
    assert (view.first_seen, view.last_seen, view.old_algorithms) == (NOON, NOON + timedelta(days=1), ("3des-cbc",))


def test_only_approval_makes_another_key_believed(registry: Registry) -> None:
    store(registry, session(FIRST))
    store(registry, session(SECOND))
    assert registry.sessions.approve("sw1").key == SECOND
    assert states(registry) == {SECOND: HostKeyState.APPROVED}
    store(registry, session(THIRD))
    store(registry, session(FIRST))
    with pytest.raises(RefusedError, match="several"):
        registry.sessions.approve("sw1")
    registry.sessions.approve("sw1", FIRST.fingerprint)
    assert states(registry) == {FIRST: HostKeyState.APPROVED}
    with pytest.raises(RefusedError, match="never showed"):
        registry.sessions.approve("sw1", SECOND.fingerprint)


def test_where_only_approved_keys_count_the_first_is_only_offered(registry: Registry) -> None:
    store(registry, session(FIRST), trusting=False)
    assert registry.sessions.believed() == {}
    registry.sessions.approve("sw1")
    assert registry.sessions.believed() == {"sw1": frozenset({FIRST})}


def test_forgetting_makes_the_next_key_the_first(registry: Registry) -> None:
    store(registry, session(FIRST))
    store(registry, session(SECOND))
    assert registry.sessions.forget("sw1") == 2
    store(registry, session(SECOND))
    assert states(registry) == {SECOND: HostKeyState.RECORDED}
    with pytest.raises(RefusedError, match="never showed"):
        registry.sessions.forget("sw2")


def test_what_was_printed_comes_back_to_the_octet(registry: Registry) -> None:
    sweep = store(registry, session(None))
    registry.sessions.store(sweep, "public", "10.0.0.2 port 22", session(FIRST, device="sw0"), trusting=True)
    newer = replace(session(FIRST, NOON + timedelta(hours=1)), reason=text("once {more}", more=text("again")))
    registry.sessions.store(sweep, "other", "10.0.0.1 port 22", newer, trusting=True)
    assert registry.sessions.transcripts(sweep) == (("public", session(FIRST, device="sw0")), ("other", newer))


def test_old_output_goes_and_keys_stay(registry: Registry) -> None:
    sweep = store(registry, session(FIRST))
    assert registry.sessions.drop_transcripts(NOON) == 0
    assert registry.sessions.drop_transcripts(NOON + timedelta(seconds=1)) == 1
    assert registry.sessions.transcripts(sweep) == ()
    assert registry.sessions.host_keys()


def test_a_reading_is_replaced_and_no_other(registry: Registry) -> None:
    def row(device: str, mac: str) -> FdbRow:
        return FdbRow(device, Mac(mac), 1, 1, 10, None, FdbStatus.LEARNED, NOON, "display mac-address")

    def coverage(device: str, rows: int) -> TableCoverage:
        return TableCoverage(device, Table.FDB, Completeness.COMPLETE, rows, NOON, source="ssh")

    sweep = registry.start_sweep({}, {}, NOON)
    for device in ("sw1", "sw2"):
        told = [row(device, "00:00:00:00:00:01")], [coverage(device, 1)]
        registry.store_reading(sweep, f"read:{device}", device, *told, NOON)
    better = [row("sw1", "00:00:00:00:00:02"), row("sw1", "00:00:00:00:00:03")]
    registry.sessions.replace_reading(sweep, "sw1", better, [coverage("sw1", 2)])
    facts = registry.facts(sweep)
    assert set(facts.fdb) == {*better, row("sw2", "00:00:00:00:00:01")}
    assert {(entry.device, entry.rows) for entry in facts.coverage} == {("sw1", 2), ("sw2", 1)}
