"""A portal with several people at once: the second one is told, and what was answered outlives kill -9."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

import pytest

from inventory.model.batch import Batch
from inventory.model.cases import Actor, CaseView, Role
from inventory.model.records import PrefixView, RegistrationState, RegistrationView, UnitView
from inventory.model.values import Mac
from inventory.registry.engine import Registry, open_registry
from tests.end_to_end.serving import Answer, Gone, Person, Served

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = 3
SENDERS = 4
ANSWERS = 12
"""Submissions answered before the portal is killed."""
RACES = 6
FORM = {"person": "李四", "phone": "13800001234", "device_type": "台式机", "location": "301", "internet": "no"}


@pytest.fixture
def served(tmp_path: Path) -> Served:
    """A portal that does not run yet, over a registry with one unit."""
    made = Served(tmp_path)
    with open_registry(made.url) as registry:
        prefix = PrefixView(ip_network("10.0.0.0/8"), "S1", "public", gateway=ip_address("10.0.0.1"))
        registry.apply(Batch(units=(UnitView("S1", "第一小学"),), prefixes=(prefix,)))
    return made


def at_once(*calls: tuple[Person, str, dict[str, str]]) -> list[Answer]:
    """Let several people send their forms at the same moment."""
    ready = threading.Barrier(len(calls))

    def send(call: tuple[Person, str, dict[str, str]]) -> Answer:
        person, path, form = call
        ready.wait(60)
        return person.post(path, form)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(send, calls))


def filed(registry: Registry, last: int) -> int:
    view = RegistrationView(
        0, "S1", "public", ip_address(f"10.0.0.{last}"), Mac(f"00:e0:fc:00:00:{last:02x}"),
        RegistrationState.APPROVED, person="李四", location="300",
    )  # fmt: skip
    case = registry.desk.file(view, Actor("test", Role.ADMIN))
    assert isinstance(case, CaseView)
    return case.registration.id


def test_of_two_people_at_one_registration_the_second_is_told_and_nothing_is_lost(served: Served) -> None:
    with open_registry(served.url) as registry:
        li = served.person(registry, "li", Role.CONTACT, ["S1"])
        wang = served.person(registry, "wang", Role.CONTACT, ["S1"])
        numbers = [filed(registry, 10 + race) for race in range(RACES)]
        with served.running():
            for number in numbers:
                both = {"li": (li, "301"), "wang": (wang, "302")}
                forms = [
                    (person, f"/registration/{number}/amend", {"version": person.version(number), "location": location})
                    for person, location in both.values()
                ]
                answers = at_once(*forms)
                assert sorted(answer.status for answer in answers) == [303, 409]
                winner = [answer.status for answer in answers].index(303)
                told = answers[1 - winner].text
                assert "Somebody changed this registration meanwhile" in told
                assert f"<dd>{forms[1 - winner][2]['location']}</dd>" in told  # what the second one wrote
                case = registry.desk.case(number)
                assert case is not None
                assert case.proposal is not None
                assert case.proposal.changes == {"location": forms[winner][2]["location"]}
                steps = [(entry.action, entry.actor) for entry in registry.registration_history(number)]
                assert steps == [("file", "test"), ("amend", list(both)[winner])]


def test_what_was_answered_outlives_a_kill_under_load(served: Served) -> None:
    answered: dict[str, str] = {}
    sent: set[str] = set()
    with open_registry(served.url) as registry:
        people = [served.person(registry, f"p{number}", Role.CONTACT, ["S1"]) for number in range(SENDERS)]
    for turn in range(ROUNDS):
        with served.running() as process:
            enough = threading.Event()

            def send(place: int, turn: int = turn, enough: threading.Event = enough) -> None:
                number = 0
                while True:
                    ip = f"10.{turn * SENDERS + place + 1}.{number // 250}.{number % 250 + 2}"
                    mac = f"00E0{turn:02X}{place:02X}{number:04X}"
                    number += 1
                    sent.add(ip)
                    try:
                        answer = people[place].post("/unit/S1/new", {**FORM, "ip": ip, "mac": mac})
                    except Gone:
                        return
                    assert answer.status == 303, answer.text
                    answered[ip] = mac
                    if len(answered) >= (turn + 1) * ANSWERS:
                        enough.set()

            with ThreadPoolExecutor(SENDERS) as pool:
                tasks = [pool.submit(send, place) for place in range(SENDERS)]
                try:
                    assert enough.wait(300), f"{len(answered)} answers"
                finally:
                    process.kill()  # in the middle of what the others sent
                for task in tasks:
                    task.result(timeout=120)
        check(served, answered, sent)


def check(served: Served, answered: dict[str, str], sent: set[str]) -> None:
    with closing(sqlite3.connect(served.url.removeprefix("sqlite:///"))) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    with open_registry(served.url) as registry:
        stored = {str(case.registration.ip): case for case in registry.desk.cases()}
        assert answered.keys() <= stored.keys() <= sent
        assert {case.registration.state for case in stored.values()} == {RegistrationState.SUBMITTED}
        assert all(stored[ip].registration.mac == Mac.parse(mac) for ip, mac in answered.items())
        for case in stored.values():
            [entry] = registry.registration_history(case.registration.id)
            assert entry.action == "file"
        told = {entry.subject for entry in registry.gate.log() if entry.action == "file"}
        assert told == {f"registration {case.registration.id}" for case in stored.values()}
        assert registry.gate.broken_log() == ()
