"""Reading replies: the same as pysnmp reads, and nothing but ValueError for anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyasn1.codec.ber import encoder
from pysnmp.proto import rfc1901, rfc1902

from probes.contract import SnmpV2c, SnmpV3
from probes.snmp.ber import Reader
from probes.snmp.community import CommunityMessages
from probes.snmp.pdu import Absent, Request, Verb
from probes.snmp.usm import UsmMessages

if TYPE_CHECKING:
    from probes.mibs.cells import Oid

arcs = st.integers(0, 2**32 - 1)
oids = st.tuples(st.just(1), st.integers(0, 39), st.lists(arcs, max_size=12)).map(lambda parts: (*parts[:2], *parts[2]))
values = st.one_of(
    st.binary(max_size=300),
    st.integers(-(2**31), 2**31 - 1),
    st.integers(0, 2**32 - 1).map(rfc1902.Gauge32),
    st.integers(0, 2**64 - 1).map(rfc1902.Counter64),
    st.integers(0, 2**32 - 1).map(rfc1902.TimeTicks),
    oids,
    st.ip_addresses(v=4).map(lambda ip: rfc1902.IpAddress(ip.packed)),
    st.sampled_from(Absent),
)
_SPELLED = {
    rfc1902.Gauge32: ("application-wide", "gauge32-value"),
    rfc1902.Counter64: ("application-wide", "big-counter-value"),
    rfc1902.TimeTicks: ("application-wide", "timeticks-value"),
    rfc1902.IpAddress: ("application-wide", "ipAddress-value"),
    bytes: ("simple", "string-value"),
    int: ("simple", "integer-value"),
    tuple: ("simple", "objectID-value"),
}
_EXCEPTIONS = {
    Absent.NO_SUCH_OBJECT: "noSuchObject",
    Absent.NO_SUCH_INSTANCE: "noSuchInstance",
    Absent.END_OF_MIB: "endOfMibView",
}


def _reply(varbinds: list[tuple[Oid, object]], request_id: int) -> bytes:
    message = rfc1901.Message()
    message["version"], message["community"] = 1, b"public"
    pdu = message["data"]["response"]
    pdu["request-id"], pdu["error-status"], pdu["error-index"] = request_id, 0, 0
    listed = pdu["variable-bindings"]
    listed.clear()
    for position, (oid, value) in enumerate(varbinds):
        listed[position]["name"] = oid
        if isinstance(value, Absent):
            listed[position][1][_EXCEPTIONS[value]] = ""
        else:
            group, name = _SPELLED[type(value)]
            listed[position][1]["value"][group][name] = value
    return bytes(encoder.encode(message))


def _plain(value: object) -> object:
    if isinstance(value, rfc1902.IpAddress):
        return bytes(value)
    return int(value) if isinstance(value, (rfc1902.Gauge32, rfc1902.Counter64, rfc1902.TimeTicks)) else value


PUBLIC = CommunityMessages(SnmpV2c("public"))


@given(st.lists(st.tuples(oids, values), max_size=6), st.integers(0, 2**31 - 1))
def test_reads_what_pysnmp_wrote(varbinds: list[tuple[Oid, object]], request_id: int) -> None:
    read_id, response = PUBLIC.read(_reply(varbinds, request_id))
    assert read_id == request_id
    assert response.varbinds == tuple((oid, _plain(value)) for oid, value in varbinds)


@given(st.binary(max_size=80))
@example(b"\x30\x84\xff\xff\xff\xff")
@example(b"\x30\x80\x00\x00")
def test_garbage_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        PUBLIC.read(data)


WHOLE = _reply([((1, 3, 6, 1, 2, 1, 1, 1, 0), b"descr"), ((1, 3, 6, 1, 2, 1, 1, 3, 0), 42)], 77)


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.booleans())
def test_damage_is_a_value_error_or_another_value(position: int, octet: int, cut: bool) -> None:  # noqa: FBT001 -- drawn
    damaged = WHOLE[:position] if cut else WHOLE[:position] + bytes([octet]) + WHOLE[position + 1 :]
    try:
        PUBLIC.read(damaged)
    except ValueError:
        return
    assert not cut


def test_a_counter_without_its_leading_zero_is_not_negative() -> None:
    assert Reader(b"\x41\x04\xff\xff\xff\xff").value() == 2**32 - 1
    assert Reader(b"\x02\x01\xff").value() == -1


@pytest.mark.parametrize(
    "data",
    [_reply([], 1).replace(b"public", b"privat"), _reply([], 1).replace(b"\x02\x01\x01", b"\x02\x01\x00", 1)],
    ids=["another community", "another version"],
)
def test_replies_to_others(data: bytes) -> None:
    with pytest.raises(ValueError, match="another version or community"):
        PUBLIC.read(data)


def test_a_request_is_no_reply() -> None:
    with pytest.raises(ValueError, match="no answer"):
        PUBLIC.read(PUBLIC.write(Request(Verb.GET, ((1, 3, 6, 1),)), 1))


@given(st.binary(max_size=120))
def test_garbage_under_usm_is_a_value_error(data: bytes) -> None:
    user = UsmMessages(SnmpV3("auditor", "sha256", "auth-pass-1", "aes128", "privacy-pass-1"))
    with pytest.raises(ValueError, match=r"\w"):
        user.read(data)


def test_only_reading_requests_can_be_written() -> None:
    assert {verb.value for verb in Verb} == {"GetRequest", "GetNextRequest", "GetBulkRequest"}
    tags = {PUBLIC.write(Request(verb, ((1, 3, 6, 1),), 10), 1)[13] for verb in Verb}
    assert tags == {0xA0, 0xA1, 0xA5}


def test_secrets_do_not_show() -> None:
    user = UsmMessages(SnmpV3("auditor", "sha256", "auth-pass-1", "aes128", "privacy-pass-1"))
    assert "pass-1" not in repr(user)
    assert "public" not in repr(PUBLIC)
