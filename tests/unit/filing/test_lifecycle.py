"""The life of a registration: every state × action × role, what a step needs, and what it leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.filing.deadlines import Deadlines, due_at, overdue
from inventory.filing.lifecycle import TRANSITIONS, Refusal, Step, allowed, perform
from inventory.model.cases import Action, Actor, CaseView, Overdue, Role, Turn
from inventory.model.records import FILED_STATES, RegistrationView
from inventory.model.records import RegistrationState as State
from inventory.model.values import Mac

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
REQUIRED = frozenset({"person", "phone", "device_type", "location"})
FULL = RegistrationView(
    7,
    "EDU",
    "public",
    ip_address("10.20.3.14"),
    Mac("00:e0:fc:12:34:56"),
    State.DRAFT,
    person="李四",
    phone="13800001234",
    device_type="台式机",
    location="301",
)
OFFICE = Actor("reviewer", Role.REVIEWER)
CLERK = Actor("clerk", Role.CONTACT, frozenset({"EDU"}))
STRANGER = Actor("other", Role.CONTACT, frozenset({"TAX"}))


def case(
    state: State = State.DRAFT,
    *,
    version: int = 1,
    submitted_at: datetime | None = None,
    decided_at: datetime | None = None,
    confirmed_at: datetime | None = None,
) -> CaseView:
    return CaseView(
        replace(FULL, state=state),
        version,
        submitted_at=submitted_at,
        decided_at=decided_at,
        confirmed_at=confirmed_at,
    )


def done(start: CaseView, *steps: tuple[Actor, Step]) -> CaseView:
    """The registration after these steps, each of which must succeed."""
    for number, (actor, step) in enumerate(steps):
        after = perform(start, step, actor, NOW + timedelta(hours=number), required=REQUIRED)
        assert isinstance(after, CaseView), after
        start = after
    return start


def refused(start: CaseView, actor: Actor, step: Step) -> str:
    after = perform(start, step, actor, NOW, required=REQUIRED)
    assert isinstance(after, Refusal)
    return str(after.reason)


def test_the_usual_way_ends_in_a_filing() -> None:
    after = done(case(), (CLERK, Step(Action.SUBMIT)), (OFFICE, Step(Action.APPROVE)))
    assert after.registration.state is State.APPROVED
    assert after.registration.filed_at == after.decided_at == after.confirmed_at == NOW + timedelta(hours=1)
    assert after.submitted_at == NOW
    assert after.version == 3


def test_a_returned_registration_goes_round_again() -> None:
    after = done(case(), (CLERK, Step(Action.SUBMIT)), (OFFICE, Step(Action.RETURN, reason=" 房间号不对 ")))
    assert (after.registration.state, after.reason, after.turn) == (State.RETURNED, "房间号不对", Turn.CONTACT)
    after = done(
        after, (CLERK, Step(Action.EDIT, changes={"location": "302"})), (CLERK, Step(Action.SUBMIT)),
        (OFFICE, Step(Action.APPROVE)),
    )  # fmt: skip
    assert after.registration.location == "302"
    assert after.reason is None


def test_what_is_filed_counts_until_the_amendment_is_approved() -> None:
    filed = case(State.APPROVED)
    amending = done(filed, (CLERK, Step(Action.AMEND, changes={"ip": "10.20.3.15", "person": "王五"})))
    assert amending.registration.state in FILED_STATES
    assert str(amending.registration.ip) == "10.20.3.14"
    back = done(amending, (OFFICE, Step(Action.RETURN, reason="谁是王五?")))
    assert (back.turn, back.registration.state) == (Turn.CONTACT, State.AMENDING)
    assert "answer first" in refused(back, OFFICE, Step(Action.APPROVE))
    after = done(back, (CLERK, Step(Action.AMEND, changes={"person": "王五(新)"})), (OFFICE, Step(Action.APPROVE)))
    assert (str(after.registration.ip), after.registration.person) == ("10.20.3.15", "王五(新)")
    assert (after.proposal, after.registration.state) == (None, State.APPROVED)
    dropped = done(back, (CLERK, Step(Action.WITHDRAW)))
    assert dropped.registration == filed.registration
    assert dropped.proposal is None


def test_a_contact_asks_for_cancellation_and_the_office_cancels() -> None:
    filed = case(State.APPROVED)
    asked = done(filed, (CLERK, Step(Action.CANCEL, reason="已报废")))
    assert asked.proposal is not None
    assert asked.proposal.cancels
    assert asked.registration.counts
    assert done(asked, (OFFICE, Step(Action.APPROVE))).registration.state is State.CANCELLED
    assert done(filed, (OFFICE, Step(Action.CANCEL, reason="重复"))).registration.state is State.CANCELLED
    assert refused(filed, OFFICE, Step(Action.CANCEL, reason="  ")) == "A reason is needed."


@pytest.mark.parametrize(
    ("start", "actor", "step", "words"),
    [
        (case(), STRANGER, Step(Action.SUBMIT), "another unit"),
        (case(), Actor("a", Role.AUDITOR), Step(Action.SUBMIT), "role"),
        (case(State.SUBMITTED), CLERK, Step(Action.APPROVE), "role"),
        (case(State.CANCELLED), OFFICE, Step(Action.APPROVE), "cancelled"),
        (case(version=4), CLERK, Step(Action.SUBMIT, version=3), "meanwhile"),
        (case(), CLERK, Step(Action.EDIT), "Nothing"),
        (case(), CLERK, Step(Action.EDIT, changes={"colour": "red"}), "colour"),
        (case(), CLERK, Step(Action.EDIT, changes={"ip": "10.20.3"}), "IP address"),
        (case(State.APPROVED), CLERK, Step(Action.AMEND, changes={"mac": "00e0fc000001"}), "cannot be amended"),
    ],
)
def test_a_refusal_says_why(start: CaseView, actor: Actor, step: Step, words: str) -> None:
    assert words in refused(start, actor, step)


@pytest.mark.parametrize("empty", sorted(REQUIRED))
def test_nothing_incomplete_is_submitted_or_approved(empty: str) -> None:
    start = case()
    cleared: dict[str, Any] = {empty: None}
    lacking = replace(start, registration=replace(start.registration, **cleared))
    after = perform(lacking, Step(Action.SUBMIT), CLERK, NOW, required=REQUIRED)
    assert isinstance(after, Refusal)
    assert after.column == empty
    lacking = replace(lacking, registration=replace(lacking.registration, state=State.SUBMITTED))
    assert isinstance(perform(lacking, Step(Action.APPROVE), OFFICE, NOW, required=REQUIRED), Refusal)


@pytest.mark.parametrize(("state", "action", "role"), list(product(State, Action, Role)))
def test_only_the_table_permits(state: State, action: Action, role: Role) -> None:
    actor = Actor("x", role)
    rows = [row for row in TRANSITIONS if row.source is state and row.action is action and role in row.roles]
    assert (action in allowed(case(state), actor)) == bool(rows)
    after = perform(case(state), Step(action, reason="r", changes={"person": "赵六"}), actor, NOW, required=REQUIRED)
    assert isinstance(after, CaseView) == bool(rows)


def test_every_state_can_be_left_and_nobody_who_only_reads_can_act() -> None:
    assert {row.source for row in TRANSITIONS} == set(State) - {State.CANCELLED}
    acting = {role for row in TRANSITIONS for role in row.roles}
    assert acting == {Role.ADMIN, Role.REVIEWER, Role.CONTACT}


_steps = st.lists(
    st.tuples(
        st.sampled_from([OFFICE, CLERK]),
        st.sampled_from(list(Action)),
        st.dictionaries(st.sampled_from(["person", "location", "remark"]), st.sampled_from(["甲", "乙", ""])),
    ),
    max_size=12,
)


@given(_steps)
def test_whatever_is_tried_the_case_stays_sound(steps: list[tuple[Actor, Action, dict[str, str]]]) -> None:
    current = case()
    for number, (actor, action, changes) in enumerate(steps):
        step = Step(action, reason="r", changes=changes, version=current.version)
        after = perform(current, step, actor, NOW + timedelta(days=number), required=REQUIRED)
        if isinstance(after, Refusal):
            continue
        assert after.version == current.version + 1
        assert (after.proposal is not None) == (after.registration.state is State.AMENDING)
        assert not (after.returned and after.registration.state is not State.AMENDING)
        for fixed in ("id", "unit", "plane", "mac"):
            assert getattr(after.registration, fixed) == getattr(current.registration, fixed)
        if after.registration.state is State.APPROVED:
            assert after.confirmed_at is not None
            assert after.registration.filed_at is not None
        current = after


def test_deadlines_count_from_what_happened_last() -> None:
    deadlines = Deadlines(review_days=5, correction_days=10, reconfirmation_days=365)
    waiting = case(State.SUBMITTED, submitted_at=NOW)
    assert due_at(waiting, deadlines) == (Overdue.REVIEW, NOW + timedelta(days=5))
    assert overdue(waiting, deadlines, NOW + timedelta(days=5)) is None
    assert overdue(waiting, deadlines, NOW + timedelta(days=5, seconds=1)) is Overdue.REVIEW
    back = case(State.RETURNED, decided_at=NOW)
    assert overdue(back, deadlines, NOW + timedelta(days=11)) is Overdue.CORRECTION
    filed = case(State.APPROVED, confirmed_at=NOW)
    assert overdue(filed, deadlines, NOW + timedelta(days=366)) is Overdue.RECONFIRMATION
    assert due_at(case(State.DRAFT), deadlines) is None
    assert due_at(case(State.CANCELLED, confirmed_at=NOW), deadlines) is None
