"""Broken messages, as many as take seconds; ``make fuzz`` reads a hundred thousand of each kind."""

from __future__ import annotations

from tests.fuzz import broken


def test_broken_replies_are_refused_or_read() -> None:
    tally = broken.community_messages(seed=1, count=4000)
    assert tally.total == 4000
    assert tally.refused > tally.accepted > 0


def test_broken_replies_of_a_user_are_refused_or_read() -> None:
    tally = broken.user_messages(seed=1, count=300)
    assert tally.total == 300
    assert tally.refused > tally.accepted > 0


def test_a_device_that_lies_is_read_to_an_end() -> None:
    assert broken.lying_devices(seed=1, count=1500) >= 1500


def test_nothing_is_kept_of_broken_replies() -> None:
    assert broken.growth(seed=1, count=1000) < 1_000_000
