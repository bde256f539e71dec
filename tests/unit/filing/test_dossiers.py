"""Who has a duty on a day, who takes it over, and what a unit says about its network."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from inventory.filing.contacts import on_duty, replaced
from inventory.filing.lifecycle import Refusal
from inventory.filing.profile import PROFILE, cells_of, column_of, differing, revised
from inventory.model.dossiers import Keeper, ProfileView, Successor
from inventory.model.records import ContactRole, ContactView, YesNoUnknown

DAY = date(2026, 11, 23)
LEAD = ContactRole.TECHNICAL_LEAD
ZHANG = ContactView("S1", "张三", LEAD, "13800001234", valid_from=date(2021, 9, 1))
OLD = ContactView("S1", "旧人", LEAD, valid_to=date(2021, 8, 31))
BOSS = ContactView("S1", "校长", ContactRole.LEADER)
NEW = Successor("S1", LEAD, "李四", "13900001111")


def test_duties_begin_and_end_with_their_days() -> None:
    people = (BOSS, OLD, ZHANG)
    assert on_duty(people, DAY) == (ZHANG, BOSS)
    assert on_duty(people, date(2021, 8, 31)) == (OLD, BOSS)
    assert on_duty((replace(ZHANG, valid_to=DAY),), DAY)
    assert not on_duty((replace(ZHANG, valid_to=DAY),), DAY + timedelta(days=1))


def test_the_old_one_ends_the_day_before_the_new_one_begins() -> None:
    pair = replaced((BOSS, OLD, ZHANG), NEW, DAY)
    assert not isinstance(pair, Refusal)
    outgoing, incoming = pair
    assert outgoing == replace(ZHANG, valid_to=date(2026, 11, 22))
    assert incoming == ContactView("S1", "李四", LEAD, "13900001111", valid_from=DAY)
    assert on_duty((outgoing, incoming), DAY) == (incoming,)


def test_replaced_on_the_first_day_the_dates_still_make_sense() -> None:
    pair = replaced((replace(ZHANG, valid_from=DAY),), NEW, DAY)
    assert not isinstance(pair, Refusal)
    assert pair[0] is not None
    assert (pair[0].valid_from, pair[0].valid_to) == (date(2026, 11, 22), date(2026, 11, 22))


def test_somebody_comes_back_and_a_first_one_is_named() -> None:
    back = replaced((OLD, ZHANG), replace(NEW, name="旧人", phone=None), DAY)
    assert not isinstance(back, Refusal)
    assert back[1] == replace(OLD, valid_from=DAY, valid_to=None)
    first = replaced((), NEW, DAY)
    assert not isinstance(first, Refusal)
    assert first[0] is None


@pytest.mark.parametrize(
    ("people", "asked", "said"),
    [
        ((ZHANG,), replace(NEW, name=" "), "name is needed"),
        ((ZHANG,), replace(NEW, outgoing="王五"), "does not have this duty"),
        ((ZHANG, replace(ZHANG, name="王五")), NEW, "Several people"),
        ((ZHANG,), replace(NEW, name="张三"), "has this duty already"),
    ],
)
def test_what_cannot_be_handed_over(people: tuple[ContactView, ...], asked: Successor, said: str) -> None:
    found = replaced(people, asked, DAY)
    assert isinstance(found, Refusal)
    assert said in str(found.reason)


def test_of_several_the_named_one_hands_over() -> None:
    pair = replaced((ZHANG, replace(ZHANG, name="王五")), replace(NEW, outgoing="王五"), DAY)
    assert not isinstance(pair, Refusal)
    assert pair[0] is not None
    assert pair[0].name == "王五"


def test_a_profile_is_read_as_a_sheet_is() -> None:
    before = ProfileView("S1", declared_endpoints=12)
    after = revised(before, {"nat": "是", "managed_by": "运营商", "wireless_aps": "３", "declared_endpoints": "40.0"})
    assert isinstance(after, ProfileView)
    assert (after.nat, after.managed_by, after.wireless_aps) == (YesNoUnknown.YES, Keeper.CARRIER, 3)
    assert differing(before, after) == ("managed_by", "nat", "wireless_aps", "declared_endpoints")
    assert revised(after, cells_of(after)) == after
    cleared = revised(after, {"nat": "", "declared_endpoints": ""})
    assert isinstance(cleared, ProfileView)
    assert (cleared.nat, cleared.declared_endpoints) == (None, None)


@pytest.mark.parametrize(
    ("key", "cell"), [("wireless_aps", "三"), ("nat", "也许"), ("nothing", "1"), ("dhcp", "#REF!")]
)
def test_a_bad_answer_names_its_question(key: str, cell: str) -> None:
    found = revised(ProfileView("S1"), {key: cell})
    assert isinstance(found, Refusal)
    assert found.column == key


def test_every_question_is_known_by_all_its_names() -> None:
    for column in PROFILE:
        for name in (column.key, column.title.message, *column.synonyms):
            assert column_of(f" {name}：") is column, name
