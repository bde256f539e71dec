"""Records: what is filed comes back, changes are named, references hold."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import UTC, date, datetime
from ipaddress import IPv4Network, ip_address, ip_network
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event

from inventory.model.batch import Batch, FieldChange, RecordKind
from inventory.model.records import (
    Addressing,
    ContactRole,
    ContactView,
    DeviceRole,
    DeviceView,
    ExclusionView,
    InternetUse,
    Leads,
    PointStatus,
    PointView,
    PrefixView,
    Purpose,
    RegistrationState,
    RegistrationView,
    StatementView,
    Tier,
    UnitType,
    UnitView,
    YesNoUnknown,
)
from inventory.model.values import Mac
from inventory.registry.errors import Reason, RefusedError
from inventory.registry.shelves import SHELVES
from inventory.registry.tables.registrations import RegistrationHistoryRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.registry.engine import Registry

CODES = st.text(string.ascii_letters + "0123-区点", min_size=1, max_size=6)
WORDS = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
NUMBERS = st.none() | st.integers(0, 2**40)
DATES = st.none() | st.dates()
TIMES = st.datetimes(timezones=st.just(UTC))
IPS = st.ip_addresses()
MACS = st.binary(min_size=6, max_size=6).map(Mac.from_bytes)
NETWORKS = st.builds(
    lambda ip, bits: ip_network((ip, bits), strict=False), st.ip_addresses(v=4), st.integers(0, 32)
) | (st.builds(lambda ip, bits: ip_network((ip, bits), strict=False), st.ip_addresses(v=6), st.integers(0, 128)))


def units() -> st.SearchStrategy[list[UnitView]]:
    """Return units whose parents come from those before them, in any order."""
    views = st.lists(
        st.builds(
            UnitView,
            code=CODES,
            name=CODES,
            tier=st.none() | st.sampled_from(Tier),
            type=st.none() | st.sampled_from(UnitType),
            declared_endpoints=NUMBERS,
        ),
        min_size=1,
        max_size=6,
        unique_by=lambda view: view.code,
    )
    return st.tuples(views, st.data()).flatmap(_with_parents)


def _with_parents(drawn: tuple[list[UnitView], st.DataObject]) -> st.SearchStrategy[list[UnitView]]:
    views, data = drawn
    adopted = [views[0]]
    for view in views[1:]:
        parent = data.draw(st.none() | st.sampled_from([other.code for other in adopted]))
        adopted.append(replace(view, parent=parent))
    return st.permutations(adopted)


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    """Return a consistent batch of every kind."""
    some_units = draw(units())
    unit = st.sampled_from([view.code for view in some_units])
    points = draw(
        st.lists(
            st.builds(
                PointView,
                code=CODES,
                unit=unit,
                name=CODES,
                tier=st.none() | st.sampled_from(Tier),
                nat=st.sampled_from(YesNoUnknown),
                status=st.none() | st.sampled_from(PointStatus),
                device=st.none() | CODES,
                port=WORDS,
                address=WORDS,
                room=WORDS,
                carrier=WORDS,
                circuit=WORDS,
                bandwidth_mbps=NUMBERS,
                project=WORDS,
            ),
            max_size=4,
            unique_by=lambda view: view.code,
        )
    )
    point = st.none() | st.sampled_from([view.code for view in points]) if points else st.none()
    prefix = st.builds(
        PrefixView,
        cidr=NETWORKS,
        unit=unit,
        plane=CODES,
        point=point,
        vlan=NUMBERS,
        gateway=st.none() | IPS,
        purpose=st.sampled_from(Purpose),
        dhcp=st.none() | st.booleans(),
        rate_limit=NUMBERS,
        quiet_hours=WORDS,
    )
    device = st.builds(
        DeviceView,
        name=CODES,
        address=IPS,
        role=st.sampled_from(DeviceRole),
        platform=WORDS,
        point=point,
        snmp_profile=WORDS,
        ssh_profile=WORDS,
        serial=WORDS,
        model=WORDS,
    )
    contact = st.builds(
        ContactView,
        unit=unit,
        name=CODES,
        role=st.none() | st.sampled_from(ContactRole),
        phone=WORDS,
        email=WORDS,
        valid_from=DATES,
        valid_to=DATES,
    )
    registration = st.builds(
        RegistrationView,
        id=st.just(0),
        unit=unit,
        plane=CODES,
        ip=IPS,
        mac=MACS,
        state=st.sampled_from(RegistrationState),
        point=point,
        person=WORDS,
        phone=WORDS,
        device_type=WORDS,
        brand_model=WORDS,
        serial=WORDS,
        os=WORDS,
        location=WORDS,
        addressing=st.none() | st.sampled_from(Addressing),
        internet=st.none() | st.sampled_from(InternetUse),
        purpose=WORDS,
        in_service_since=DATES,
        remark=WORDS,
        filed_at=TIMES,
    )

    def distinct(kind: RecordKind, views: st.SearchStrategy[Any]) -> tuple[Any, ...]:
        return tuple(draw(st.lists(views, max_size=4, unique_by=SHELVES[kind].key_of)))

    return Batch(
        units=tuple(some_units),
        points=tuple(points),
        prefixes=distinct(RecordKind.PREFIX, prefix),
        devices=distinct(RecordKind.DEVICE, device),
        contacts=distinct(RecordKind.CONTACT, contact),
        registrations=distinct(RecordKind.REGISTRATION, registration),
        statements=distinct(
            RecordKind.STATEMENT,
            st.builds(
                StatementView,
                device=CODES,
                port=CODES,
                leads=st.sampled_from(Leads),
                other=st.none() | CODES,
                other_port=st.none() | CODES,
                reason=st.none() | CODES,
            ),
        ),
        exclusions=distinct(RecordKind.EXCLUSION, st.builds(ExclusionView, target=NETWORKS, reason=CODES, until=DATES)),
    )


def wipe(registry: Registry) -> None:
    with registry._writing() as connection:  # noqa: SLF001 -- no public way deletes filings
        connection.execute(delete(RegistrationHistoryRecord))
        for kind in reversed(RecordKind):
            connection.execute(delete(SHELVES[kind].record))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches())
def test_what_was_stored_comes_back_and_storing_it_again_changes_nothing(registry: Registry, batch: Batch) -> None:
    wipe(registry)
    foreseen = registry.preview(batch)
    assert registry.filed().units == ()
    first = registry.apply(batch)
    again = registry.apply(batch)

    assert foreseen == first
    total = sum(len(getattr(batch, kind.value)) for kind in RecordKind)
    assert (first.added, first.changed, first.unchanged) == (total, 0, 0)
    assert (again.added, again.changed, again.unchanged) == (0, 0, total)
    assert set(registry.units()) == set(batch.units)
    assert set(registry.points()) == set(batch.points)
    assert set(registry.prefixes()) == set(batch.prefixes)
    assert set(registry.devices()) == set(batch.devices)
    assert set(registry.contacts()) == set(batch.contacts)
    assert set(registry.exclusions()) == set(batch.exclusions)
    assert set(registry.statements()) == set(batch.statements)
    assert {replace(view, id=0) for view in registry.registrations()} == set(batch.registrations)


OFFICE = Batch(
    units=(UnitView("edu-1", "实验小学", parent="edu"), UnitView("edu", "教育局", declared_endpoints=40)),
    points=(PointView("P-1", "edu-1", "教学楼", device="sw-1", port="GE0/0/1"),),
    prefixes=(PrefixView(IPv4Network("10.1.0.0/24"), "edu-1", "public", point="P-1"),),
    devices=(DeviceView("sw-1", ip_address("10.0.0.2"), DeviceRole.ACCESS, point="P-1"),),
    contacts=(ContactView("edu-1", "张三", phone="13800000000"),),
    registrations=(
        RegistrationView(0, "edu-1", "public", ip_address("10.1.0.9"), Mac("00:e0:fc:00:00:09"), person="李四"),
    ),
)
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


def test_a_change_names_the_fields_that_differ(registry: Registry) -> None:
    registry.apply(OFFICE)
    moved = replace(OFFICE.points[0], room="201", port=None)
    changes = registry.apply(Batch(points=(moved,)))
    assert (changes.added, changes.changed, changes.unchanged) == (0, 1, 0)
    (change,) = changes.changes
    assert (change.kind, change.key, change.added) == (RecordKind.POINT, "P-1", False)
    assert change.fields == (FieldChange("port", "GE0/0/1", None), FieldChange("room", None, "201"))
    assert registry.points() == (moved,)


def test_a_contact_without_role_is_one_contact(registry: Registry) -> None:
    registry.apply(OFFICE)
    changes = registry.apply(Batch(contacts=(replace(OFFICE.contacts[0], phone="1"),)))
    assert changes.changed == 1
    assert [contact.phone for contact in registry.contacts()] == ["1"]


def test_prefixes_come_in_the_order_of_their_addresses(registry: Registry) -> None:
    registry.apply(OFFICE)
    written = ["10.10.0.0/16", "10.9.0.0/16", "10.10.0.0/24", "2001:db8::/32", "9.0.0.0/8"]
    registry.apply(Batch(prefixes=tuple(PrefixView(ip_network(cidr), "edu", "public") for cidr in written)))
    assert [str(prefix.cidr) for prefix in registry.prefixes()] == [
        "9.0.0.0/8",
        "10.1.0.0/24",
        "10.9.0.0/16",
        "10.10.0.0/16",
        "10.10.0.0/24",
        "2001:db8::/32",
    ]


def test_another_address_for_a_card_is_an_amendment_on_record(registry: Registry) -> None:
    registry.apply(OFFICE, actor="import", at=NOON)
    (filed,) = registry.registrations()
    assert filed.filed_at == NOON
    later = datetime(2026, 12, 1, tzinfo=UTC)
    amended = replace(OFFICE.registrations[0], ip=ip_address("10.1.0.10"), in_service_since=date(2026, 1, 2))
    assert registry.apply(Batch(registrations=(amended,)), actor="wang", at=later).changed == 1
    assert registry.registrations() == (replace(amended, id=filed.id, filed_at=NOON),)

    first, second = registry.registration_history(filed.id)
    assert (first.action, first.actor, first.at, first.before) == ("filed", "import", NOON, None)
    assert (second.action, second.actor, second.at) == ("amended", "wang", later)
    assert second.before is not None
    assert (second.before["ip"], second.after["ip"]) == ("10.1.0.9", "10.1.0.10")
    assert second.after["in_service_since"] == "2026-01-02"


def test_a_cancelled_filing_stays_and_filing_again_is_a_new_one(registry: Registry) -> None:
    registry.apply(OFFICE)
    cancelled = replace(OFFICE.registrations[0], state=RegistrationState.CANCELLED)
    assert registry.apply(Batch(registrations=(cancelled,))).changed == 1
    assert registry.apply(Batch(registrations=(cancelled,))).unchanged == 1
    assert registry.apply(Batch(registrations=OFFICE.registrations)).added == 1
    old, new = registry.registrations(unit="edu-1")
    assert (old.state, new.state) == (RegistrationState.CANCELLED, RegistrationState.APPROVED)
    assert [change.action for change in registry.registration_history(old.id)] == ["filed", "cancelled"]
    assert [change.action for change in registry.registration_history(new.id)] == ["filed"]
    assert registry.registrations(unit="edu") == ()


@pytest.mark.parametrize(
    ("kind", "key", "users"),
    [
        ("unit", "edu", "unit: 1"),
        ("unit", "edu-1", "point: 1, prefix: 1, contact: 1, registration: 1"),
        ("point", "P-1", "prefix: 1, device: 1"),
        ("device", "sw-1", "point: 1"),
    ],
)
def test_what_is_referred_to_stays_and_the_refusal_says_by_what(
    registry: Registry, kind: str, key: str, users: str
) -> None:
    registry.apply(OFFICE)
    with pytest.raises(RefusedError) as refusal:
        registry.remove(kind, key)
    assert refusal.value.reason is Reason.REFERENCED
    assert str(refusal.value.message) == f"The {kind} {key} is still in use: {users}."


def test_what_nothing_refers_to_can_be_removed(registry: Registry) -> None:
    registry.apply(replace(OFFICE, registrations=()))
    registry.apply(Batch(points=(replace(OFFICE.points[0], device=None),)))
    registry.remove("device", "sw-1")
    registry.remove("prefix", ("public", IPv4Network("10.1.0.0/24")))
    registry.remove("contact", ("edu-1", "张三", None))
    registry.remove("point", "P-1")
    registry.remove("unit", "edu-1")
    registry.remove("unit", "edu")
    assert registry.filed().units == ()
    with pytest.raises(RefusedError, match="There is no unit edu"):
        registry.remove("unit", "edu")
    with pytest.raises(RefusedError, match=r"There is no prefix finance/10.1.0.0/24\."):
        registry.remove("prefix", ("finance", IPv4Network("10.1.0.0/24")))


@pytest.mark.parametrize(
    ("batch", "reason", "words"),
    [
        (Batch(points=(PointView("P-9", "nobody", "x"),)), Reason.UNKNOWN_KEY, "point P-9 names the unit nobody"),
        (Batch(units=(UnitView("a", "a", parent="b"),)), Reason.UNKNOWN_KEY, "unit a names the unit b"),
        (Batch(units=(UnitView("a", "a", "b"), UnitView("b", "b", "a"))), Reason.CONTRADICTION, "above itself"),
        (Batch(units=(UnitView("a", "a"), UnitView("a", "b"))), Reason.CONTRADICTION, "unit a appears twice"),
    ],
)
def test_a_contradictory_batch_is_refused_as_a_whole(
    registry: Registry, batch: Batch, reason: Reason, words: str
) -> None:
    for attempt in (registry.preview, registry.apply):
        with pytest.raises(RefusedError, match=words) as refusal:
            attempt(replace(batch, units=(*batch.units, UnitView("fine", "fine"))))
        assert refusal.value.reason is reason
    assert registry.units() == ()


@pytest.mark.parametrize(
    ("read", "budget"),
    [
        (lambda registry: registry.units(), 1),
        (lambda registry: registry.points(), 1),
        (lambda registry: registry.prefixes(), 1),
        (lambda registry: registry.devices(), 1),
        (lambda registry: registry.contacts(), 1),
        (lambda registry: registry.registrations(), 1),
        (lambda registry: registry.registrations(unit="edu-1"), 1),
        (lambda registry: registry.filed(), 7),
        (lambda registry: registry.facts([1, 2, 3]), 19),
        (lambda registry: registry.observations([1, 2]), 1),
        (lambda registry: registry.find_observations(mac=Mac("00:e0:fc:00:00:09")), 1),
        (lambda registry: registry.sweeps(), 1),
    ],
)
def test_reading_takes_a_fixed_number_of_statements(
    registry: Registry, read: Callable[[Registry], object], budget: int
) -> None:
    registry.apply(OFFICE)
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement != "BEGIN":
            statements.append(statement)

    event.listen(registry._engine, "before_cursor_execute", note)  # noqa: SLF001 -- watches the driver
    read(registry)
    assert len(statements) == budget, statements


def test_records_that_changed_after_they_were_judged_are_not_stored(registry: Registry) -> None:
    registry.apply(Batch(units=(UnitView("A", "first"),)))
    judged = registry.records()
    registry.apply(Batch(units=(UnitView("A", "second"),)), judged=judged)
    with pytest.raises(RefusedError, match="at the same moment"):
        registry.apply(Batch(units=(UnitView("A", "third"),)), judged=judged)
    assert [unit.name for unit in registry.units()] == ["second"]
    assert registry.records() == Batch(units=registry.units())


def test_what_a_device_bears_is_measured_and_no_import_touches_it(registry: Registry) -> None:
    switch = DeviceView("sw-1", ip_address("10.0.0.2"), DeviceRole.ACCESS)
    registry.apply(Batch(devices=(switch, replace(switch, name="sw-2"))))
    sweep = registry.start_sweep({}, {}, datetime(2026, 1, 1, tzinfo=UTC))
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert registry.store_reading(sweep, "a", "sw-1", [], [], at, rows_per_request=25)
    assert registry.store_reading(sweep, "b", "sw-2", [], [], at)
    assert registry.store_reading(sweep, "c", "gone", [], [], at, rows_per_request=3)
    registry.apply(Batch(devices=(replace(switch, model="S5720"),)))
    assert registry.rows_per_request() == {"sw-1": 25}
    assert registry.store_reading(sweep, "d", "sw-1", [], [], at, rows_per_request=0)
    assert registry.rows_per_request() == {"sw-1": 0}
