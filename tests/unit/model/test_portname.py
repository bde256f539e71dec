"""Spellings of one port."""

from __future__ import annotations

import pytest

from inventory.model.portname import canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GE0/0/25", "GigabitEthernet0/0/25"),
        ("gi 0/1", "GigabitEthernet 0/1"),
        ("XGE0/0/1", "XGigabitEthernet0/0/1"),
        ("Te1/0/1", "Ten-GigabitEthernet1/0/1"),
        ("BAGG1", "Bridge-Aggregation1"),
        ("Eth-Trunk 1", "eth-trunk1"),
        ("ＧＥ０／０／１", "GE0/0/1"),
        ("eth3", "eth3"),
        ("port 4", "Port4"),
    ],
)
def test_same_port(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), [("GE0/0/1", "XGE0/0/1"), ("GE0/0/1", "GE0/0/11"), ("uplink", "downlink")])
def test_different_ports(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)
