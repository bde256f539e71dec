"""What a sweep meets: how much of the network can be seen, and what happens meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

ORDINARY = ("tree", "star", "cascade", "points", "ring", "vrrp", "multi-chassis", "tree")
"""Shapes in turn, one per seed."""
REDUNDANT = ("ring", "vrrp", "multi-chassis")


@dataclass(frozen=True, slots=True)
class Condition:
    """Every share is between 0 and 1."""

    name: str
    lldp: float = 1.0
    """Share of switches that speak and hear LLDP."""
    identity: float = 1.0
    """Share of switches (gateways aside) of which anybody can know a MAC."""
    unread: float = 0.0
    """Share of access switches that do not answer."""
    silent: float = 0.0
    """Share of stations that say little; every table forgets every second of them by itself."""
    moved: float = 0.0
    """Share of stations plugged in elsewhere during each sweep."""
    cloned: float = 0.0
    """Share of stations with another one's MAC."""
    truncated: float = 0.0
    """Share of switches of whose forwarding table only a random part is read."""
    hosts: float = 0.0
    """Share of access switches with a host of virtual machines."""
    migrated: float = 0.0
    """Share of virtual machines that change their host during each sweep."""
    spanning: bool = False
    """Whether the switches' spanning trees were read."""
    sweeps: int = 1
    shapes: tuple[str, ...] = ORDINARY


CONDITIONS = (
    Condition("everything visible"),
    Condition("no LLDP", lldp=0.0),
    Condition("LLDP on half, identity of 80 %", lldp=0.5, identity=0.8),
    Condition("10 % of access switches unread", unread=0.1),
    Condition("25 % of access switches unread", unread=0.25),
    Condition("night: half the stations silent", silent=0.5),
    Condition("rings, MC-LAG, VRRP", shapes=REDUNDANT),
    Condition("2 % moved meanwhile, 0.5 % duplicate MACs", moved=0.02, cloned=0.005, sweeps=4),
    Condition("tables of 5 % of switches truncated", truncated=0.05),
    Condition("no LLDP, spanning trees read", lldp=0.0, spanning=True),
    Condition("hosts with two cables, machines migrate", hosts=0.6, migrated=0.05, sweeps=4),
    Condition("all at once", 0.5, 0.8, 0.1, 0.5, 0.02, 0.005, 0.05, sweeps=4),
)
