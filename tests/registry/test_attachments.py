"""Scans of sealed forms on each database."""

from __future__ import annotations

import hashlib
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from inventory.filing.attachments import accepted
from inventory.filing.lifecycle import Refusal
from inventory.model.attachments import AttachmentView
from inventory.model.batch import Batch
from inventory.model.cases import Actor, CaseView, Role
from inventory.model.records import RegistrationState, RegistrationView, UnitView
from inventory.model.values import Mac
from inventory.registry.engine import open_registry

if TYPE_CHECKING:
    from inventory.registry.engine import Registry

LI = Actor("li", Role.CONTACT, frozenset({"S1"}))
CONTENT = b"%PDF-1.4 " + bytes(range(256)) * 40


@pytest.fixture
def number(registry: Registry) -> int:
    registry.apply(Batch(units=(UnitView("S1", "一"), UnitView("S2", "二"))))
    view = RegistrationView(
        0, "S1", "public", ip_address("10.0.0.1"), Mac("00:e0:fc:00:00:01"), RegistrationState.DRAFT
    )
    case = registry.desk.file(view, LI)
    assert isinstance(case, CaseView)
    return case.registration.id


def attached(registry: Registry, unit: str, registration: int | None = None) -> AttachmentView | Refusal:
    view = accepted(unit, "备案表.pdf", CONTENT, registration=registration)
    assert isinstance(view, AttachmentView)
    return registry.desk.attachments.attach(view, CONTENT, LI)


def test_what_is_stored_comes_back_and_every_fetch_is_noted(registry: Registry, number: int) -> None:
    stored = attached(registry, "S1", number)
    assert isinstance(stored, AttachmentView)
    assert stored.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert attached(registry, "S1", number) == stored
    whole = attached(registry, "S1")
    assert registry.desk.attachments.listed(unit="S1") == (whole, stored)
    assert registry.desk.attachments.listed(registration=number) == (stored,)
    assert registry.desk.attachments.listed(unit="S2") == ()
    assert registry.desk.attachments.fetch(stored.id, LI) == (stored, CONTENT)
    assert registry.desk.attachments.fetch(999, LI) is None
    told = [(entry.action, entry.subject) for entry in registry.gate.log(newest=3)]
    assert told == [("fetch_attachment", "unit S1"), ("attach", "unit S1"), ("attach", "unit S1")]


def test_it_belongs_to_a_registration_of_the_same_unit(registry: Registry, number: int) -> None:
    for unit, registration in (("S2", number), ("S1", number + 1), ("S9", None)):
        assert isinstance(attached(registry, unit, registration), Refusal)
    assert registry.desk.attachments.listed() == ()


def test_what_was_taken_away_stays_in_the_log(registry: Registry, number: int) -> None:
    stored = attached(registry, "S1", number)
    assert isinstance(stored, AttachmentView)
    assert registry.desk.attachments.detach(stored.id, "传错了", LI) == stored
    assert isinstance(registry.desk.attachments.detach(stored.id, "传错了", LI), Refusal)
    [entry] = registry.gate.log(newest=1)
    assert (entry.action, entry.detail["sha256"], entry.detail["reason"]) == ("detach", stored.sha256, "传错了")
    again = attached(registry, "S1", number)
    assert isinstance(again, AttachmentView)
    assert again.id > stored.id


def test_what_was_changed_in_the_database_is_not_handed_out(sqlite_url: str) -> None:
    with open_registry(sqlite_url) as registry:
        registry.apply(Batch(units=(UnitView("S1", "一"),)))
        stored = attached(registry, "S1")
        assert isinstance(stored, AttachmentView)
        engine = sa.create_engine(sqlite_url)
        with engine.begin() as connection:
            connection.execute(sa.text("UPDATE attachments SET content = :c"), {"c": CONTENT[:-1]})
        engine.dispose()
        found = registry.desk.attachments.fetch(stored.id, LI)
        assert isinstance(found, Refusal)
        assert "not what was stored" in str(found.reason)
