"""Conclusions: lossless, and replaced as a whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.location import removal
from inventory.location.removal import removed
from inventory.model.location import Evidence, Location, Place, Removed, Verdict
from inventory.model.observation import Confidence, Observation
from inventory.model.text import Text, text
from inventory.model.values import Address, Mac
from inventory.registry.encoding import decode_text, encode_text

if TYPE_CHECKING:
    from inventory.registry.engine import Registry

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)

TIMES = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- the zone is drawn
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=10)
IPS = st.ip_addresses()
MACS = st.binary(min_size=6, max_size=6).map(Mac.from_bytes)
COUNTS = st.integers(0, 2**63 - 1)
PLACES = st.builds(Place, WORDS, WORDS, COUNTS)
EVIDENCE = st.lists(st.builds(Evidence, WORDS, st.none() | WORDS, TIMES, WORDS), max_size=3).map(tuple)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS
    | MACS
    | IPS
    | TIMES
    | st.dates()
    | PLACES
    | st.builds(Address, WORDS, IPS)
    | st.sampled_from([IPv4Network("10.0.0.0/8"), IPv6Network("2001:db8::/32"), Verdict.EXACT])
)
TEXTS = st.recursive(
    st.builds(Text, WORDS, st.dictionaries(WORDS, VALUES, max_size=3)),
    lambda inner: st.builds(
        Text, WORDS, st.dictionaries(WORDS, inner | st.lists(inner, max_size=2).map(tuple), max_size=2)
    ),
    max_leaves=4,
)
RULES = st.sampled_from([removal.TRANSIT, removal.MOVED, removal.ROOT_PORT, removal.PORT_DOWN]) | WORDS
LOCATIONS = st.builds(
    Location,
    mac=st.none() | MACS,
    verdict=st.sampled_from(Verdict),
    place=st.none() | PLACES,
    vlan=st.none() | COUNTS,
    alternatives=st.lists(PLACES, max_size=3).map(tuple),
    gateway=st.none() | WORDS,
    shares_port_with=COUNTS,
    evidence=EVIDENCE,
    removed=st.lists(
        st.builds(Removed, PLACES, WORDS, TEXTS) | st.builds(removed, PLACES, RULES, WORDS), max_size=2
    ).map(tuple),
    behind=st.lists(WORDS, max_size=2).map(tuple),
)


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    mac = draw(st.none() | MACS)
    ips = tuple(draw(st.lists(IPS, min_size=mac is None, max_size=1 if mac is None else 3)))
    evidence, location = draw(EVIDENCE), draw(LOCATIONS)
    both = draw(st.permutations([*location.evidence, *evidence]))
    return Observation(
        plane=draw(WORDS),
        mac=mac,
        ips=ips,
        location=replace(location, evidence=tuple(both)),
        first_seen=draw(TIMES),
        last_seen=draw(TIMES),
        confidence=draw(st.sampled_from(Confidence)),
        evidence=evidence,
        shared_ips=ips[:1],
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(observations(), max_size=5, unique_by=lambda seen: seen.key))
def test_every_conclusion_comes_back_as_it_was(registry: Registry, seen: list[Observation]) -> None:
    sweep = registry.start_sweep({}, {}, NOON)
    registry.replace_observations(sweep, seen)
    assert {found.key: found for found in registry.observations(sweep)} == {one.key: one for one in seen}
    assert {found.key: found for found in registry.newest_observations([sweep])} == {one.key: one for one in seen}
    young = {(one.plane, ip) for one in seen for ip in one.ips if ip.version == 6}
    assert set(registry.newest_ipv6([sweep])) == young
    for one in seen:
        for ip in one.ips:
            assert (sweep, one) in registry.find_observations(ip=ip)
        if one.mac is not None:
            assert (sweep, one) in registry.find_observations(mac=one.mac)
    registry.replace_observations(sweep, [])
    assert registry.observations(sweep) == ()


def test_a_text_with_a_value_that_cannot_come_back_is_a_bug() -> None:
    with pytest.raises(TypeError, match="type set"):
        encode_text(text("{what}", what={1}))


def test_a_stored_text_renders_the_same() -> None:
    written = text(
        "{n} of {inner} on {day:%d.%m.}", n=3, inner=text("{mac}", mac=Mac("00:e0:fc:00:00:01")), day=date(2026, 1, 2)
    )
    assert str(decode_text(encode_text(written))) == "3 of 00:e0:fc:00:00:01 on 02.01."


def station(mac: str | None, ip: str | None, first: datetime, last: datetime, port: str = "GE0/0/1") -> Observation:
    known = None if mac is None else Mac(mac)
    return Observation(
        plane="public",
        mac=known,
        ips=() if ip is None else (ip_address(ip),),
        location=Location(known, Verdict.EXACT, Place("sw-1", port, 1)),
        first_seen=first,
        last_seen=last,
        confidence=Confidence.SINGLE,
        evidence=(Evidence("probe:icmp", None, last, "echo reply"),),
    )


A, B = "00:e0:fc:00:00:0a", "00:e0:fc:00:00:0b"


def finished(registry: Registry, at: datetime, seen: list[Observation], outcome: str = "complete") -> int:
    sweep = registry.start_sweep({}, {}, at)
    registry.replace_observations(sweep, seen)
    registry.finish_sweep(sweep, outcome, at, {})
    return sweep


def test_the_newest_observation_of_each_endpoint(registry: Registry) -> None:
    times = [NOON + HOUR * n for n in range(4)]
    old = [station(A, "10.0.0.1", times[0], times[0]), station(B, "10.0.0.2", times[0], times[0])]
    first = finished(registry, times[0], old)
    second = finished(registry, times[1], [station(A, "10.0.0.3", times[1], times[1], "GE0/0/2")], "partial")
    failed = finished(registry, times[2], [station(A, "10.0.0.4", times[2], times[2])], "failed")
    running = registry.start_sweep({}, {}, times[3])
    registry.replace_observations(running, [station(B, "10.0.0.5", times[3], times[3])])

    def newest(*sweeps: int) -> dict[str, str]:
        return {str(seen.mac): str(seen.ips[0]) for seen in registry.newest_observations(sweeps)}

    assert newest(first, second) == {A: "10.0.0.3", B: "10.0.0.2"}
    assert newest(second) == {A: "10.0.0.3"}
    assert newest() == {}
    assert newest(first, failed, running) == {A: "10.0.0.4", B: "10.0.0.5"}


def test_who_used_an_address(registry: Registry) -> None:
    first = finished(registry, NOON, [station(A, "10.0.0.1", NOON, NOON)])
    later = NOON + HOUR
    second = finished(registry, later, [station(B, "10.0.0.1", later, later), station(A, "10.0.0.2", later, later)])
    ip = ip_address("10.0.0.1")
    assert [(sweep, str(seen.mac)) for sweep, seen in registry.find_observations(ip=ip)] == [(second, B), (first, A)]
    assert [sweep for sweep, _ in registry.find_observations(ip=ip, since=later)] == [second]
    assert [sweep for sweep, _ in registry.find_observations(mac=Mac(A))] == [second, first]
    assert [sweep for sweep, _ in registry.find_observations(ip=ip, mac=Mac(A))] == [first]


def test_evidence_with_what_no_column_can_hold(registry: Registry) -> None:
    odd = replace(station(A, None, NOON, NOON), evidence=(Evidence("snmp", None, NOON, "a\x00b\udcff交换机"),))
    sweep = finished(registry, NOON, [odd])
    (kept,) = registry.observations(sweep)
    assert kept.evidence[0].row.endswith("b\ufffd交换机")
    assert registry.find_observations(mac=Mac(A)) == ((sweep, kept),)


def test_threads_share_a_registry(registry: Registry) -> None:
    seen = [station(A, "10.0.0.1", NOON, NOON), station(B, "10.0.0.2", NOON, NOON)]
    with ThreadPoolExecutor(4) as pool:
        sweeps = list(pool.map(lambda _: finished(registry, NOON, seen), range(12)))
        found = list(pool.map(registry.observations, sweeps))
    assert len(set(sweeps)) == 12
    assert found == [tuple(seen)] * 12
