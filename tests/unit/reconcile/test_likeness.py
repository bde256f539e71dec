"""A made-up card that came when another went is told as probably the same device, with the rows; never merged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.model.location import Evidence, Location, Place, Verdict
from inventory.model.observation import Confidence, Observation
from inventory.model.records import Filed, PrefixView, RegistrationView, UnitView
from inventory.model.values import Mac
from inventory.reconcile.result import findings

DAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
TUESDAY, WEDNESDAY, THURSDAY = (f"3{n}:00:00:00:00:0{n}" for n in "26a")
HARDWARE = "00:e0:fc:00:00:01"
SOCKET, ACCESS_POINT = Place("sw-1", "GE0/0/7", 7), Place("sw-1", "GE0/0/9", 9)
UNIT = UnitView("U", "Unit")


def seen(
    mac: str,
    day: int,
    *,
    ip: str | None = None,
    place: Place | None = None,
    name: str | None = None,
    company: int = 0,
    until: int | None = None,
) -> Observation:
    first, last = DAY + timedelta(days=day), DAY + timedelta(days=day if until is None else until)
    rows = []
    if ip is not None:
        rows.append(Evidence("snmp:ipNetToPhysicalTable", "core", last, f"ip={ip} mac={mac} interface=x type=dynamic"))
    if name is not None:
        rows.append(Evidence("probe:udp", None, last, f"ip={ip} mac={mac} udp/137 name={name} ttl=64"))
    if place is not None:
        line = f"mac={mac} port={place.port} vlan=1 status=learned"
        rows.append(Evidence("snmp:dot1qTpFdbTable", place.device, last, line))
    verdict = Verdict.L3_ONLY if place is None else Verdict.EXACT
    location = Location(Mac(mac), verdict, place, shares_port_with=company)
    ips = () if ip is None else (ip_address(ip),)
    return Observation("public", Mac(mac), ips, location, first, last, Confidence.SINGLE, tuple(rows))


def told(*observed: Observation, dhcp: bool = False) -> dict[str, tuple[list[str], bool, bool]]:
    """Return per card that may be another one: which, whether that is newer, and whether something tells which."""
    prefix = PrefixView(ip_network("10.0.0.0/24"), "U", "public", dhcp=dhcp)
    compared = findings(Filed(units=(UNIT,), prefixes=(prefix,)), observed)
    assert len(compared) == len(observed)
    return {
        str(one.observation.mac): (list(map(str, one.alike.cards)), one.alike.newer, one.alike.sure)
        for one in compared
        if one.alike is not None
    }


def test_the_same_socket_day_after_day() -> None:
    days = [seen(mac, n, place=SOCKET) for n, mac in enumerate((TUESDAY, WEDNESDAY, THURSDAY))]
    assert told(*days) == {
        TUESDAY: ([WEDNESDAY], True, True),
        WEDNESDAY: ([THURSDAY], True, True),
        THURSDAY: ([WEDNESDAY], False, True),
    }


@pytest.mark.parametrize(
    ("first", "then", "alike"),
    [
        ({"place": SOCKET}, {"place": SOCKET, "company": 1}, False),
        ({"place": SOCKET}, {"place": ACCESS_POINT}, False),
        ({"ip": "10.0.0.5"}, {"ip": "10.0.0.5"}, True),
        ({"ip": "10.0.0.5", "name": "PC-7"}, {"ip": "10.0.0.6", "name": "pc-7"}, True),
        ({"ip": "10.0.0.5", "name": "PC-7"}, {"ip": "10.0.0.6", "name": "PC-70"}, False),
        ({"ip": "10.0.0.5", "until": 1}, {"ip": "10.0.0.5"}, False),  # both at once: they are two
        ({}, {}, False),
    ],
)
def test_what_speaks_for_it(first: dict[str, object], then: dict[str, object], alike: bool) -> None:  # noqa: FBT001 -- a case
    found = told(seen(TUESDAY, 0, **first), seen(WEDNESDAY, 1, **then))  # type: ignore[arg-type]  # as written above
    sure = {mac for mac, (_cards, _newer, known) in found.items() if known}
    assert sure == ({TUESDAY, WEDNESDAY} if alike else set())


def test_an_address_from_dhcp_is_soon_somebody_elses() -> None:
    both = (seen(TUESDAY, 0, ip="10.0.0.5"), seen(WEDNESDAY, 1, ip="10.0.0.5"))
    assert told(*both, dhcp=True) == {}


def test_hardware_that_used_a_socket_before_is_not_the_same_but_its_name_is() -> None:
    socket = (seen(HARDWARE, 0, place=SOCKET), seen(TUESDAY, 1, place=SOCKET))
    assert told(*socket) == {}
    named = (seen(HARDWARE, 0, ip="10.0.0.5", name="PC-7"), seen(TUESDAY, 1, ip="10.0.0.6", name="PC-7"))
    assert set(told(*named)) == {HARDWARE, TUESDAY}
    assert told(seen(HARDWARE, 0, place=SOCKET), seen("00:e0:fc:00:00:02", 1, place=SOCKET)) == {}


def test_a_name_that_several_have_at_once_is_nobodys() -> None:
    twins = [seen(f"00:e0:fc:00:00:0{n}", 0, ip=f"10.0.0.{n}", name="WIN7", until=1) for n in (1, 2)]
    assert told(*twins, seen(TUESDAY, 2, ip="10.0.0.9", name="WIN7")) == {}


def test_among_the_stations_of_an_access_point_it_may_be_any_that_is_gone() -> None:
    gone = [seen(f"36:00:00:00:00:{n:02x}", 0, place=ACCESS_POINT, company=9) for n in range(7)]
    stays = seen("3a:00:00:00:00:99", 0, place=ACCESS_POINT, company=9, until=2)
    found = told(*gone, stays, seen(TUESDAY, 2, place=ACCESS_POINT, company=9))
    assert found == {TUESDAY: ([f"36:00:00:00:00:{n:02x}" for n in range(2, 7)], False, False)}


def test_the_filing_of_the_card_it_had_before_is_named_and_nobody_asked_again() -> None:
    prefix = PrefixView(ip_network("10.0.0.0/24"), "U", "public")
    filing = RegistrationView(1, "U", "public", ip_address("10.0.0.5"), Mac(TUESDAY))
    observed = [seen(mac, n, place=SOCKET) for n, mac in enumerate((TUESDAY, WEDNESDAY, THURSDAY))]
    observed.append(seen(HARDWARE, 1, ip="10.0.0.9"))
    compared = findings(Filed(units=(UNIT,), prefixes=(prefix,), registrations=(filing,)), observed)
    by_card = {str(one.observation.mac): one for one in compared}
    assert {mac: one.status for mac, one in by_card.items()} == {
        TUESDAY: "registered",
        **dict.fromkeys((WEDNESDAY, THURSDAY, HARDWARE), "unregistered"),
    }
    assert {mac: one.asked_under_another for mac, one in by_card.items()} == {
        **dict.fromkeys((TUESDAY, WEDNESDAY, THURSDAY), True),
        HARDWARE: False,
    }
    new = by_card[THURSDAY].alike
    assert new is not None
    assert new.registration == filing
    assert [row.row for row in new.proof] == [f"mac={WEDNESDAY} port=GE0/0/7 vlan=1 status=learned"]
    assert str(new.because[0]).startswith(f"{WEDNESDAY} was alone on GE0/0/7 of sw-1 until ")


_macs = st.sampled_from([TUESDAY, WEDNESDAY, THURSDAY, HARDWARE])
_observed = st.lists(
    st.builds(
        lambda mac, day, ip, place, name, length: seen(
            mac, day, ip=ip, place=place, name=name if ip else None, until=day + length
        ),
        _macs,
        st.integers(0, 5),
        st.sampled_from(["10.0.0.5", "10.0.0.6", None]),
        st.sampled_from([SOCKET, ACCESS_POINT, None]),
        st.sampled_from(["PC-7", None]),
        st.integers(0, 2),
    ),
    unique_by=lambda one: one.key,
)


@given(_observed, st.randoms(use_true_random=False))
def test_no_order_matters_and_nobody_is_merged(observed: list[Observation], random: object) -> None:
    mixed = [replace(one) for one in observed]
    random.shuffle(mixed)  # type: ignore[attr-defined]  # Hypothesis' Random
    assert told(*mixed) == told(*observed)
    found = told(*observed)
    later = [(mac, cards[0]) for mac, (cards, newer, known) in found.items() if known and newer]
    assert len({card for _, card in later}) == len(later)
    times = {str(one.mac): one for one in observed}
    assert all(times[old].last_seen < times[new].first_seen for old, new in later)
