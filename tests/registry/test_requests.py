"""Address requests on each database: held, expired, approved in bulk, returned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

import pytest

from inventory.filing.lifecycle import Refusal, Step
from inventory.model.batch import Batch
from inventory.model.cases import Action, Actor, CaseView, Role
from inventory.model.records import DeviceRole, DeviceView, PrefixView, RegistrationState, RegistrationView, UnitView
from inventory.model.requests import AddressRequest, RequestState
from inventory.model.values import Mac

if TYPE_CHECKING:
    from inventory.registry.engine import Registry

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LATER = AT + timedelta(days=15)
LI = Actor("li", Role.CONTACT, frozenset({"S1"}))
WANG = Actor("wang", Role.CONTACT, frozenset({"S2"}))
OFFICE = Actor("rev", Role.REVIEWER)


@pytest.fixture
def filled(registry: Registry) -> Registry:
    prefix = PrefixView(ip_network("10.0.0.0/24"), "S1", "public", gateway=ip_address("10.0.0.254"))
    device = DeviceView("core", ip_address("10.0.0.253"), DeviceRole.CORE)
    registry.apply(Batch(units=(UnitView("S1", "一"), UnitView("S2", "二")), prefixes=(prefix,), devices=(device,)))
    return registry


def asked(last: int, card: int | None = None, unit: str = "S1") -> AddressRequest:
    mac = Mac(f"00:e0:fc:00:00:{card or last:02x}")
    cells = {"person": "李四", "device_type": "台式机", "internet": "no"}
    return AddressRequest(0, unit, "public", ip_address(f"10.0.0.{last}"), mac, AT + timedelta(days=14), cells)


def held(found: AddressRequest | Refusal) -> AddressRequest:
    assert isinstance(found, AddressRequest), found
    return found


def filing(last: int, card: int, state: RegistrationState = RegistrationState.SUBMITTED) -> RegistrationView:
    return RegistrationView(
        0, "S1", "public", ip_address(f"10.0.0.{last}"), Mac(f"00:e0:fc:00:00:{card:02x}"), state, person="王五"
    )


def test_a_held_address_is_nobody_elses_until_the_hold_ends(filled: Registry) -> None:
    requests = filled.desk.requests
    first = held(requests.hold(asked(5), LI, AT))
    assert (first.state, first.actor, first.at) == (RequestState.HELD, "li", AT)
    for other in (asked(5, 6), asked(6, 5), asked(7, unit="S2")):
        assert isinstance(requests.hold(other, LI, AT), Refusal)
    assert ("public", ip_address("10.0.0.5")) in requests.taken(AT)
    refused = filled.desk.file(filing(5, 9), LI, AT)
    assert isinstance(refused, Refusal)
    assert "is held for the unit S1 until 2026-12-07" in str(refused.reason)
    other_case = filled.desk.file(filing(6, 9, RegistrationState.APPROVED), OFFICE, AT)
    assert isinstance(other_case, CaseView)
    number = other_case.registration.id
    move = filled.desk.act([number], Step(Action.AMEND, changes={"ip": "10.0.0.5"}), LI, at=AT)[number]
    assert isinstance(move, Refusal)
    # Nobody decided in time.
    assert ("public", ip_address("10.0.0.5")) not in requests.taken(LATER)
    assert [view.state for view in requests.listed(unit="S1", at=LATER)] == [RequestState.EXPIRED]
    late = requests.approve([first.id], OFFICE, at=LATER)[first.id]
    assert isinstance(late, Refusal)
    assert "hold has ended" in str(late.reason)
    assert isinstance(filled.desk.file(filing(5, 10), LI, LATER), CaseView)


def test_many_are_approved_at_once_and_each_says_what_became_of_it(filled: Registry) -> None:
    requests = filled.desk.requests
    numbers = [held(requests.hold(asked(last), LI, AT)).id for last in (5, 6, 7)]
    # Somebody files the second one's card meanwhile, with another address.
    assert isinstance(filled.desk.file(filing(99, 6), LI, AT), CaseView)
    assert {type(found) for found in requests.approve(numbers, LI, at=AT).values()} == {Refusal}
    done = requests.approve([*numbers, 99], OFFICE, at=AT)
    first, second = held(done[numbers[0]]), done[numbers[1]]
    assert isinstance(second, Refusal)
    assert isinstance(done[99], Refusal)
    assert first.state is RequestState.APPROVED
    case = filled.desk.case(first.registration or 0)
    assert case is not None
    view = case.registration
    assert (view.state, view.person, view.ip, case.number) == (
        RegistrationState.APPROVED, "李四", ip_address("10.0.0.5"), f"2026-{view.id:06d}",
    )  # fmt: skip
    standing = {view.id: view.state for view in requests.listed(at=AT)}
    assert standing == dict(
        zip(numbers, (RequestState.APPROVED, RequestState.HELD, RequestState.APPROVED), strict=True)
    )
    assert isinstance(requests.approve([numbers[0]], OFFICE, at=AT)[numbers[0]], Refusal)


def test_returned_and_withdrawn_addresses_are_free_again(filled: Registry) -> None:
    requests = filled.desk.requests
    one, two, three = (held(requests.hold(asked(last), LI, AT)).id for last in (5, 6, 7))
    assert isinstance(requests.end([one], RequestState.RETURNED, LI, reason="x", at=AT)[one], Refusal)
    assert isinstance(requests.end([one], RequestState.RETURNED, OFFICE, at=AT)[one], Refusal)
    assert isinstance(requests.end([three], RequestState.WITHDRAWN, WANG, at=AT)[three], Refusal)
    returned = held(requests.end([one], RequestState.RETURNED, OFFICE, reason=" 位置不对 ", at=AT)[one])
    assert (returned.state, returned.reason, returned.decided_by) == (RequestState.RETURNED, "位置不对", "rev")
    held(requests.end([two], RequestState.WITHDRAWN, LI, at=AT)[two])
    taken = requests.taken(AT)
    assert [("public", ip_address(f"10.0.0.{last}")) in taken for last in (5, 6, 7)] == [False, False, True]
    held(requests.hold(asked(5), LI, AT))
    assert filled.gate.broken_log() == ()


def test_what_is_taken(filled: Registry) -> None:
    case = filled.desk.file(filing(20, 20, RegistrationState.APPROVED), OFFICE, AT)
    assert isinstance(case, CaseView)
    number = case.registration.id
    assert isinstance(
        filled.desk.act([number], Step(Action.AMEND, changes={"ip": "１０.0.0.21"}), LI, at=AT)[number], CaseView
    )
    assert {str(ip) for _plane, ip in filled.desk.requests.taken(AT)} == {
        "10.0.0.20", "10.0.0.21", "10.0.0.253", "10.0.0.254",
    }  # fmt: skip
