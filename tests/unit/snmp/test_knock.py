"""Who answers at all: asked with all the patience of a read, and once more when it is read."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from inventory.model.coverage import Completeness
from probes.contract import ReadLimits
from probes.snmp.device import read_device
from probes.snmp.knock import knock

if TYPE_CHECKING:
    from probes.contract import DeviceTarget
    from tests.unit.snmp.agents import Aim, Objects, Question, Reply, Rogues

HELLO: Objects = {(1, 3, 6, 1, 2, 1, 1, 3, 0): 5, (1, 3, 6, 1, 2, 1, 1, 5, 0): b"sw"}
HASTY = ReadLimits(timeout_s=0.1)


def _honest(question: Question) -> Reply:
    return question.answer()


def _silent(question: Question) -> Reply:  # noqa: ARG001 -- says nothing, whatever is asked
    return None


def knocked(*targets: DeviceTarget, limits: ReadLimits) -> dict[str, bool]:
    told: dict[str, bool] = {}
    knock(targets, limits, threading.Event(), lambda target, kept: told.update({target.name: kept}))
    return told


def test_whoever_answers_is_asked_one_question(rogue: Rogues, target: Aim, patient: ReadLimits) -> None:
    honest, refusing = rogue(_honest, HELLO), rogue(lambda question: question.answer([], status=16), HELLO)
    told = knocked(target(honest.port, name="sw"), target(refusing.port, name="closed"), limits=patient)
    assert told == {"sw": False, "closed": False}
    assert honest.asked == 1


def test_whoever_keeps_silent_is_asked_as_often_as_by_a_read(rogue: Rogues, target: Aim) -> None:
    dead = rogue(_silent, HELLO)
    assert knocked(target(dead.port, name="dead"), limits=HASTY) == {"dead": True}
    assert dead.asked == HASTY.retries + 1


def test_nothing_is_told_once_all_ends(rogue: Rogues, target: Aim) -> None:
    stop = threading.Event()
    stop.set()
    told: list[str] = []
    knock([target(rogue(_silent, HELLO).port)], ReadLimits(timeout_s=60.0), stop, lambda one, _: told.append(one.name))
    assert told == []


def test_the_silent_one_is_asked_once_more_and_says_since_when(rogue: Rogues, target: Aim) -> None:
    dead = rogue(_silent, HELLO)
    reading = asyncio.run(read_device(replace(target(dead.port), silent=True), HASTY))
    assert dead.asked == 1
    assert {entry.completeness for entry in reading.coverage} == {Completeness.TIMED_OUT}
    assert {str(entry.reason) for entry in reading.coverage} == {"timeout, as throughout the scan"}
    assert reading.hint is not None


def test_the_silent_one_that_came_up_is_read_with_all_patience(rogue: Rogues, target: Aim, patient: ReadLimits) -> None:
    late = rogue(_honest, HELLO)
    reading = asyncio.run(read_device(replace(target(late.port), silent=True), patient))
    assert reading.hint is None
    assert {entry.completeness for entry in reading.coverage} <= {Completeness.COMPLETE, Completeness.UNSUPPORTED}
