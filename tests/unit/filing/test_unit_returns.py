"""What each row of a returned unit sheet asks for."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from inventory.filing.rows import Header, RawRow, RawSheet
from inventory.filing.unit_returns import Act, Dispute, File, Outcome, RowResult, judge_sheet
from inventory.filing.unit_sheet import UNIT_SHEET, prefilled
from inventory.model.batch import Batch, RecordKind
from inventory.model.cases import Action, CaseView, Proposal
from inventory.model.disputes import DisputeKind
from inventory.model.records import PrefixView, RegistrationState, RegistrationView, UnitView
from inventory.model.values import Mac

FILED = RegistrationView(
    7, "EDU", "public", ip_address("10.20.3.14"), Mac("00:e0:fc:12:34:56"), person="李四", location="301"
)
OTHER = RegistrationView(8, "TAX", "public", ip_address("10.20.3.99"), Mac("00:e0:fc:12:34:99"))
STORED = Batch(
    units=(UnitView("EDU", "教育局"), UnitView("TAX", "税务局")),
    prefixes=(PrefixView(ip_network("10.20.3.0/24"), "EDU", "public"),),
    registrations=(FILED, OTHER),
)
CASE = CaseView(FILED, version=3)
CASES = (CASE, CaseView(OTHER))
SEEN = {
    "ip": "10.20.3.15",
    "mac": "00:e0:fc:12:34:57",
    "seen_last": "2026-11-23 09:00",
    "plane": "public",
    "unit": "EDU",
}


def judged(*rows: dict[str, str], cases: tuple[CaseView, ...] = CASES, need: str = "person") -> tuple[RowResult, ...]:
    keys = [column.key for column in UNIT_SHEET.columns]
    headers = tuple(Header(key, key) for key in keys)
    raws = tuple(RawRow(number, {key: row.get(key, "") for key in keys}) for number, row in enumerate(rows, start=3))
    sheet = RawSheet("x.xlsx", RecordKind.REGISTRATION, headers, raws)
    return judge_sheet(sheet, "EDU", STORED, cases, frozenset({need}))


def one(row: dict[str, str], cases: tuple[CaseView, ...] = CASES) -> RowResult:
    [result] = judged(row, cases=cases)
    return result


def mine(**changes: str) -> dict[str, str]:
    return {**prefilled(FILED, 3), **changes}


def test_a_seen_endpoint_with_a_name_is_filed() -> None:
    result = one({**SEEN, "person": "王五"})
    assert result.outcome is Outcome.NEW
    [plan] = result.plans
    assert isinstance(plan, File)
    assert (plan.view.unit, plan.view.person, plan.view.state) == ("EDU", "王五", RegistrationState.SUBMITTED)


def test_what_was_written_out_and_not_filled_in_asks_for_nothing() -> None:
    result = one(SEEN)
    assert (result.outcome, result.plans, result.reasons) == (Outcome.EMPTY, (), ())


def test_a_row_that_came_back_unchanged_asks_for_nothing() -> None:
    assert one(mine()).outcome is Outcome.UNCHANGED
    assert one(mine(version="1")).outcome is Outcome.UNCHANGED


def test_a_changed_cell_is_an_amendment_of_that_cell() -> None:
    result = one(mine(location="302", ip="10.20.3.16"))
    assert result.outcome is Outcome.CHANGED
    [plan] = result.plans
    assert isinstance(plan, Act)
    assert (plan.number, plan.step.action, plan.step.version) == (7, Action.AMEND, 3)
    assert plan.step.changes == {"location": "302", "ip": "10.20.3.16"}


def test_an_emptied_cell_empties_the_column() -> None:
    [plan] = one(mine(location="")).plans
    assert isinstance(plan, Act)
    assert plan.step.changes == {"location": ""}


def test_the_same_sheet_twice_changes_nothing() -> None:
    amending = replace(
        CASE,
        version=4,
        registration=replace(FILED, state=RegistrationState.AMENDING),
        proposal=Proposal({"location": "302"}),
    )
    assert one(mine(location="302"), cases=(amending,)).outcome is Outcome.UNCHANGED
    cancelling = replace(amending, proposal=Proposal(cancels=True))
    assert one(mine(answer="注销"), cases=(cancelling,)).outcome is Outcome.UNCHANGED
    new = CaseView(
        RegistrationView(
            9, "EDU", "public", ip_address(SEEN["ip"]), Mac(SEEN["mac"]), RegistrationState.SUBMITTED, person="王五"
        )
    )
    assert one({**SEEN, "person": "王五"}, cases=(new,)).outcome is Outcome.UNCHANGED


def test_what_was_changed_meanwhile_is_told_and_not_overwritten() -> None:
    result = one(mine(version="2", location="302"))
    assert (result.outcome, result.plans) == (Outcome.CONFLICT, ())
    assert str(result.reasons[0]) == "Location was changed in the registry meanwhile: it is 301 there and 302 here."


def test_what_waits_for_review_is_taken_back_edited_and_submitted() -> None:
    waiting = replace(CASE, registration=replace(FILED, state=RegistrationState.SUBMITTED))
    plans = one(mine(location="302"), cases=(waiting,)).plans
    assert [plan.step.action for plan in plans if isinstance(plan, Act)] == [
        Action.WITHDRAW, Action.EDIT, Action.SUBMIT,
    ]  # fmt: skip


def test_a_new_card_takes_the_place_of_the_old_one() -> None:
    cancel, file = one(mine(mac="00e0fc123458")).plans
    assert isinstance(cancel, Act)
    assert (cancel.step.action, cancel.step.reason) == (Action.CANCEL, "→ 00:e0:fc:12:34:58")
    assert isinstance(file, File)
    assert file.view.mac == Mac("00:e0:fc:12:34:58")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("已拔除", DisputeKind.REMOVED), ("不属本单位", DisputeKind.NOT_OURS), ("误报", DisputeKind.MISTAKEN)],
)
def test_a_unit_may_say_what_a_seen_endpoint_is(answer: str, kind: DisputeKind) -> None:
    result = one({**SEEN, "answer": answer, "remark": "打印机"})
    assert result.outcome is Outcome.DISPUTED
    [plan] = result.plans
    assert isinstance(plan, Dispute)
    assert (plan.view.kind, plan.view.note, plan.view.unit) == (kind, "打印机", "EDU")


def test_a_filed_endpoint_is_cancelled_with_the_words_written() -> None:
    for answer, why in (("注销", "注销"), ("已拔除", "已拔除"), ("不属本单位", "不属本单位")):
        result = one(mine(answer=answer))
        assert result.outcome is Outcome.CANCELLED
        [plan] = result.plans
        assert isinstance(plan, Act)
        assert (plan.step.action, plan.step.reason) == (Action.CANCEL, why)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({**SEEN, "person": "王五", "ip": "10.9.0.1"}, "outside every registered prefix"),
        ({**SEEN, "person": "王五", "ip": "10.20.3.99"}, "filed by the unit TAX"),
        ({**SEEN, "remark": "x"}, "Still to be filled in: User."),
        ({**SEEN, "answer": "注销"}, "not filed"),
        ({**SEEN, "answer": "好的"}, "is not one of"),
        ({**SEEN, "person": "王五", "unit": "TAX"}, "names another unit: TAX"),
        ({"id": "8", "person": "王五"}, "no registration of this unit"),
        ({"answer": "误报"}, "names no endpoint"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(row: dict[str, str], words: str) -> None:
    result = one(row)
    assert result.outcome is Outcome.REFUSED
    assert words in " ".join(map(str, result.reasons))


def test_good_rows_are_not_held_back_by_bad_ones() -> None:
    results = judged({**SEEN, "person": "王五"}, {**SEEN, "mac": "x", "ip": "10.20.3.20", "person": "赵六"})
    assert [result.outcome for result in results] == [Outcome.NEW, Outcome.REFUSED]


def test_a_cancelled_number_is_not_filed_again_by_itself() -> None:
    gone = replace(CASE, registration=replace(FILED, state=RegistrationState.CANCELLED))
    assert one(mine(location="302"), cases=(gone,)).outcome is Outcome.CONFLICT
