"""A sweep's conclusions for the portal's tests: three endpoints of two units, one of them filed otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

from inventory.model.location import Evidence, Location, Verdict
from inventory.model.observation import Confidence, Observation
from inventory.model.values import Mac

if TYPE_CHECKING:
    from inventory.registry.engine import Registry

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


def endpoint(ip: str, mac: str) -> Observation:
    """One endpoint that answered a probe."""
    evidence = (Evidence("probe:icmp", None, AT, f"{ip} answered"),)
    where = Location(Mac.parse(mac), Verdict.PROBE_ONLY, None)
    return Observation("public", Mac.parse(mac), (ip_address(ip),), where, AT, AT, Confidence.SINGLE, evidence)


def sweep(registry: Registry, *found: Observation) -> int:
    """Store a finished sweep that saw these endpoints."""
    number = registry.start_sweep({"targets": ["10.0.0.0/16"]}, {}, AT)
    registry.replace_observations(number, found)
    summary = {"targets": 512, "probed": 512, "alive": len(found), "skipped": []}
    registry.finish_sweep(number, "complete", AT + timedelta(minutes=1), summary)
    return number
