"""Walking a device nobody can decode yet: bounded, and without what may be a secret."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.contract import ReadLimits
from probes.snmp.client import Session
from probes.snmp.recording import Recording
from probes.snmp.tape import Tape
from probes.snmp.whole import walk_whole, without_secrets

if TYPE_CHECKING:
    from probes.mibs.cells import Oid, Value

SYSTEM = (1, 3, 6, 1, 2, 1, 1)
VENDOR = (1, 3, 6, 1, 4, 1, 99999)
OTHER_VENDOR = (1, 3, 6, 1, 4, 1, 88888)
OBJECTS: dict[Oid, Value | None] = {
    (*SYSTEM, 1, 0): b"A switch",
    (*SYSTEM, 2, 0): (*VENDOR, 1, 1),
    (1, 3, 6, 1, 2, 1, 16, 9, 1, 1, 5, 1): b"event-community",
    (1, 3, 6, 1, 2, 1, 25, 4, 2, 1, 5, 7): b"--password hunter2",
    (1, 3, 6, 1, 6, 3, 18, 1, 1, 1, 2, 1): b"secret-community",
    (1, 0, 8802, 1, 1, 2, 1, 3, 3, 0): b"core",
    (*VENDOR, 1, 1): b"radius-key",
    (*VENDOR, 1, 2): "共享密钥".encode(),
    (*VENDOR, 1, 3): 42,
    (*VENDOR, 1, 4): bytes(range(12)),
    (*VENDOR, 1, 5): b"",
    (*OTHER_VENDOR, 1, 1): b"of another vendor",
}


def _walked(limits: ReadLimits | None = None) -> Recording:
    tape = Tape()
    session = Session(tape.tap(Recording(OBJECTS.items())), limits or ReadLimits())
    asyncio.run(walk_whole(session))
    return tape.recording()


def test_the_vendor_s_own_tree_is_walked_and_no_other() -> None:
    found = {oid for oid, _ in _walked().objects()}
    assert {oid for oid in OBJECTS if oid[:7] == VENDOR} <= found
    assert not [oid for oid in found if oid[:7] == OTHER_VENDOR or oid[:6] == (1, 3, 6, 1, 6, 3)]


def test_what_may_be_a_secret_is_not_kept() -> None:
    kept = dict(without_secrets(_walked()).objects())
    assert kept[(*SYSTEM, 1, 0)] == b"A switch"
    assert kept[(1, 0, 8802, 1, 1, 2, 1, 3, 3, 0)] == b"core"
    assert kept[(*VENDOR, 1, 1)] == b"x" * 10
    assert kept[(*VENDOR, 1, 2)] == b"x" * 12
    assert (kept[(*VENDOR, 1, 3)], kept[(*VENDOR, 1, 4)], kept[(*VENDOR, 1, 5)]) == (42, bytes(range(12)), b"")
    written = without_secrets(_walked()).lines()
    for secret in ("event-community", "hunter2", "radius-key"):
        assert secret not in written


def test_views_are_cleaned_too() -> None:
    view = Recording([((*VENDOR, 1, 1), b"radius-key")])
    cleaned = without_secrets(Recording([], views={10: view}))
    assert dict(cleaned.views[10].objects()) == {(*VENDOR, 1, 1): b"x" * 10}


def test_a_walk_ends_at_its_limit() -> None:
    tape = Tape()
    endless = Recording([((1, 0, 8802, number), number) for number in range(5000)])
    asyncio.run(walk_whole(Session(tape.tap(endless), ReadLimits(max_rows=100))))
    assert 100 <= len(tape.recording().objects()) < 300


PRINTED = st.text(min_size=4, max_size=40).filter(lambda text: text.isprintable() and bool(text.strip()))


@given(
    PRINTED | st.builds("\r\n".join, st.tuples(PRINTED, PRINTED)) | PRINTED.map(lambda text: f"\x01\x02admin:{text}")
)
def test_no_text_of_an_unknown_object_survives(text: str) -> None:
    kept = dict(without_secrets(Recording([((*VENDOR, 1, 1), text.encode())])).objects())
    assert kept[(*VENDOR, 1, 1)] == b"x" * len(text.encode())


@pytest.mark.parametrize("octets", [bytes(6), b"\x00\x1a\x2b\x00\x00\x05", b"\xff\xff\xff\xff\x00\x01"])
def test_cards_and_bitmaps_of_unknown_objects_stay(octets: bytes) -> None:
    kept = dict(without_secrets(Recording([((*VENDOR, 1, 1), octets)])).objects())
    assert kept[(*VENDOR, 1, 1)] == octets
