"""What a sweep owes the network beside its pace: narrow ways, quiet hours. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inventory.model.hours import within
from inventory.model.records import Tier
from probes.contract import Lane

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import time

    from inventory.model.hours import Span
    from inventory.model.records import Filed, PrefixView
    from inventory.model.values import IPNetwork
    from netaudit.settings import SweepSettings
    from probes.contract import Block


class Manners:
    """The limits of registered prefixes, asked for blocks of addresses."""

    def __init__(self, filed: Filed, settings: SweepSettings, *, quiet: bool = True) -> None:
        """Take in the records; ``quiet`` tells whether quiet hours are kept."""
        village = _village_points(filed)
        self._hours = settings.quiet_hours if quiet else ""
        self._quiet = [p for p in filed.prefixes if quiet and p.quiet_hours]
        self._lanes: list[tuple[PrefixView, Lane]] = []
        for prefix in filed.prefixes:
            if prefix.rate_limit is not None:
                self._lanes.append((prefix, Lane(f"prefix:{prefix.plane} {prefix.cidr}", float(prefix.rate_limit))))
            elif prefix.point in village:
                self._lanes.append((prefix, Lane(f"point:{prefix.point}", settings.village_rate)))

    def minded(self, blocks: Iterable[Block]) -> list[Block]:
        """Return blocks in the narrowest of the lanes their addresses lie in."""
        return [replace(block, lane=self._lane(block)) for block in blocks] if self._lanes else list(blocks)

    def quiet(self, plane: str, network: IPNetwork, now: time) -> Span | None:
        """Return the quiet hours a network or a single address is in."""
        found = within(self._hours, now)
        if found is not None:
            return found
        spans = (within(p.quiet_hours, now) for p in self._quiet if _touches(p, plane, network))
        return next((span for span in spans if span is not None), None)

    def _lane(self, block: Block) -> Lane | None:
        lanes = (lane for prefix, lane in self._lanes if _touches(prefix, block.plane, block.network))
        return min(lanes, key=lambda lane: (lane.pps, lane.key), default=None)


def _village_points(filed: Filed) -> frozenset[str | None]:
    tiers = {unit.code: unit.tier for unit in filed.units}
    return frozenset(point.code for point in filed.points if (point.tier or tiers.get(point.unit)) is Tier.VILLAGE)


def _touches(prefix: PrefixView, plane: str, network: IPNetwork) -> bool:
    return prefix.plane == plane and prefix.cidr.version == network.version and prefix.cidr.overlaps(network)
