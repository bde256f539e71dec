"""An agreed objection that an endpoint moved becomes a task of the unit it moved to, until that unit has filed it."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from inventory.filing.lifecycle import Step
from inventory.model.cases import Action, Actor, Role
from inventory.model.disputes import DisputeKind, DisputeState, DisputeView
from inventory.model.records import RegistrationState as State
from inventory.model.values import Mac

if TYPE_CHECKING:
    from tests.unit.web.conftest import Portal

ENGLISH = {"accept-language": "en"}
CARD, IP = Mac("00:e0:fc:00:00:05"), ip_address("10.0.1.5")
LINK = 'href="/unit/S2/new?ip=10.0.1.5&amp;mac=00%3Ae0%3Afc%3A00%3A00%3A05"'


def moved(portal: Portal) -> int:
    said = DisputeView(0, "S1", "public", DisputeKind.MOVED, IP, CARD, "S2")
    done = portal.registry.desk.state_dispute(said, Actor("li", Role.CONTACT, frozenset({"S1"})))
    assert isinstance(done, DisputeView)
    return done.id


def shown(portal: Portal, name: str, where: str) -> str:
    portal.become(name)
    done = portal.client.get(where, headers=ENGLISH)
    assert done.status_code == 200
    return done.text


def test_the_other_unit_has_to_file_it(portal: Portal) -> None:
    number = moved(portal)
    assert LINK not in shown(portal, "wang", "/unit/S2")  # nobody has agreed
    portal.registry.desk.decide_dispute(number, DisputeState.ACCEPTED, Actor("reviewer", Role.REVIEWER), None)
    assert LINK in shown(portal, "wang", "/unit/S2")
    assert LINK not in shown(portal, "auditor", "/unit/S2")
    assert "Moved here from S1" in shown(portal, "auditor", "/unit/S2")
    assert 'value="00:e0:fc:00:00:05"' in shown(portal, "wang", f"/unit/S2/new?ip={IP}&mac={CARD}")
    assert "S2 has to file it" in shown(portal, "reviewer", "/office/disputes")
    filing = portal.file("S2", "10.0.2.5", CARD.text, State.SUBMITTED)
    assert "Moved here" not in shown(portal, "wang", "/unit/S2")
    assert "S2 has filed it" in shown(portal, "reviewer", "/office/disputes")
    portal.registry.desk.act([filing], Step(Action.CANCEL), Actor("wang", Role.CONTACT, frozenset({"S2"})))
    assert "S2 has to file it" in shown(portal, "reviewer", "/office/disputes")


def test_the_filing_of_the_unit_it_left_is_corrected_first(portal: Portal) -> None:
    number = moved(portal)
    filing = portal.file("S1", str(IP), CARD.text, State.APPROVED)
    portal.registry.desk.decide_dispute(number, DisputeState.ACCEPTED, Actor("reviewer", Role.REVIEWER), None)
    page = shown(portal, "reviewer", "/office/disputes")
    assert f'href="/registration/{filing}">still filed by S1: correct or cancel that</a>' in page
    own = shown(portal, "wang", "/unit/S2")
    assert LINK not in own
    assert "still filed by S1" in own
