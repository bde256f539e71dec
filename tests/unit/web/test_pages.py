"""What the pages do: login, lockout, filing, reviewing, and what the second of two people is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from inventory.model.batch import Batch
from inventory.model.records import ContactRole, ContactView, PointView, YesNoUnknown
from inventory.model.records import RegistrationState as State
from netaudit.app import accounts
from tests.unit.web.conftest import PASSWORD
from tests.unit.web.observed import endpoint, sweep

if TYPE_CHECKING:
    from tests.unit.web.conftest import Portal

FORM = {
    "ip": "10.0.1.9", "mac": "00-E0-FC-00-00-09", "person": "李四", "phone": "13800001234", "device_type": "台式机",
    "location": "301", "internet": "no",
}  # fmt: skip


def state(portal: Portal, number: int) -> State:
    case = portal.registry.desk.case(number)
    assert case is not None
    return case.registration.state


def test_a_code_opens_an_account_once(portal: Portal) -> None:
    code = accounts.invite(portal.registry, "li", actor="root")
    portal.become(None)
    weak = portal.client.post("/welcome", data={"name": "li", "code": code, "password": "short"})
    assert weak.status_code == 400
    assert portal.client.post("/welcome", data={"name": "wang", "code": code, "password": PASSWORD}).status_code == 400
    typed = f" {code.lower().replace('-', ' ')} "
    done = portal.client.post("/welcome", data={"name": "li", "code": typed, "password": "又一个长长的密码好记"})
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert "HttpOnly" in done.headers["set-cookie"]
    portal.become(None)
    assert portal.client.post("/welcome", data={"name": "li", "code": code, "password": PASSWORD}).status_code == 400


def test_wrong_passwords_lock_for_a_while(portal: Portal) -> None:
    portal.become(None)
    for _ in range(4):
        assert portal.client.post("/login", data={"name": "li", "password": "wrong"}).status_code == 401
    locked = portal.client.post("/login", data={"name": "li", "password": PASSWORD}, headers={"accept-language": "en"})
    assert locked.status_code == 429
    assert 0 < int(locked.headers["retry-after"]) <= 120
    assert "Too many wrong passwords" in locked.text
    assert portal.client.post("/login", data={"name": "wang", "password": PASSWORD}).status_code == 303


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "evil"])
def test_the_login_leads_nowhere_else(portal: Portal, target: str) -> None:
    portal.become(None)
    done = portal.client.post("/login", data={"name": "li", "password": PASSWORD, "next": target})
    assert done.headers["location"] == "/"


def test_a_contact_files_and_the_office_approves(portal: Portal) -> None:
    csrf = portal.become("li")
    lacking = portal.client.post("/unit/S1/new", data={**FORM, "csrf": csrf, "location": ""})
    assert lacking.status_code == 400
    assert "安装位置" in lacking.text
    assert portal.client.post("/unit/S1/new", data={**FORM, "csrf": csrf}).status_code == 303
    [case] = portal.registry.desk.cases(unit="S1")
    number = case.registration.id
    assert case.registration.state is State.SUBMITTED
    csrf = portal.become("reviewer")
    queue = portal.client.get("/office/review")
    assert "10.0.1.9" in queue.text
    done = portal.client.post("/office/review", data={"csrf": csrf, "action": "approve", "chosen": [number]})
    assert done.status_code == 200
    assert state(portal, number) is State.APPROVED
    portal.become("li")
    assert re.search(r"\d{4}-\d{6}", portal.client.get("/unit/S1").text)


def test_somebody_elses_card_or_address_cannot_be_filed(portal: Portal) -> None:
    portal.file("S2", "10.0.2.5", "00:e0:fc:00:00:09", State.APPROVED)
    csrf = portal.become("li")
    for change in ({"ip": "10.9.9.9"}, {}, {"mac": "x"}):
        done = portal.client.post("/unit/S1/new", data={**FORM, **change, "csrf": csrf})
        assert done.status_code == 400
    assert portal.registry.desk.cases(unit="S1") == ()


def test_of_two_people_at_one_registration_the_second_is_told(portal: Portal) -> None:
    number = portal.file("S1", "10.0.1.5", "00:e0:fc:00:00:01", State.DRAFT)
    for name, location, status in (("li", "301", 303), ("root", "302", 409)):
        csrf = portal.become(name)
        done = portal.client.post(
            f"/registration/{number}/edit", data={"csrf": csrf, "version": "1", "location": location}
        )
        assert done.status_code == status
    case = portal.registry.desk.case(number)
    assert case is not None
    assert case.registration.location == "301"


def test_what_people_write_is_shown_as_text(portal: Portal) -> None:
    number = portal.file("S1", "10.0.1.5", "00:e0:fc:00:00:01", State.DRAFT)
    csrf = portal.become("li")
    evil = "<script>alert(1)</script>"
    portal.client.post(f"/registration/{number}/edit", data={"csrf": csrf, "person": evil, "version": "1"})
    for where in (f"/registration/{number}", "/unit/S1"):
        shown = portal.client.get(where).text
        assert evil not in shown
        assert "&lt;script&gt;" in shown


def test_phone_numbers_are_masked(portal: Portal) -> None:
    number = portal.file("S1", "10.0.1.5", "00:e0:fc:00:00:01", State.APPROVED)
    for name in ("auditor", "mover"):
        portal.become(name)
        assert "13800001234" not in portal.client.get(f"/registration/{number}").text


def test_the_sheet_goes_out_and_comes_back(portal: Portal) -> None:
    portal.file("S1", "10.0.1.5", "00:e0:fc:00:00:01", State.APPROVED)
    csrf = portal.become("li")
    sheet = portal.client.get("/unit/S1/sheet")
    assert sheet.content.startswith(b"PK")
    back = portal.client.post("/unit/S1/sheet", data={"csrf": csrf}, files={"file": ("a.xlsx", sheet.content)})
    assert back.status_code == 200
    assert "未保存" in back.text or "无变化" in back.text
    odd = portal.client.post("/unit/S1/sheet", data={"csrf": csrf}, files={"file": ("a.xlsx", b"nonsense")})
    assert odd.status_code == 200


def test_both_languages(portal: Portal) -> None:
    portal.become("li")
    assert "我的单位" in portal.client.get("/unit/S1", headers={"accept-language": "zh-CN"}).text
    assert "My unit" in portal.client.get("/unit/S1", headers={"accept-language": "en-GB,zh;q=0.5"}).text
    portal.client.cookies.set("netaudit_language", "en")
    assert "My unit" in portal.client.get("/unit/S1", headers={"accept-language": "zh-CN"}).text


def amended(portal: Portal) -> int:
    """The id of a filing whose unit proposes another phone number."""
    number = portal.file("S1", "10.0.1.5", "00:e0:fc:00:00:01", State.APPROVED)
    csrf = portal.become("li")
    form = {"csrf": csrf, "version": "1", "phone": "13900005678"}
    assert portal.client.post(f"/registration/{number}/amend", data=form).status_code == 303
    return number


def test_a_proposed_phone_number_is_masked_as_well(portal: Portal) -> None:
    number = amended(portal)
    for name in ("auditor", "mover", "reviewer", "root"):
        portal.become(name)
        for where in (f"/registration/{number}", "/office/review"):
            shown = portal.client.get(where).text
            assert "13800001234" not in shown, (name, where)
            assert "13900005678" not in shown, (name, where)
            assert "139****5678" in shown, (name, where)


def test_the_office_changes_other_columns_and_the_phone_number_stays(portal: Portal) -> None:
    number = portal.file("S1", "10.0.1.5", "00:e0:fc:00:00:01", State.APPROVED)
    csrf = portal.become("reviewer")
    form = {"csrf": csrf, "version": "1", "location": "302"}
    assert portal.client.post(f"/registration/{number}/amend", data=form).status_code == 303
    case = portal.registry.desk.case(number)
    assert case is not None
    assert case.proposal is not None
    assert dict(case.proposal.changes) == {"location": "302"}


def test_a_sheet_with_phone_numbers_is_for_who_works_with_it_and_the_office_leaves_a_trace(portal: Portal) -> None:
    for name, status in (("auditor", 403), ("mover", 403), ("wang", 403), ("li", 200), ("reviewer", 200)):
        portal.become(name)
        assert portal.client.get("/unit/S1/sheet").status_code == status, name
    told = [(entry.actor, entry.subject) for entry in portal.registry.gate.log() if entry.action == "reveal_phones"]
    assert told == [("reviewer", "unit S1")]


def test_a_step_leads_nowhere_else(portal: Portal) -> None:
    number = portal.file("S1", "10.0.1.5", "00:e0:fc:00:00:01", State.SUBMITTED)
    csrf = portal.become("li")
    form = {"csrf": csrf, "back": "https://evil.example/"}
    done = portal.client.post(f"/registration/{number}/withdraw", data=form)
    assert (done.status_code, done.headers["location"]) == (303, f"/registration/{number}")


HUGE = "9" * 30


@pytest.mark.parametrize("number", ["abc", "0", "-1", HUGE, "1.5"])
def test_a_number_that_is_none_is_no_fault_of_ours(portal: Portal, number: str) -> None:
    csrf = portal.become("reviewer")
    assert portal.client.get(f"/registration/{number}").status_code in {404, 422}
    approve = {"csrf": csrf, "action": "approve", "chosen": number}
    assert portal.client.post("/office/review", data=approve).status_code < 500
    decide = {"csrf": csrf, "decision": "accepted"}
    assert portal.client.post(f"/office/disputes/{number}", data=decide).status_code < 500
    csrf = portal.become("li")
    assert portal.client.post("/unit/S1/claim", data={"csrf": csrf, "rows": number}).status_code < 500


def test_a_phone_number_is_shown_to_who_may_and_the_look_is_logged(portal: Portal) -> None:
    number = portal.file("S1", "10.0.1.5", "00:e0:fc:00:00:01", State.APPROVED)
    portal.registry.apply(Batch(contacts=(ContactView("S1", "王老师", ContactRole.TECHNICAL_LEAD, "13900005678"),)))
    for name, status in (
        ("root", 200),
        ("reviewer", 200),
        ("li", 200),
        ("wang", 403),
        ("auditor", 403),
        ("mover", 403),
    ):
        csrf = portal.become(name)
        for path, form, phone, subject in (
            (f"/registration/{number}/phone", {}, "13800001234", f"registration {number}"),
            ("/unit/S1/contacts/phone", {"name": "王老师"}, "13900005678", "unit S1"),
        ):
            looked = len(portal.registry.gate.log(subject=subject))
            for headers in ({}, {"hx-request": "true"}):
                done = portal.client.post(path, data={**form, "csrf": csrf}, headers=headers)
                assert (done.status_code, phone in done.text) == (status, status == 200), (name, path)
            after = portal.registry.gate.log(subject=subject)
            assert len(after) - looked == (2 if status == 200 else 0)
            if status == 200:
                assert (after[0].actor, after[0].action) == (name, "reveal_phones")
    csrf = portal.become("root")
    for page in (f"/registration/{number}", "/unit/S1/contacts"):
        shown = portal.client.get(page).text
        assert "/phone" in shown
        assert "13800001234" not in shown
        assert "13900005678" not in shown
    portal.become("auditor")
    assert "/phone" not in portal.client.get(f"/registration/{number}").text
    assert portal.client.post("/unit/S1/contacts/phone", data={"csrf": csrf, "name": "x"}).status_code == 403


def test_an_administrator_gives_a_token_sees_it_once_and_revokes_it(portal: Portal) -> None:
    csrf = portal.become("root")
    assert "没有已发放的令牌" in portal.client.get("/office/tokens").text
    form = {
        "csrf": csrf,
        "name": "li",
        "label": "平台",
        "scope": ["read:units", "read:endpoints"],
        "units": "S1",
        "days": "30",
    }
    wrongs: list[dict[str, str | list[str]]] = [{"scope": []}, {"units": "S2"}, {"days": "0"}, {"name": "nobody"}]
    wrongs.append({"label": " "})
    for wrong in wrongs:
        assert portal.client.post("/office/tokens", data={**form, **wrong}).status_code == 400
    given = portal.client.post("/office/tokens", data=form)
    found = re.search(r"netaudit_[\w-]{43}", given.text)
    assert found is not None
    listed = portal.client.get("/office/tokens").text
    assert found[0] not in listed
    assert "read:endpoints" in listed
    bearer = {"Authorization": f"Bearer {found[0]}"}
    assert portal.client.get("/api/v1/units", headers=bearer).json()["items"][0]["code"] == "S1"
    [view] = portal.registry.gate.tokens()
    done = portal.client.post(f"/office/tokens/{view.name}/revoke", data={"csrf": csrf})
    assert done.status_code == 303
    assert portal.client.get("/api/v1/units", headers=bearer).status_code == 401
    assert portal.client.post(f"/office/tokens/{view.name}/revoke", data={"csrf": csrf}).status_code == 400


def test_the_office_leaves_out_what_cannot_be_verified_as_every_report_does(portal: Portal) -> None:
    portal.registry.apply(Batch(points=(PointView("P-2", "S2", "二小", nat=YesNoUnknown.YES),)))
    portal.file("S1", "10.0.1.5", "00:e0:fc:00:00:01", State.APPROVED)
    behind = [endpoint(f"10.0.2.{last}", f"00:e0:fc:00:02:0{last}") for last in range(1, 6)]
    seen = [endpoint(f"10.0.1.{last}", f"00:e0:fc:00:00:0{last - 4}") for last in (5, 6, 7, 8, 9, 10)]
    sweep(portal.registry, *seen, *behind)
    portal.become("root")
    shown = portal.client.get("/office", headers={"accept-language": "en"}).text
    assert "16.67 %" in shown  # 1 of 6
    assert "registration rate: 1 of 6 seen · not verifiable: 1 units" in shown


def test_every_point_says_what_its_numbers_rest_on(portal: Portal) -> None:
    portal.registry.apply(
        Batch(points=(PointView("P-1", "S1", "一小"), PointView("P-2", "S2", "二小", nat=YesNoUnknown.YES)))
    )
    sweep(portal.registry, endpoint("10.0.1.5", "00:e0:fc:00:00:01"))
    portal.become("auditor")
    shown = portal.client.get("/office/points", headers={"accept-language": "en"}).text
    assert '<span class="grade D">D</span> <small>P-2 is behind address translation</small>' in shown
    assert shown.count('<span class="grade ') == 2


def test_a_phone_number_written_elsewhere_is_masked_as_well(portal: Portal) -> None:
    number = portal.file("S1", "10.0.1.5", "00:e0:fc:00:00:01", State.APPROVED)
    csrf = portal.become("li")
    form = {"csrf": csrf, "version": "1", "person": "李四 13900005678", "remark": "找王五13900005678"}
    assert portal.client.post(f"/registration/{number}/amend", data=form).status_code == 303
    csrf = portal.become("reviewer")
    for where in (f"/registration/{number}", "/office/review"):
        portal.become("auditor")
        assert "13900005678" not in portal.client.get(where).text, where
    portal.become("reviewer")
    portal.client.post("/office/review", data={"csrf": csrf, "action": "approve", "chosen": str(number)})
    portal.become("auditor")
    for where in (f"/registration/{number}", "/unit/S1"):
        shown = portal.client.get(where).text
        assert "139****5678" in shown, where
        assert "13900005678" not in shown, where
