"""How fast packets may leave: the timetable all of them keep, and those of gateways, lanes and the local link. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.sweep.timetable import Timetable

if TYPE_CHECKING:
    from probes.sweep.orders import Orders, Path
    from probes.sweep.wave import Wave


class Paces:
    """All timetables of a sweep."""

    def __init__(self, orders: Orders, now: float) -> None:
        self._rate, self._new_pps = orders.rate_pps, orders.new_pps
        self.packets = Timetable(orders.rate_pps, now)
        self._arps = Timetable(orders.arp_pps, now)
        self._gateways: dict[str, Timetable] = {}
        self._lanes: dict[str, Timetable] = {}
        self._slower: dict[tuple[Path, str], Timetable] = {}
        """Where answers were lost at the pace asked for."""

    def begin(self, wave: Wave, now: float) -> None:
        """Take in a wave; what others did not use before it began is not for it."""
        if not wave.path.direct:
            self._gateways.setdefault(wave.gateway, Timetable(self._new_pps, now)).rest(now)
        if wave.lane:
            self._lanes.setdefault(wave.lane.key, Timetable(wave.lane.pps, now)).rest(now)

    def allowed(self, wave: Wave, most: int, now: float) -> int:
        """Return how many of a wave's next packets, ``most`` at most, may leave for all that is its own."""
        return wave.ready(min([most, *(own.ready(now) for own in self._own(wave))]), now)

    def wait(self, wave: Wave, now: float) -> float:
        """Seconds until a wave's next packet may leave."""
        return max([self.packets.wait(now), wave.held_s(now), *(own.wait(now) for own in self._own(wave))])

    def take(self, wave: Wave, count: int) -> None:
        """Spend the turns of so many packets of a wave."""
        for timetable in (self.packets, *self._own(wave)):
            timetable.take(count)

    def slow_down(self, wave: Wave, pps: float, now: float) -> None:
        """Halve the pace towards a gateway, or on a link, for the rest of the sweep: answers were lost at this one."""
        key = (wave.path, wave.gateway)
        rate = min(pps, self._slower[key].rate if key in self._slower else self._rate) / 2
        self._slower[key] = Timetable(max(1.0, rate), now)

    def _own(self, wave: Wave) -> list[Timetable]:
        """Return the timetables a wave keeps beside the common one."""
        own = [self._lanes[wave.lane.key]] if wave.lane else []
        slower = self._slower.get((wave.path, wave.gateway))
        if slower:
            own.append(slower)
        if wave.path.direct:
            own.append(self._arps)
        elif wave.number == 0:
            own.append(self._gateways[wave.gateway])
        return own
