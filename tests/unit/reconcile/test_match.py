"""Observed against filed."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

import pytest

from inventory.model.location import Location, Verdict
from inventory.model.observation import Attribution, Confidence, Mismatch, Observation, Status, UnitReason
from inventory.model.records import Addressing, PrefixView, RegistrationState, RegistrationView
from inventory.model.text import text
from inventory.model.values import Mac
from inventory.reconcile.addresses import PrefixTable
from inventory.reconcile.match import match
from tests.simulator.story import AT, station

if TYPE_CHECKING:
    from inventory.model.observation import Finding

X, Y, Z = station(1), station(2), station(3)
RANDOMISED = Mac.parse("3e5282000009")
PREFIXES = PrefixTable(
    [
        PrefixView(ip_network("10.1.0.0/24"), "EDU", "public"),
        PrefixView(ip_network("10.2.0.0/24"), "EDU", "public", dhcp=True),
    ]
)


def endpoint(
    mac: Mac | None,
    *ips: str,
    unit: str = "EDU",
    point: str | None = None,
    reason: UnitReason = UnitReason.PREFIX,
    plane: str = "public",
) -> tuple[Observation, Attribution]:
    location = Location(mac, Verdict.L3_ONLY, None)
    addresses = tuple(ip_address(ip) for ip in ips)
    seen = Observation(plane, mac, addresses, location, AT, AT, Confidence.SINGLE, ())
    return seen, Attribution(unit, point, reason, text("because"))


def filing(number: int, mac: Mac, ip: str, **more: object) -> RegistrationView:
    plain = RegistrationView(number, "EDU", "public", ip_address(ip), mac)
    return replace(plain, **more)  # type: ignore[arg-type] # the cases name the fields they change


def only(*findings: Finding) -> tuple[Status, tuple[Mismatch, ...], int | None]:
    (one,) = findings
    return one.status, one.mismatches, one.registration.id if one.registration else None


@pytest.mark.parametrize(
    ("seen", "filed", "expected"),
    [
        pytest.param(endpoint(X, "10.1.0.5"), filing(1, X, "10.1.0.5"), (Status.REGISTERED, ()), id="as filed"),
        pytest.param(
            endpoint(X, "10.1.0.6"), filing(1, X, "10.1.0.5"), (Status.MISMATCH, (Mismatch.IP,)), id="another address"
        ),
        pytest.param(
            endpoint(Y, "10.1.0.5"), filing(1, X, "10.1.0.5"), (Status.MISMATCH, (Mismatch.MAC,)), id="another card"
        ),
        pytest.param(
            endpoint(RANDOMISED, "10.1.0.5"),
            filing(1, X, "10.1.0.5"),
            (Status.MISMATCH, (Mismatch.MAC,)),
            id="a randomised card",
        ),
        pytest.param(endpoint(None, "10.1.0.5"), filing(1, X, "10.1.0.5"), (Status.REGISTERED, ()), id="card unknown"),
        pytest.param(endpoint(X), filing(1, X, "10.1.0.5"), (Status.REGISTERED, ()), id="address unknown"),
        pytest.param(
            endpoint(X, "fe80::1"), filing(1, X, "10.1.0.5"), (Status.REGISTERED, ()), id="only link-local seen"
        ),
        pytest.param(
            endpoint(X, "2001:db8::1"),
            filing(1, X, "10.1.0.5"),
            (Status.REGISTERED, ()),
            id="only the other family seen",
        ),
        pytest.param(
            endpoint(X, "10.1.0.5", "10.1.0.99"),
            filing(1, X, "10.1.0.5"),
            (Status.REGISTERED, ()),
            id="one more address",
        ),
        pytest.param(
            endpoint(X, "10.2.0.9"), filing(1, X, "10.2.0.5"), (Status.REGISTERED, ()), id="moved within a DHCP prefix"
        ),
        pytest.param(
            endpoint(X, "10.1.0.9"),
            filing(1, X, "10.1.0.5", addressing=Addressing.DHCP),
            (Status.REGISTERED, ()),
            id="filed as DHCP",
        ),
        pytest.param(
            endpoint(X, "10.1.0.9"),
            filing(1, X, "10.2.0.5", addressing=Addressing.DHCP),
            (Status.MISMATCH, (Mismatch.IP,)),
            id="DHCP, but another prefix",
        ),
        pytest.param(
            endpoint(X, "10.1.0.5", plane="fiscal"),
            filing(1, X, "10.1.0.5"),
            (Status.MISMATCH, (Mismatch.IP,)),
            id="another plane is another address",
        ),
        pytest.param(
            endpoint(X, "10.1.0.5", unit="FIN"),
            filing(1, X, "10.1.0.5"),
            (Status.MISMATCH, (Mismatch.UNIT,)),
            id="another unit",
        ),
        pytest.param(
            endpoint(X, "10.1.0.5", unit="unassigned"),
            filing(1, X, "10.1.0.5"),
            (Status.REGISTERED, ()),
            id="no unit known says nothing against it",
        ),
        pytest.param(
            endpoint(X, "10.1.0.5", point="P2", reason=UnitReason.BOUNDED_PORT),
            filing(1, X, "10.1.0.5", point="P1"),
            (Status.MISMATCH, (Mismatch.PORT,)),
            id="another point's port",
        ),
        pytest.param(
            endpoint(X, "10.1.0.5", point="P2"),
            filing(1, X, "10.1.0.5", point="P1"),
            (Status.REGISTERED, ()),
            id="a point told by the prefix is no port",
        ),
        pytest.param(
            endpoint(X, "10.1.0.6", unit="FIN", point="P2", reason=UnitReason.EXACT_PORT),
            filing(1, X, "10.1.0.5", point="P1"),
            (Status.MISMATCH, (Mismatch.IP, Mismatch.UNIT, Mismatch.PORT)),
            id="everything at once",
        ),
    ],
)
def test_one_endpoint_and_one_filing(
    seen: tuple[Observation, Attribution], filed: RegistrationView, expected: tuple[Status, tuple[Mismatch, ...]]
) -> None:
    assert only(*match([seen], [filed], PREFIXES)) == (*expected, 1)


@pytest.mark.parametrize(
    "state", sorted(set(RegistrationState) - {RegistrationState.APPROVED, RegistrationState.AMENDING})
)
def test_only_filed_states_count(state: RegistrationState) -> None:
    found = match([endpoint(X, "10.1.0.5")], [filing(1, X, "10.1.0.5", state=state)], PREFIXES)
    assert only(*found) == (Status.UNREGISTERED, (), None)


def test_the_card_wins_over_the_address_and_the_squatter_is_unregistered() -> None:
    """Y uses X's address while X is elsewhere: the filing follows the card."""
    found = match([endpoint(X, "10.1.0.6"), endpoint(Y, "10.1.0.5")], [filing(1, X, "10.1.0.5")], PREFIXES)
    assert [one.status for one in found] == [Status.MISMATCH, Status.UNREGISTERED]
    assert "10.1.0.5 is filed for" in str(found[1].because)


def test_each_filing_is_matched_once() -> None:
    """Two strangers share a filed address: one of them gets the filing."""
    found = match([endpoint(Y, "10.1.0.5"), endpoint(Z, "10.1.0.5")], [filing(1, X, "10.1.0.5")], PREFIXES)
    assert [(one.status, one.registration is not None) for one in found] == [
        (Status.MISMATCH, True),
        (Status.UNREGISTERED, False),
    ]


def test_of_two_filings_of_a_card_the_one_with_the_address_counts() -> None:
    filed = [filing(1, X, "10.1.0.5"), filing(2, X, "10.1.0.6")]
    assert only(*match([endpoint(X, "10.1.0.6")], filed, PREFIXES)) == (Status.REGISTERED, (), 2)


def test_a_card_seen_in_two_planes_takes_the_filing_of_its_plane() -> None:
    seen = [endpoint(X, "10.1.0.5", plane="fiscal"), endpoint(X, "10.1.0.5")]
    found = match(seen, [filing(1, X, "10.1.0.5")], PREFIXES)
    assert {one.observation.plane: one.status for one in found} == {
        "fiscal": Status.UNREGISTERED,
        "public": Status.REGISTERED,
    }


def test_comparison_in_words() -> None:
    (found,) = match([endpoint(X, "10.1.0.6", unit="FIN")], [filing(1, X, "10.1.0.5")], PREFIXES)
    assert str(found.because) == (
        f"matches the filing of {X} at 10.1.0.5; seen at 10.1.0.6 in plane public, filed at 10.1.0.5; "
        "seen at unit FIN, filed by unit EDU"
    )
