"""Profiles and handovers on each database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest

from inventory.filing.lifecycle import Refusal, Step
from inventory.model.accounts import AccountView
from inventory.model.batch import Batch
from inventory.model.cases import Action, Actor, CaseView, Role
from inventory.model.dossiers import HandoverView, ProfileView, Successor
from inventory.model.records import (
    ContactRole,
    ContactView,
    PointView,
    RegistrationState,
    RegistrationView,
    UnitView,
    YesNoUnknown,
)
from inventory.model.values import Mac
from inventory.registry.errors import RefusedError

if TYPE_CHECKING:
    from inventory.registry.engine import Registry

ADMIN = Actor("root", Role.ADMIN)
AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)
LEAD = ContactRole.TECHNICAL_LEAD
POINTS = (PointView("P1", "S1", "一"), PointView("P2", "S1", "二", nat=YesNoUnknown.NO), PointView("P3", "S2", "三"))


@pytest.fixture
def filled(registry: Registry) -> Registry:
    contact = ContactView("S1", "张三", LEAD, "13800001234")
    units = (UnitView("S1", "第一小学", declared_endpoints=12), UnitView("S2", "第二小学"))
    registry.apply(Batch(units=units, points=POINTS, contacts=(contact,)))
    for name, theirs in (("zhang", {"S1"}), ("both", {"S1", "S2"})):
        registry.gate.create(AccountView(0, name, Role.CONTACT, frozenset(theirs)), "root", AT)
    return registry


def handed(found: HandoverView | Refusal) -> HandoverView:
    assert isinstance(found, HandoverView), found
    return found


def test_a_profile_is_filed_counts_and_knows_its_version(filled: Registry) -> None:
    dossiers = filled.desk.dossiers
    assert dossiers.profile("S9") is None
    empty = dossiers.profile("S1")
    assert empty == ProfileView("S1", declared_endpoints=12)
    mark = filled.change_mark()
    said = replace(empty, nat=YesNoUnknown.YES, declared_endpoints=40, access_device="H3C")
    stored = dossiers.file_profile(said, ADMIN, AT)
    assert stored == replace(said, version=1, reported_at=AT, reported_by="root") == dossiers.profile("S1")
    assert [view.declared_endpoints for view in filled.units()] == [40, None]
    assert filled.change_mark() != mark
    nat = {point.code: point.nat for point in filled.filed().points}
    assert nat == {"P1": YesNoUnknown.YES, "P2": YesNoUnknown.NO, "P3": YesNoUnknown.UNKNOWN}
    assert {point.nat for point in filled.points()} == {YesNoUnknown.UNKNOWN, YesNoUnknown.NO}
    second = dossiers.file_profile(replace(said, access_device="other"), ADMIN)
    assert isinstance(second, Refusal)
    assert dossiers.profile("S1") == stored
    assert isinstance(dossiers.file_profile(ProfileView("S9"), ADMIN), Refusal)
    assert [view.version for view in dossiers.profiles()] == [1, 0]


def test_a_handover_passes_on_what_waits_and_the_account(filled: Registry) -> None:
    desk = filled.desk
    numbers = []
    for last, state in (
        (1, RegistrationState.DRAFT),
        (2, RegistrationState.SUBMITTED),
        (3, RegistrationState.APPROVED),
    ):
        view = RegistrationView(0, "S1", "public", ip_address(f"10.0.0.{last}"), Mac(f"00:e0:fc:00:00:0{last}"), state)
        case = desk.file(view, ADMIN)
        assert isinstance(case, CaseView)
        numbers.append(case.registration.id)
    assert isinstance(desk.act([numbers[1]], Step(Action.RETURN, "房间号"), ADMIN)[numbers[1]], CaseView)
    asked = Successor("S1", LEAD, "李四", "13900001111", account_from="zhang", account_to="li", note="调岗")
    found = handed(desk.dossiers.hand_over(asked, ADMIN, DAY, AT))
    assert (found.outgoing, found.incoming, found.open_cases) == ("张三", "李四", tuple(numbers[:2]))
    assert desk.dossiers.handovers("S1") == (found,)
    assert [(c.name, c.valid_from, c.valid_to) for c in desk.dossiers.contacts("S1")] == [
        ("张三", None, date(2026, 11, 22)), ("李四", DAY, None),
    ]  # fmt: skip
    for number in numbers[:2]:
        newest = filled.registration_history(number)[-1]
        assert (newest.action, newest.reason, newest.before) == ("handover", "张三 → 李四", newest.after)
    assert [entry.action for entry in filled.registration_history(numbers[2])] == ["file"]
    accounts = {account.name: account for account in filled.gate.accounts()}
    assert (accounts["zhang"].active, accounts["li"].active, accounts["li"].units) == (False, True, frozenset({"S1"}))
    assert filled.gate.log(newest=1)[0].action == "handover"
    assert filled.gate.broken_log() == ()


def test_an_account_of_several_units_keeps_the_others(filled: Registry) -> None:
    handed(
        filled.desk.dossiers.hand_over(
            Successor("S1", LEAD, "李四", account_from="both", account_to="zhang"), ADMIN, DAY
        )
    )
    accounts = {account.name: account for account in filled.gate.accounts()}
    assert (accounts["both"].active, accounts["both"].units) == (True, frozenset({"S2"}))
    assert accounts["zhang"].units == frozenset({"S1"})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"unit": "S9"}, "not registered"),
        ({"account_from": "nobody"}, "does not answer"),
        ({"account_from": "zhang", "account_to": "zhang"}, "one person's"),
        ({"account_to": "boss"}, "none of a unit's contact"),
        ({"name": "张三"}, "already"),
    ],
)
def test_what_cannot_be_handed_over_changes_nothing(filled: Registry, change: dict[str, Any], said: str) -> None:
    filled.gate.create(AccountView(0, "boss", Role.ADMIN), "root", AT)
    before = (filled.contacts(), filled.gate.accounts())
    asked = replace(Successor("S1", LEAD, "李四", account_to="li"), **change)
    found = filled.desk.dossiers.hand_over(asked, ADMIN, DAY)
    assert isinstance(found, Refusal)
    assert said in str(found.reason)
    assert (filled.contacts(), filled.gate.accounts()) == before
    assert filled.desk.dossiers.handovers() == ()


def test_a_unit_with_a_history_stays(filled: Registry) -> None:
    filled.apply(Batch(units=(UnitView("S3", "三"), UnitView("S4", "四"))))
    assert isinstance(filled.desk.dossiers.file_profile(ProfileView("S3"), ADMIN), ProfileView)
    filled.remove("unit", "S3")
    handed(filled.desk.dossiers.hand_over(Successor("S4", LEAD, "李四"), ADMIN, DAY))
    filled.remove("contact", ("S4", "李四", LEAD))
    with pytest.raises(RefusedError) as refused:
        filled.remove("unit", "S4")
    assert "has a history" in str(refused.value.message)
