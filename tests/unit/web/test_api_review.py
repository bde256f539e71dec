"""Programs decide for the office, take back for a unit, and are not told twice what they know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.records import RegistrationState as State
from netaudit.app.tokens import Scope
from tests.unit.web.programs import CELLS, READ, Program

if TYPE_CHECKING:
    from httpx2 import Response

    from tests.unit.web.conftest import Portal

REVIEW = (Scope.READ_REGISTRATIONS, Scope.REVIEW_REGISTRATIONS)


def step(program: Program, number: int, name: str, **body: str) -> Response:
    tag = program.ask("GET", f"/registrations/{number}").headers["etag"]
    return program.ask("POST", f"/registrations/{number}/{name}", json=body or None, headers={"If-Match": tag})


def filed(portal: Portal, unit: str, last: int) -> int:
    net = unit.removeprefix("S")
    return portal.file(unit, f"10.0.{net}.{last}", f"00:e0:fc:00:0{net}:0{last}", State.SUBMITTED)


def test_the_office_decides(portal: Portal) -> None:
    first, second = filed(portal, "S1", 5), filed(portal, "S2", 6)
    office, unit = Program(portal, "reviewer", REVIEW), Program(portal, "li")
    assert office.ask("POST", f"/registrations/{first}/approve").status_code == 428
    assert step(office, second, "return").status_code == 422
    assert step(office, second, "return", reason=" ").status_code == 422
    returned = step(office, second, "return", reason="写明楼层")
    assert (returned.status_code, returned.json()["state"], returned.json()["reason"]) == (200, "returned", "写明楼层")
    assert step(unit, first, "approve").status_code == 403
    assert office.ask("POST", f"/registrations/{first}/approve", headers={"If-Match": '"99"'}).status_code == 412
    [entry, *_] = portal.registry.gate.log(newest=1)
    assert (entry.action, entry.actor.partition("#")[0]) == ("return", "reviewer")


def test_a_unit_takes_back_what_waits(portal: Portal) -> None:
    number = filed(portal, "S1", 5)
    unit = Program(portal, "li")
    taken = step(unit, number, "withdraw")
    assert (taken.status_code, taken.json()["state"]) == (200, "draft")
    assert step(unit, number, "withdraw").status_code == 409
    stranger = Program(portal, "wang").ask("POST", f"/registrations/{number}/withdraw", headers={"If-Match": '"1"'})
    assert stranger.status_code == 403


def test_what_is_complete_is_approved_and_gets_its_number(portal: Portal) -> None:
    made = Program(portal, "li").ask("POST", "/units/S1/registrations", json={"cells": CELLS})
    assert made.status_code == 201, made.text
    done = step(Program(portal, "reviewer", REVIEW), made.json()["id"], "approve")
    assert (done.status_code, done.json()["state"]) == (200, "approved")
    assert done.json()["number"]


def test_a_reviewing_program_bound_to_units_decides_for_these_only(portal: Portal) -> None:
    own, foreign = filed(portal, "S1", 5), filed(portal, "S2", 6)
    program = Program(portal, "reviewer", REVIEW, units=["S1"])
    assert step(program, own, "return", reason="房间?").status_code == 200
    denied = program.ask("POST", f"/registrations/{foreign}/return", json={"reason": "x"}, headers={"If-Match": '"1"'})
    assert denied.status_code == 403
    sweeps = Program(portal, "reviewer", READ, units=["S1"])
    assert sweeps.ask("GET", "/sweeps").status_code == 403
    assert sweeps.ask("GET", "/sweeps", params={"unit": "S1"}).status_code == 403


def test_what_the_asker_has_is_not_sent_again(portal: Portal) -> None:
    number = filed(portal, "S1", 5)
    program = Program(portal, "li")
    shown = program.ask("GET", f"/registrations/{number}")
    tag = shown.headers["etag"]
    for known in (tag, f"W/{tag}", f'"7", {tag}', "*"):
        again = program.ask("GET", f"/registrations/{number}", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), known
    other = program.ask("GET", f"/registrations/{number}", headers={"If-None-Match": '"7"'})
    assert other.status_code == 200
    in_full = program.ask("GET", f"/registrations/{number}", params={"reveal": "true"}, headers={"If-None-Match": tag})
    assert (in_full.status_code, in_full.json()["phone"]) == (200, "13800001234")
    assert step(program, number, "withdraw").status_code == 200
    assert program.ask("GET", f"/registrations/{number}", headers={"If-None-Match": tag}).status_code == 200
