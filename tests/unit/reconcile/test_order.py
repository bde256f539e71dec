"""The same facts and filings in any order, or told twice, give the same comparison."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.location.engine import locate
from inventory.model.records import DeviceRole, Filed, PointView, PrefixView, RegistrationView, UnitView
from inventory.reconcile.identity import observe
from inventory.reconcile.result import reconcile
from tests.simulator.story import Story, gather, later, station

if TYPE_CHECKING:
    from random import Random

    from inventory.model.observation import Reconciliation

_FILED = Filed(
    units=(UnitView("A", "A"), UnitView("B", "B")),
    points=(PointView("PA", "A", "A", device="core", port="GE0/0/2"), PointView("PB", "B", "B")),
    prefixes=(
        PrefixView(ip_network("10.1.0.0/28"), "A", "public", "PA", gateway=ip_address("10.1.0.1")),
        PrefixView(ip_network("10.1.0.16/28"), "B", "public", "PB", dhcp=True),
    ),
    registrations=tuple(
        RegistrationView(n, "AB"[n % 2], "public", ip_address(f"10.1.0.{n + 2}"), station(n % 9)) for n in range(1, 16)
    ),
)

_numbers = st.integers(1, 10)
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("learn"), st.sampled_from(["core", "sw"]), st.integers(1, 6), _numbers, st.integers(0, 2)),
        st.tuples(st.just("resolve"), st.just("core"), st.integers(2, 30), _numbers, st.integers(0, 2)),
        st.tuples(st.just("alive"), st.just(""), st.integers(2, 30), st.just(0), st.integers(0, 2)),
    ),
    max_size=40,
)


def _story(steps: list[tuple[str, str, int, int, int]]) -> Story:
    story = Story()
    core = story.device("core", DeviceRole.CORE, address="10.1.0.1")
    switch = story.device("sw", point="PB")
    story.learn("core", 2, switch)
    story.learn("sw", 1, core)
    story.covered("core")
    story.scanned("10.1.0.0/27")
    for what, device, number, mac, minutes in steps:
        if what == "learn":
            story.learn(device, number, station(mac), at=later(minutes))
        elif what == "resolve":
            story.resolve(device, f"10.1.0.{number}", station(mac), at=later(minutes))
        else:
            story.alive(f"10.1.0.{number}", at=later(minutes))
    return story


def _compare(story: Story, filed: Filed) -> Reconciliation:
    facts = gather(story.facts, story.coverage, story.blocks)
    observations = observe(facts, locate(facts, story.devices), story.devices)
    return reconcile(replace(filed, devices=tuple(story.devices)), observations, facts, as_of=later(60))


@settings(max_examples=60, deadline=None)
@given(steps=_steps, random=st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(steps: list[tuple[str, str, int, int, int]], random: Random) -> None:
    story = _story(steps)
    expected = _compare(story, _FILED)
    story.facts = random.sample(story.facts * 2, 2 * len(story.facts))
    story.coverage = random.sample(story.coverage * 2, 2 * len(story.coverage))
    story.blocks *= 2
    story.devices.reverse()
    shuffled = replace(
        _FILED,
        registrations=tuple(random.sample(_FILED.registrations, len(_FILED.registrations))),
        units=_FILED.units[::-1],
        points=_FILED.points[::-1],
        prefixes=_FILED.prefixes[::-1],
    )
    assert _compare(story, shuffled) == expected


@settings(max_examples=60, deadline=None)
@given(steps=_steps)
def test_every_number_can_be_recomputed(steps: list[tuple[str, str, int, int, int]]) -> None:
    found = _compare(_story(steps), _FILED)
    matched = [f.registration.id for one in found.units for f in one.findings if f.registration is not None]
    assert len(matched) == len(set(matched))
    assert sum(one.filed for one in found.units) == len(_FILED.registrations)
    for one in found.units:
        assert one.observed == len(one.findings) == one.registered_observed + one.unregistered
        assert one.mismatched <= one.registered_observed
    absent = {m.registration.id for one in found.units for m in one.missing}
    assert not absent & set(matched)


@settings(max_examples=60, deadline=None)
@given(steps=_steps)
def test_every_station_a_row_names_is_observed_once(steps: list[tuple[str, str, int, int, int]]) -> None:
    story = _story(steps)
    found = _compare(story, _FILED)
    macs = [f.observation.mac for one in found.units for f in one.findings if f.observation.mac is not None]
    named = {station(mac) for what, _, _, mac, _ in steps if what != "alive"}
    assert len(macs) == len(set(macs))
    assert set(macs) == named
    held = {ip for one in found.units for f in one.findings for ip in f.observation.ips}
    assert {ip_address(f"10.1.0.{number}") for what, _, number, _, _ in steps if what != "learn"} == held
