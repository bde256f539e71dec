"""Sensors and their states are told in the reader's language; names the device made up stay."""

from __future__ import annotations

import pytest

from netaudit.i18n import translator
from probes.mibs import powernet, ups
from probes.mibs.measured import Gauge, Word
from reports import sensorwords

TOLD = [
    one
    for module in (ups, powernet)
    for group in vars(module).values()
    for one in (group if isinstance(group, tuple) else (group,))
    if isinstance(one, Gauge | Word)
]
STATES = sorted({word for one in TOLD if isinstance(one, Word) for word, _ in one.words.values()})
NAMES = sorted({one.sensor for one in TOLD})


def test_there_are_states_and_names() -> None:
    assert len(STATES) > 20
    assert len(NAMES) > 8


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_word(state: str) -> None:
    assert not sensorwords.state(state).render(translator("zh")).isascii()


@pytest.mark.parametrize("name", NAMES)
def test_every_sensor_of_ours_has_a_name(name: str) -> None:
    assert not sensorwords.sensor(name).render(translator("zh")).isascii()
    assert not sensorwords.sensor(f"{name} 2").render(translator("zh")).isascii()


@pytest.mark.parametrize("name", ["Inlet Temp (12)", "batteryroom", "温度 1"])
def test_what_a_device_calls_its_sensor_stays(name: str) -> None:
    assert str(sensorwords.sensor(name)) == name


def test_an_unknown_state_stays() -> None:
    assert str(sensorwords.state("vendorSaysSo")) == "vendorSaysSo"
