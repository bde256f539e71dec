"""A contact asks for an address, the office approves in bulk."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inventory.model.records import RegistrationState
from inventory.model.requests import RequestState

if TYPE_CHECKING:
    from tests.unit.web.conftest import Portal

FORM = {
    "person": "李四", "phone": "13800001234", "device_type": "台式机", "location": "301", "internet": "no",
}  # fmt: skip
ENGLISH = {"accept-language": "en"}


def test_from_the_request_to_the_registration(portal: Portal) -> None:
    portal.file("S1", "10.0.1.2", "00:e0:fc:00:00:01", RegistrationState.APPROVED)
    csrf = portal.become("li")
    shown = portal.client.get("/unit/S1/addresses")
    offered = re.findall(r"<option>(10\.0\.1\.\d+)</option>", shown.text)
    assert offered == [f"10.0.1.{last}" for last in (3, 4, 5, 6, 7)]
    lacking = portal.client.post("/unit/S1/addresses", data={"csrf": csrf, "ip": "10.0.1.3", "mac": "00E0FC000010"})
    assert lacking.status_code == 400
    for last in (3, 4, 5):
        wanted = {"ip": f"10.0.1.{last}", "mac": f"00E0FC0000{last}{last}"}
        assert portal.client.post("/unit/S1/addresses", data={**FORM, "csrf": csrf, **wanted}).status_code == 303
    form = {**FORM, "csrf": csrf, "ip": "10.0.1.5"}
    taken = portal.client.post("/unit/S1/addresses", data={**form, "mac": "00E0FC0000AA"}, headers=ENGLISH)
    assert (taken.status_code, "is not free" in taken.text) == (400, True)
    outside = portal.client.post("/unit/S1/addresses", data={**form, "ip": "10.0.2.9", "mac": "00E0FC0000AB"})
    assert outside.status_code == 400
    assert portal.client.post("/unit/S1/addresses/1/withdraw", data={"csrf": csrf}).status_code == 303
    csrf = portal.become("reviewer")
    assert "10.0.1.4" in portal.client.get("/office/addresses").text
    chosen = {"csrf": csrf, "action": "approve", "chosen": ["1", "2", "3"]}
    done = portal.client.post("/office/addresses", data=chosen, headers=ENGLISH)
    assert "Done: 2" in done.text
    assert "has been decided already" in done.text
    assert {view.state for view in portal.registry.desk.requests.listed()} == {
        RequestState.WITHDRAWN, RequestState.APPROVED,
    }  # fmt: skip
    ips = sorted(str(case.registration.ip) for case in portal.registry.desk.cases(unit="S1"))
    assert ips == ["10.0.1.2", "10.0.1.4", "10.0.1.5"]


def test_the_office_returns_with_a_reason(portal: Portal) -> None:
    csrf = portal.become("li")
    portal.client.post("/unit/S1/addresses", data={**FORM, "csrf": csrf, "mac": "00E0FC000010"})
    csrf = portal.become("reviewer")
    form = {"csrf": csrf, "action": "return", "chosen": ["1"]}
    assert "A reason is needed." in portal.client.post("/office/addresses", data=form, headers=ENGLISH).text
    assert (
        "Done: 1" in portal.client.post("/office/addresses", data={**form, "reason": "请写房间"}, headers=ENGLISH).text
    )
    portal.become("li")
    assert "请写房间" in portal.client.get("/unit/S1/addresses").text


def test_nobody_takes_back_another_units_request(portal: Portal) -> None:
    csrf = portal.become("li")
    portal.client.post("/unit/S1/addresses", data={**FORM, "csrf": csrf, "mac": "00E0FC000010"})
    csrf = portal.become("wang")
    assert portal.client.post("/unit/S2/addresses/1/withdraw", data={"csrf": csrf}).status_code == 303
    [view] = portal.registry.desk.requests.listed()
    assert view.state is RequestState.HELD
