"""A unit's contacts and network in the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.batch import Batch
from inventory.model.records import ContactRole, ContactView, RegistrationState, YesNoUnknown

if TYPE_CHECKING:
    from tests.unit.web.conftest import Portal

ENGLISH = {"accept-language": "en"}


def test_a_contact_names_the_deputy_and_hands_over(portal: Portal) -> None:
    csrf = portal.become("li")
    shown = portal.client.get("/unit/S1", headers=ENGLISH).text
    assert "Name the unit&#39;s technical contact" in shown
    form = {"csrf": csrf, "role": "technical_lead", "name": "李四", "phone": "13800001234", "account_to": "sly"}
    assert portal.client.post("/unit/S1/contacts", data=form).status_code == 303
    shown = portal.client.get("/unit/S1/contacts", headers=ENGLISH).text
    assert "138****1234" in shown
    assert "13800001234" not in shown
    assert portal.client.post("/unit/S1/contacts", data={**form, "name": "王五"}).status_code == 303
    [handover, _first] = portal.registry.desk.dossiers.handovers("S1")
    assert (handover.outgoing, handover.incoming, handover.account_to, handover.actor) == ("李四", "王五", None, "li")
    again = portal.client.post("/unit/S1/contacts", data={**form, "name": "王五"}, headers=ENGLISH)
    assert (again.status_code, "has this duty already" in again.text) == (400, True)
    assert "Name the unit&#39;s technical contact" not in portal.client.get("/unit/S1", headers=ENGLISH).text


def test_an_administrator_passes_the_account_on(portal: Portal) -> None:
    portal.registry.apply(Batch(contacts=(ContactView("S1", "李老师", ContactRole.TECHNICAL_LEAD),)))
    csrf = portal.become("root")
    form = {"csrf": csrf, "role": "technical_lead", "name": "新人", "account_from": "li", "account_to": "xin"}
    done = portal.client.post("/unit/S1/contacts", data=form, headers=ENGLISH)
    assert "One-time code for xin" in done.text
    portal.become("li")
    assert portal.client.get("/unit/S1").status_code == 303


def test_what_a_unit_says_of_its_network_shows_at_a_glance(portal: Portal) -> None:
    csrf = portal.become("li")
    page = portal.client.get("/unit/S1/profile", headers=ENGLISH)
    assert "not filed yet" in page.text
    form = {"csrf": csrf, "version": "0", "nat": "yes", "declared_endpoints": "４０", "wireless_aps": "2"}
    assert portal.client.post("/unit/S1/profile", data=form).status_code == 303
    assert "<b>40</b>" in portal.client.get("/unit/S1").text
    said = portal.registry.desk.dossiers.profile("S1")
    assert said is not None
    assert (said.nat, said.wireless_aps, said.reported_by) == (YesNoUnknown.YES, 2, "li")


def test_of_two_people_at_one_profile_the_second_is_told(portal: Portal) -> None:
    for name, device, status in (("li", "H3C", 303), ("root", "Huawei", 409)):
        csrf = portal.become(name)
        form = {"csrf": csrf, "version": "0", "access_device": device}
        done = portal.client.post("/unit/S1/profile", data=form)
        assert done.status_code == status
        assert ("Huawei" in done.text) == (status == 409)  # what the second one wrote is still in the form
    said = portal.registry.desk.dossiers.profile("S1")
    assert said is not None
    assert said.access_device == "H3C"
    csrf = portal.become("li")
    bad = portal.client.post("/unit/S1/profile", data={"csrf": csrf, "version": "1", "wireless_aps": "x"})
    assert bad.status_code == 409


def test_an_auditor_reads_only(portal: Portal) -> None:
    portal.become("auditor")
    for where in ("/unit/S1/profile", "/unit/S1/contacts"):
        page = portal.client.get(where)
        assert page.status_code == 200
        assert f'action="{where}"' not in page.text


def test_a_handover_renames_the_user_of_registrations_when_asked(portal: Portal) -> None:
    draft = portal.file("S1", "10.0.1.2", "00:e0:fc:00:00:02", RegistrationState.DRAFT)
    filed = portal.file("S1", "10.0.1.3", "00:e0:fc:00:00:03", RegistrationState.APPROVED)
    waiting = portal.file("S1", "10.0.1.4", "00:e0:fc:00:00:04", RegistrationState.SUBMITTED)
    foreign = portal.file("S2", "10.0.2.2", "00:e0:fc:00:02:02", RegistrationState.DRAFT)
    csrf = portal.become("li")
    form = {"csrf": csrf, "role": "technical_lead", "name": "李四"}
    assert portal.client.post("/unit/S1/contacts", data=form).status_code == 303
    assert [entry.action for entry in portal.registry.registration_history(draft)] == ["file", "handover"]
    form |= {"name": "王五", "phone": "13900005678", "rename": "yes"}
    done = portal.client.post("/unit/S1/contacts", data=form, headers={"accept-language": "en"})
    assert "Registrations with the new name: 2; left alone because a review is waited for: 1." in done.text
    cases = {case.registration.id: case for case in portal.registry.desk.cases()}
    assert (cases[draft].registration.person, cases[draft].registration.phone) == ("王五", "13900005678")
    proposal = cases[filed].proposal
    assert proposal is not None
    assert proposal.changes == {"person": "王五", "phone": "13900005678"}
    assert [cases[number].registration.person for number in (waiting, foreign)] == ["李四", "李四"]
