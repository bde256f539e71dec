"""Accounts, what they hold, and the audit log, on real databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from inventory.filing.lifecycle import Refusal
from inventory.model.accounts import AccountView
from inventory.model.batch import Batch
from inventory.model.cases import Role
from inventory.model.records import UnitView
from inventory.registry.holdings import Secret

if TYPE_CHECKING:
    from inventory.registry.engine import Registry

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
LI = AccountView(0, "li", Role.CONTACT, frozenset({"edu"}), "李四")


@pytest.fixture
def gate(registry: Registry) -> Registry:
    registry.apply(Batch(units=(UnitView("edu", "教育局"), UnitView("tax", "税务局"))))
    for wanted in (AccountView(0, "root", Role.ADMIN), LI):
        assert isinstance(registry.gate.create(wanted, "root", AT), AccountView)
    return registry


def test_an_account_acts_for_its_units_only(gate: Registry) -> None:
    found = gate.gate.account("li")
    assert found is not None
    assert (found.shown_name, found.units, found.has_password) == ("李四", frozenset({"edu"}), False)
    assert found.actor.answers_for("edu")
    assert not found.actor.answers_for("tax")
    office = gate.gate.account("root")
    assert office is not None
    assert office.actor.answers_for("tax")
    assert [account.name for account in gate.gate.accounts()] == ["li", "root"]


@pytest.mark.parametrize(
    "wanted", [LI, replace(LI, name="wang", units=frozenset()), replace(LI, name="wang", units=frozenset({"x"}))]
)
def test_an_account_that_cannot_be_made(gate: Registry, wanted: AccountView) -> None:
    assert isinstance(gate.gate.create(wanted, "root", AT), Refusal)


def test_the_last_administrator_stays(gate: Registry) -> None:
    assert isinstance(gate.gate.change("root", "root", AT, active=False), Refusal)
    assert isinstance(gate.gate.change("root", "root", AT, role=Role.AUDITOR), Refusal)
    assert isinstance(gate.gate.change("li", "root", AT, role=Role.ADMIN), AccountView)
    assert isinstance(gate.gate.change("root", "li", AT, active=False), AccountView)


def test_what_is_held_is_found_by_its_digest_until_it_ends(gate: Registry) -> None:
    secret = Secret("d1", "session", AT + timedelta(hours=8), csrf="c1")
    gate.gate.hand_out("li", secret, AT)
    found = gate.gate.held("d1", "session", AT + timedelta(hours=1))
    assert found is not None
    assert (found.session.account.name, found.session.csrf) == ("li", "c1")
    assert "c1" not in repr(found)
    assert gate.gate.held("d1", "token", AT) is None
    assert gate.gate.held("d1", "session", AT + timedelta(hours=9)) is None
    assert gate.gate.held("d1", "session", AT + timedelta(hours=3), idle=timedelta(minutes=30)) is None
    gate.gate.change("li", "root", AT, units={"tax"})
    assert gate.gate.held("d1", "session", AT) is None


def test_a_new_password_ends_every_session_and_a_new_code_the_old_one(gate: Registry) -> None:
    late = AT + timedelta(days=1)
    for digest, kind in (("s", "session"), ("i1", "invitation"), ("i2", "invitation"), ("t", "token")):
        gate.gate.hand_out("li", Secret(digest, kind, late), AT)
    assert gate.gate.held("i1", "invitation", AT) is None
    assert gate.gate.held("i2", "invitation", AT) is not None
    gate.gate.set_password("li", "argon", "li", AT)
    assert gate.gate.password_of("li") == "argon"
    assert gate.gate.held("s", "session", AT) is None
    assert gate.gate.held("i2", "invitation", AT) is None
    assert gate.gate.held("t", "token", AT) is not None
    gate.gate.take_back("t")
    assert gate.gate.held("t", "token", AT) is None


def test_an_account_that_is_not_active_opens_nothing(gate: Registry) -> None:
    gate.gate.change("li", "root", AT, active=False)
    gate.gate.hand_out("li", Secret("s", "session", AT + timedelta(days=1)), AT)
    assert gate.gate.held("s", "session", AT) is None


def test_wrong_passwords_are_counted_and_told(gate: Registry) -> None:
    gate.gate.failed("li", AT, None, "10.0.0.9")
    gate.gate.failed("li", AT, AT + timedelta(minutes=1), "10.0.0.9")
    gate.gate.failed("nobody", AT, None, "10.0.0.9")
    found = gate.gate.account("li")
    assert found is not None
    assert (found.failures, found.locked_until) == (2, AT + timedelta(minutes=1))
    gate.gate.succeeded("li", AT, "10.0.0.9")
    found = gate.gate.account("li")
    assert found is not None
    assert (found.failures, found.locked_until, found.last_login_at) == (0, None, AT)
    told = [(entry.actor, entry.action) for entry in gate.gate.log(newest=4)]
    assert told == [("li", "login"), ("nobody", "login_failed"), ("li", "login_failed"), ("li", "login_failed")]


def test_the_log_tells_what_was_changed_or_left_out(gate: Registry) -> None:
    for number in range(5):
        gate.gate.note(AT, "li", "look", f"endpoint {number}", {"人": "李四"})
    assert gate.gate.broken_log() == ()
    numbers = [entry.id for entry in gate.gate.log()][::-1]
    with gate._writing() as connection:  # noqa: SLF001 -- somebody with access to the file
        connection.execute(text(f"UPDATE audit_log SET actor = 'wang' WHERE id = {numbers[3]}"))  # noqa: S608 -- a number
        connection.execute(text(f"DELETE FROM audit_log WHERE id = {numbers[5]}"))  # noqa: S608 -- a number
    assert gate.gate.broken_log() == (numbers[3], numbers[6])
    shown = gate.gate.log(newest=2)
    assert gate.gate.broken_links(shown) == (numbers[6],)
    assert gate.gate.broken_links(gate.gate.log(before=numbers[3])) == ()
    assert gate.gate.broken_links(()) == ()
