"""The filing desk on real databases: steps are whole, recorded, numbered, and lose nobody's work."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from inventory.filing.lifecycle import Refusal, Step
from inventory.model.batch import Batch
from inventory.model.cases import Action, Actor, CaseView, Role
from inventory.model.disputes import DisputeKind, DisputeState, DisputeView
from inventory.model.records import RegistrationState as State
from inventory.model.records import RegistrationView, UnitView
from inventory.model.values import Mac
from inventory.registry import migrations
from inventory.registry.engine import Registry, open_registry

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
CLERK = Actor("clerk", Role.CONTACT, frozenset({"edu"}))
OFFICE = Actor("office", Role.REVIEWER)
CARD = RegistrationView(
    0, "edu", "public", ip_address("10.0.0.5"), Mac("00:e0:fc:00:00:01"), State.DRAFT, person="李四"
)


@pytest.fixture
def desk(registry: Registry) -> Registry:
    registry.apply(Batch(units=(UnitView("edu", "教育局"), UnitView("tax", "税务局"))))
    return registry


def filed(registry: Registry, view: RegistrationView = CARD) -> CaseView:
    found = registry.desk.file(view, CLERK, AT)
    assert isinstance(found, CaseView)
    return found


def act(registry: Registry, number: int, action: Action, actor: Actor, at: datetime = AT, **step: str) -> CaseView:
    changes = {key: value for key, value in step.items() if key != "reason"}
    [after] = registry.desk.act([number], Step(action, step.get("reason"), changes), actor, at=at).values()
    assert isinstance(after, CaseView), after
    return after


def test_every_step_is_stored_with_its_history(desk: Registry) -> None:
    number = filed(desk).registration.id
    act(desk, number, Action.SUBMIT, CLERK)
    act(desk, number, Action.RETURN, OFFICE, reason="房间?")
    act(desk, number, Action.EDIT, CLERK, location="301")
    act(desk, number, Action.SUBMIT, CLERK)
    done = act(desk, number, Action.APPROVE, OFFICE, AT + timedelta(days=1))
    assert done.number == f"2026-{number:06d}"
    assert done == desk.desk.case(number)
    assert desk.registrations("edu")[0] == done.registration
    told = [(entry.action, entry.actor, entry.reason) for entry in desk.registration_history(number)]
    assert told == [
        ("file", "clerk", None), ("submit", "clerk", None), ("return", "office", "房间?"),
        ("edit", "clerk", None), ("submit", "clerk", None), ("approve", "office", None),
    ]  # fmt: skip


def test_an_amendment_comes_back_as_it_was_proposed(desk: Registry) -> None:
    number = filed(desk, replace(CARD, state=State.APPROVED)).registration.id
    amending = act(desk, number, Action.AMEND, CLERK, ip="10.0.0.6", reason="换座位")
    assert amending == desk.desk.case(number)
    assert amending.proposal is not None
    assert (amending.proposal.changes, amending.reason) == ({"ip": "10.0.0.6"}, "换座位")
    assert str(desk.registrations()[0].ip) == "10.0.0.5"
    assert desk.registration_history(number)[-1].after["proposal"] == {"changes": {"ip": "10.0.0.6"}, "cancels": False}
    assert str(act(desk, number, Action.APPROVE, OFFICE).registration.ip) == "10.0.0.6"


def test_a_card_is_registered_once_and_again_after_its_cancellation(desk: Registry) -> None:
    first = filed(desk)
    again = desk.desk.file(replace(CARD, unit="tax"), OFFICE, AT)
    assert isinstance(again, Refusal)
    assert "the unit edu with 10.0.0.5" in str(again.reason)
    act(desk, first.registration.id, Action.CANCEL, CLERK)
    assert filed(desk, replace(CARD, unit="tax")).registration.id != first.registration.id


def test_several_at_once_do_what_can_be_done(desk: Registry) -> None:
    good = filed(desk, replace(CARD, state=State.SUBMITTED)).registration.id
    draft = filed(desk, replace(CARD, mac=Mac("00:e0:fc:00:00:02"))).registration.id
    found = desk.desk.act([good, draft, 999], Step(Action.APPROVE), OFFICE, at=AT)
    assert isinstance(found[good], CaseView)
    assert isinstance(found[draft], Refusal)
    assert isinstance(found[999], Refusal)
    assert [case.registration.id for case in desk.desk.cases(states=[State.APPROVED])] == [good]
    assert [case.registration.id for case in desk.desk.cases(numbers=[draft], unit="edu")] == [draft]


def test_one_address_is_not_filed_for_two_cards(desk: Registry) -> None:
    filed(desk, replace(CARD, state=State.APPROVED))
    other = filed(desk, replace(CARD, mac=Mac("00:e0:fc:00:00:02"), state=State.SUBMITTED)).registration.id
    refused = desk.desk.act([other], Step(Action.APPROVE), OFFICE, at=AT)[other]
    assert isinstance(refused, Refusal)
    assert "10.0.0.5 is filed by the unit edu" in str(refused.reason)
    at_once = desk.desk.file(replace(CARD, mac=Mac("00:e0:fc:00:00:03"), state=State.APPROVED), OFFICE, AT)
    assert isinstance(at_once, Refusal)


def test_of_two_people_the_second_is_told(desk: Registry) -> None:
    start = filed(desk)
    number, version = start.registration.id, start.version
    barrier = threading.Barrier(2)
    found: list[CaseView | Refusal] = []

    def edit(person: str) -> None:
        barrier.wait()
        step = Step(Action.EDIT, changes={"person": person}, version=version)
        found.extend(desk.desk.act([number], step, CLERK).values())

    threads = [threading.Thread(target=edit, args=(name,)) for name in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = [case for case in found if isinstance(case, CaseView)]
    assert len(stored) == 1
    assert desk.desk.case(number) == stored[0]


def test_the_offices_sheet_is_the_last_word(desk: Registry) -> None:
    number = filed(desk, replace(CARD, state=State.APPROVED)).registration.id
    act(desk, number, Action.AMEND, CLERK, person="王五")
    desk.apply(Batch(registrations=(replace(CARD, id=0, state=State.APPROVED, person="赵六"),)), at=AT)
    case = desk.desk.case(number)
    assert case is not None
    assert (case.registration.person, case.registration.state, case.proposal) == ("赵六", State.APPROVED, None)
    assert case.version == 3


def test_what_was_filed_before_has_its_number_afterwards(sqlite_url: str) -> None:
    setup = Config()
    setup.set_main_option("script_location", str(migrations.__path__[0]))
    engine = create_engine(sqlite_url)
    with engine.begin() as connection:
        setup.attributes["connection"] = connection
        command.upgrade(setup, "0002")
        connection.execute(text("INSERT INTO units (code, name) VALUES ('edu', '教育局')"))
        row = "INSERT INTO registrations (id, unit, plane, ip, mac, state, filed_at) VALUES "
        connection.execute(
            text(f"{row} (4, 'edu', 'public', '10.0.0.5', '00:e0:fc:00:00:01', 'approved', '2021-11-30')")
        )
        connection.execute(text(f"{row} (5, 'edu', 'public', '10.0.0.6', '00:e0:fc:00:00:02', 'draft', NULL)"))
    engine.dispose()
    with open_registry(sqlite_url) as registry:
        assert [case.number for case in registry.desk.cases()] == ["2021-000004", None]
        assert registry.desk.cases()[0].confirmed_at == datetime(2021, 11, 30, tzinfo=UTC)


def test_a_dispute_is_stated_once_and_decided_once(desk: Registry) -> None:
    said = DisputeView(0, "edu", "public", DisputeKind.NOT_OURS, ip_address("10.0.0.9"), note="隔壁的打印机")
    first = desk.desk.state_dispute(said, CLERK, AT)
    assert isinstance(first, DisputeView)
    assert desk.desk.state_dispute(said, CLERK, AT + timedelta(days=1)) == first
    assert desk.desk.disputes(unit="edu", state=DisputeState.OPEN) == (first,)
    done = desk.desk.decide_dispute(first.id, DisputeState.ACCEPTED, OFFICE, "已转税务局", AT)
    assert isinstance(done, DisputeView)
    assert (done.state, done.decided_by, done.answer) == (DisputeState.ACCEPTED, "office", "已转税务局")
    assert isinstance(desk.desk.decide_dispute(first.id, DisputeState.REJECTED, OFFICE), Refusal)
    assert isinstance(desk.desk.decide_dispute(99, DisputeState.REJECTED, OFFICE), Refusal)
    again = desk.desk.state_dispute(said, CLERK, AT)
    assert isinstance(again, DisputeView)
    assert again.id != first.id


def test_a_dispute_names_a_unit_that_exists(desk: Registry) -> None:
    said = DisputeView(0, "edu", "public", DisputeKind.MOVED, mac=Mac("00:e0:fc:00:00:09"), target="nowhere")
    assert isinstance(desk.desk.state_dispute(said, CLERK, AT), Refusal)
    assert isinstance(desk.desk.state_dispute(replace(said, target="tax"), CLERK, AT), DisputeView)
