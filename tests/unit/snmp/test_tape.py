"""Writing down a device: what is replayed is what was read, byte for byte, and no secret is in it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pysnmp.proto import rfc1902

from probes.contract import DeviceReading, ReadLimits, SnmpV2c, SnmpV3
from probes.snmp.client import Session
from probes.snmp.device import read_device, read_session
from probes.snmp.pdu import Request, Response, Verb
from probes.snmp.recording import Recording, load, save
from probes.snmp.tape import Tape, secrets_of

if TYPE_CHECKING:
    from probes.mibs.cells import Oid
    from tests.unit.snmp.agents import Aim, Objects, Rogues

CASES = Path(__file__).parents[2] / "cases" / "snmp"
SWITCHES = sorted(path for path in CASES.glob("*.snmprec") if "@" not in path.stem)
COLUMN: Oid = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 18)
COMMUNITIES: Oid = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 19)
"""Stands for whatever lies behind the last column that is read."""


def _recorded(recording: Recording) -> tuple[Recording, DeviceReading]:
    tape = Tape()
    reading = asyncio.run(read_session(Session(tape.tap(recording), ReadLimits()), "sw", "public"))
    return tape.recording(), reading


def _told(reading: DeviceReading) -> list[str]:
    """Return facts and ends without the time of reading."""
    facts = [repr(fact).replace(repr(fact.at), "") for fact in reading.facts]
    return sorted(facts) + [f"{row.table} {row.completeness} {row.rows} {row.reason}" for row in reading.coverage]


@pytest.mark.parametrize("path", SWITCHES, ids=lambda path: path.stem)
def test_a_recording_of_a_recording_is_the_same(path: Path, tmp_path: Path) -> None:
    first, reading = _recorded(load(path))
    save(first, tmp_path / "a.snmprec")
    second, again = _recorded(load(tmp_path / "a.snmprec"))
    save(second, tmp_path / "b.snmprec")

    written = sorted(file.name for file in tmp_path.glob("a*"))
    assert [name.replace("a", "b", 1) for name in written] == sorted(file.name for file in tmp_path.glob("b*"))
    for name in written:
        assert (tmp_path / name).read_bytes() == (tmp_path / name.replace("a", "b", 1)).read_bytes()
    assert _told(reading) == _told(again)


VALUES = st.one_of(
    st.tuples(st.sampled_from([2, 65, 66, 67, 70]), st.integers(0, 2**32 - 1)),
    st.tuples(st.just(2), st.integers(-(2**31), -1)),
    st.tuples(st.sampled_from([4, 68]), st.binary(max_size=12) | st.text("ab|\\\n x", max_size=6).map(str.encode)),
    st.tuples(st.just(64), st.binary(max_size=5)),
    st.tuples(st.just(6), st.lists(st.integers(0, 99), min_size=2, max_size=5).map(tuple)),
    st.tuples(st.just(5), st.none()),
)
OIDS = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=6).map(lambda rest: (1, 3, *rest))


@given(objects=st.dictionaries(OIDS, VALUES, max_size=8))
def test_any_value_comes_back_with_its_tag(
    objects: dict[Oid, tuple[int, int | bytes | Oid | None]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("tape")
    tags = {oid: tag for oid, (tag, _) in objects.items()}
    recording = Recording(((oid, value) for oid, (_, value) in objects.items()), tags)
    save(recording, folder / "a.snmprec")
    back = load(folder / "a.snmprec")
    assert back.objects() == recording.objects()
    assert back.lines() == recording.lines()


def test_over_the_wire_counters_stay_counters(rogue: Rogues, target: Aim, tmp_path: Path) -> None:
    objects: Objects = {(1, 3, 6, 1, 2, 1, 1, 1, 0): b"switch", (1, 3, 6, 1, 2, 1, 1, 3, 0): rfc1902.TimeTicks(500)}
    tape = Tape()
    aimed = target(rogue(lambda question: question.answer(), objects).port)
    asyncio.run(read_device(aimed, ReadLimits(timeout_s=5.0), tape))
    save(tape.recording(), tmp_path / "sw.snmprec")
    assert (tmp_path / "sw.snmprec").read_text() == "1.3.6.1.2.1.1.1.0|4|switch\n1.3.6.1.2.1.1.3.0|67|500\n"


def test_what_lies_beyond_a_column_is_not_kept() -> None:
    """GETBULK runs on into whatever comes next; here that is where secrets lie."""
    tape = Tape()
    agent = tape.tap(Recording([((*COLUMN, 1), b"uplink"), ((*COMMUNITIES, 1), b"geheim")]))
    table = asyncio.run(Session(agent, ReadLimits()).table((COLUMN,)))
    assert list(table.rows.values()) == [[b"uplink"]]
    assert tape.recording().lines() == "1.3.6.1.2.1.31.1.1.1.18.1|4|uplink\n"


@pytest.mark.parametrize(
    "credential",
    [SnmpV2c("geheim"), SnmpV3("u", "sha1", "geheim"), SnmpV3("u", "sha1", "other-word", "aes128", "geheim")],
)
def test_a_secret_somebody_wrote_into_a_description_is_left_out(credential: SnmpV2c | SnmpV3) -> None:
    tape = Tape(secrets_of(credential))
    agent = tape.tap(Recording([((*COLUMN, 1), b"uplink, community geheim"), ((*COLUMN, 2), b"desk")]))
    asyncio.run(Session(agent, ReadLimits()).table((COLUMN,)))
    assert tape.left_out == 1
    assert tape.recording().lines() == "1.3.6.1.2.1.31.1.1.1.18.2|4|desk\n"
    assert "geheim" not in repr(tape)


def test_the_usual_community_is_a_word_like_any_other() -> None:
    assert secrets_of(SnmpV2c("public")) == ()


def test_an_error_says_nothing_of_a_value() -> None:
    tape = Tape()
    request = Request(Verb.GET, ((1, 3, 1, 0),))
    tape.hear(request, Response(2, 1, (((1, 3, 1, 0), None),), (5,)))
    assert tape.recording().lines() == ""
