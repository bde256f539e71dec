"""Yearly confirmation in bulk, and who is late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from inventory.filing.lifecycle import Step
from inventory.model.cases import Action, Actor, Role
from inventory.model.records import RegistrationState

if TYPE_CHECKING:
    from tests.unit.web.conftest import Portal

ENGLISH = {"accept-language": "en"}


def confirmed(portal: Portal, numbers: list[int]) -> list[bool]:
    steps = [portal.registry.registration_history(number)[-1].action for number in numbers]
    return [step == "reconfirm" for step in steps]


def test_all_of_these_still_stand(portal: Portal) -> None:
    mine = [portal.file("S1", f"10.0.1.{n}", f"00:e0:fc:00:00:0{n}", RegistrationState.APPROVED) for n in (2, 3, 4)]
    draft = portal.file("S1", "10.0.1.9", "00:e0:fc:00:00:09", RegistrationState.DRAFT)
    foreign = portal.file("S2", "10.0.2.2", "00:e0:fc:00:02:02", RegistrationState.APPROVED)
    csrf = portal.become("li")
    shown = portal.client.get("/unit/S1/reconfirm", headers=ENGLISH).text
    assert shown.count('name="chosen"') == 3
    assert "checked" not in shown  # filed today: nothing is due for a year
    chosen = {"csrf": csrf, "chosen": [str(number) for number in (*mine[:2], draft, foreign, 999, -1)]}
    done = portal.client.post("/unit/S1/reconfirm", data=chosen)
    assert done.headers["location"] == "/unit/S1/reconfirm?done=2&left=1"
    assert confirmed(portal, mine) == [True, True, False]
    assert confirmed(portal, [foreign]) == [False]
    assert "Confirmed: 2" in portal.client.get(done.headers["location"], headers=ENGLISH).text


def test_the_office_sees_who_is_late(portal: Portal) -> None:
    portal.become("reviewer")
    assert "Nothing is overdue." in portal.client.get("/office/overdue", headers=ENGLISH).text
    long_ago = datetime.now(UTC) - timedelta(days=400)
    number = portal.file("S1", "10.0.1.2", "00:e0:fc:00:00:02", RegistrationState.APPROVED, long_ago)
    page = portal.client.get("/office/overdue", headers=ENGLISH).text
    assert '<a href="/unit/S1/reconfirm">1</a>' in page
    csrf = portal.become("li")
    assert "checked" in portal.client.get("/unit/S1/reconfirm").text
    portal.client.post("/unit/S1/reconfirm", data={"csrf": csrf, "chosen": [str(number)]})
    portal.become("reviewer")
    assert "Nothing is overdue." in portal.client.get("/office/overdue", headers=ENGLISH).text


def test_late_reviews_and_corrections_are_on_the_page_too(portal: Portal) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=40)
    review = portal.file("S1", "10.0.1.3", "00:e0:fc:00:00:03", RegistrationState.SUBMITTED, long_ago)
    returned = portal.file("S2", "10.0.2.4", "00:e0:fc:00:00:04", RegistrationState.SUBMITTED, long_ago)
    fresh = portal.file("S1", "10.0.1.5", "00:e0:fc:00:00:05", RegistrationState.SUBMITTED)
    step = Step(Action.RETURN, "房间?")
    portal.registry.desk.act([returned], step, Actor("reviewer", Role.REVIEWER), at=long_ago)
    portal.become("reviewer")
    page = portal.client.get("/office/overdue", headers=ENGLISH).text
    assert '<a href="/office/review?unit=S1">1</a>' in page
    assert [number for number in (review, returned, fresh) if f'href="/registration/{number}"' in page] == [
        review,
        returned,
    ]
    assert 'data-label="Overdue">correction<' in page
