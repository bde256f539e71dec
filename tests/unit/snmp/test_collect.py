"""Many devices at once: readings as they complete, and a clean end whenever it is asked for."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from inventory.model.coverage import Completeness
from probes.contract import DeviceTarget, ReadLimits
from probes.snmp.collect import collect

if TYPE_CHECKING:
    import pytest

    from tests.unit.snmp.agents import Aim, Objects, Question, Reply, Rogues

HELLO: Objects = {(1, 3, 6, 1, 2, 1, 1, 3, 0): 5, (1, 3, 6, 1, 2, 1, 1, 5, 0): b"sw"}


def _honest(question: Question) -> Reply:
    return question.answer()


def _silent(question: Question) -> Reply:  # noqa: ARG001 -- says nothing, whatever is asked
    return None


def test_every_device_is_read(rogue: Rogues, target: Aim, patient: ReadLimits) -> None:
    targets = [target(rogue(_honest, HELLO).port, name=f"sw{number}") for number in range(6)]
    readings = list(collect(iter(targets), patient, threading.Event()))

    assert {reading.device for reading in readings} == {f"sw{number}" for number in range(6)}
    assert all(len(reading.coverage) == 6 and reading.hint is None for reading in readings)


def test_a_bug_is_the_outcome_of_its_device_and_loud(
    rogue: Rogues, target: Aim, patient: ReadLimits, caplog: pytest.LogCaptureFixture
) -> None:
    broken = replace(target(rogue(_honest, HELLO).port, name="strange"), credential=None)  # type: ignore[arg-type] # no caller does
    targets = [broken, *(target(rogue(_honest, HELLO).port, name=f"sw{number}") for number in range(3))]
    readings = {reading.device: reading for reading in collect(targets, patient, threading.Event())}

    assert readings.keys() == {"strange", "sw0", "sw1", "sw2"}
    strange = readings["strange"]
    assert {entry.completeness for entry in strange.coverage} == {Completeness.FAILED}
    assert {str(entry.reason) for entry in strange.coverage} == {"internal error: AttributeError"}
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert record.exc_info
    assert record.__dict__["device"] == "strange"


def test_a_dead_device_does_not_keep_the_others_waiting(rogue: Rogues, target: Aim) -> None:
    """The silent one has minutes of patience left when the generator is closed."""
    slow = target(rogue(_silent, HELLO).port, name="silent")
    quick = [target(rogue(_honest, HELLO).port, name=f"sw{number}") for number in range(3)]
    readings = collect([slow, *quick], ReadLimits(timeout_s=60.0), threading.Event())

    assert {next(readings).device for _ in quick} == {"sw0", "sw1", "sw2"}
    readings.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "snmp-collect"]


def test_at_most_so_many_in_flight(rogue: Rogues, target: Aim) -> None:
    """With one hand, the second device is not asked before the first is through."""
    first, second = rogue(_silent, HELLO), rogue(_honest, HELLO)
    limits = ReadLimits(timeout_s=0.05, retries=0, in_flight=1)
    readings = collect([target(first.port, name="a"), target(second.port, name="b")], limits, threading.Event())

    assert next(readings).device == "a"
    assert next(readings).device == "b"
    assert list(readings) == []


def test_stop_abandons_what_is_not_complete(rogue: Rogues, target: Aim) -> None:
    stop = threading.Event()

    def stop_and_say_nothing(question: Question) -> Reply:  # noqa: ARG001 -- says nothing, whatever is asked
        stop.set()
        return None

    agent, other = rogue(stop_and_say_nothing, HELLO), rogue(_honest, HELLO)
    limits = ReadLimits(timeout_s=60.0, in_flight=1)
    readings = collect([target(agent.port, name="a"), target(other.port, name="b")], limits, stop)

    assert list(readings) == []
    assert other.asked == 0


def test_stopped_before_it_began(rogue: Rogues, target: Aim, patient: ReadLimits) -> None:
    stop = threading.Event()
    stop.set()
    agent = rogue(_honest, HELLO)

    assert list(collect([target(agent.port)], patient, stop)) == []
    assert agent.asked == 0


def test_nothing_to_do(patient: ReadLimits) -> None:
    assert list(collect([], patient, threading.Event())) == []


def test_no_route_is_an_answer(target: Aim, patient: ReadLimits) -> None:
    unreachable = DeviceTarget("x", target(1).address.__class__("255.255.255.255"), "public", target(1).credential)
    [reading] = collect([unreachable], patient, threading.Event())

    assert {row.completeness for row in reading.coverage} == {Completeness.TIMED_OUT}
    assert reading.hint is not None
