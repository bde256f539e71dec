"""Whose is it, and why."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from inventory.model.location import Location, Place, Verdict
from inventory.model.observation import Confidence, Observation, UnitReason
from inventory.model.records import DeviceRole, DeviceView, Filed, PointView, PrefixView, Purpose, UnitView
from inventory.reconcile.attribution import attribute
from tests.simulator.story import AT, station

FILED = Filed(
    units=(UnitView("EDU", "Education"), UnitView("FIN", "Finance"), UnitView("TOWN", "Town")),
    points=(
        PointView("P-EDU", "EDU", "school", device="core", port="GE0/0/3"),
        PointView("P-FIN", "FIN", "office"),
        PointView("P-TOWN", "TOWN", "town hall"),
        PointView("P-ROOM", "FIN", "machine room"),
    ),
    prefixes=(
        PrefixView(ip_network("10.1.0.0/16"), "TOWN", "public", "P-TOWN"),
        PrefixView(ip_network("10.1.7.0/24"), "EDU", "public", purpose=Purpose.RETIRED),
        PrefixView(ip_network("2001:db8::/32"), "FIN", "public"),
        PrefixView(ip_network("10.1.0.0/16"), "FIN", "fiscal"),
    ),
    devices=(
        DeviceView("core", ip_address("10.255.0.1"), DeviceRole.CORE, point="P-ROOM"),
        DeviceView("sw-fin", ip_address("10.255.0.2"), DeviceRole.ACCESS, point="P-FIN"),
        DeviceView("sw-edu", ip_address("10.255.0.3"), DeviceRole.ACCESS, point="P-EDU"),
        DeviceView("sw-none", ip_address("10.255.0.4"), DeviceRole.ACCESS),
    ),
)


def seen(
    verdict: Verdict,
    place: tuple[str, str] | None = None,
    *ips: str,
    plane: str = "public",
    behind: tuple[str, ...] = (),
) -> Observation:
    where = None if place is None else Place(*place, 1)
    location = Location(station(1), verdict, where, behind=behind)
    addresses = tuple(ip_address(ip) for ip in ips)
    return Observation(plane, station(1), addresses, location, AT, AT, Confidence.SINGLE, ())


@pytest.mark.parametrize(
    ("observation", "expected"),
    [
        pytest.param(
            seen(Verdict.EXACT, ("core", "GigabitEthernet0/0/3"), "10.1.0.5"),
            ("EDU", "P-EDU", UnitReason.EXACT_PORT),
            id="the line's port, however it is spelt",
        ),
        pytest.param(
            seen(Verdict.EXACT, ("sw-fin", "GE0/0/9"), "10.1.0.5"),
            ("FIN", "P-FIN", UnitReason.EXACT_PORT),
            id="an access switch's point, against the prefix",
        ),
        pytest.param(
            seen(Verdict.BOUNDED, ("core", "GE0/0/3"), "10.1.0.5", behind=("sw-fin",)),
            ("EDU", "P-EDU", UnitReason.BOUNDED_PORT),
            id="bounded: the line's port comes first",
        ),
        pytest.param(
            seen(Verdict.BOUNDED, ("core", "GE0/0/8"), "10.1.0.5", behind=("sw-fin",)),
            ("FIN", "P-FIN", UnitReason.BOUNDED_PORT),
            id="bounded: the switch behind the port",
        ),
        pytest.param(
            seen(Verdict.BOUNDED, ("core", "GE0/0/8"), "10.1.0.5", behind=("sw-edu", "sw-fin")),
            ("TOWN", "P-TOWN", UnitReason.PREFIX),
            id="bounded: switches of two units behind the port decide nothing",
        ),
        pytest.param(
            seen(Verdict.BOUNDED, ("sw-fin", "GE0/0/8"), "10.1.0.5"),
            ("FIN", "P-FIN", UnitReason.BOUNDED_PORT),
            id="bounded behind a stranger on an access switch",
        ),
        pytest.param(
            seen(Verdict.BOUNDED, ("core", "GE0/0/8"), "10.1.0.5"),
            ("TOWN", "P-TOWN", UnitReason.PREFIX),
            id="bounded at the core says nothing",
        ),
        pytest.param(
            seen(Verdict.EXACT, ("core", "GE0/0/8"), "10.1.0.5"),
            ("TOWN", "P-TOWN", UnitReason.PREFIX),
            id="an unnamed port of the core: the prefix knows better than the machine room",
        ),
        pytest.param(
            seen(Verdict.EXACT, ("core", "GE0/0/8"), "172.16.0.5"),
            ("FIN", "P-ROOM", UnitReason.EXACT_PORT),
            id="… but without a prefix it is in the machine room",
        ),
        pytest.param(
            seen(Verdict.EXACT, ("sw-none", "GE0/0/8"), "10.1.7.5"),
            ("EDU", None, UnitReason.PREFIX),
            id="longest prefix, also a retired one",
        ),
        pytest.param(
            seen(Verdict.AMBIGUOUS, None, "10.1.7.5"),
            ("EDU", None, UnitReason.PREFIX),
            id="ambiguous places: the prefix",
        ),
        pytest.param(
            seen(Verdict.L3_ONLY, None, "10.1.0.5", plane="fiscal"),
            ("FIN", None, UnitReason.PREFIX),
            id="the prefix of its own plane",
        ),
        pytest.param(
            seen(Verdict.L3_ONLY, None, "fe80::1", "2001:db8::1"),
            ("FIN", None, UnitReason.PREFIX),
            id="IPv6, not link-local",
        ),
        pytest.param(
            seen(Verdict.PROBE_ONLY, None, "192.0.2.1"),
            ("unassigned", None, UnitReason.NOTHING),
            id="nothing assigns it",
        ),
        pytest.param(seen(Verdict.AMBIGUOUS), ("unassigned", None, UnitReason.NOTHING), id="no address and no place"),
    ],
)
def test_unit_point_and_reason(observation: Observation, expected: tuple[str, str | None, UnitReason]) -> None:
    found = attribute(observation, FILED)
    assert (found.unit, found.point, found.reason) == expected
    assert str(found.because)


def test_reason_in_words() -> None:
    found = attribute(seen(Verdict.EXACT, ("core", "GE0/0/3")), FILED)
    assert str(found.because) == "GE0/0/3 of core is the line of point P-EDU"
