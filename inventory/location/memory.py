"""What a table's silence says: who forwards a frame remembers its sender, more or less surely in different hours.

A switch behind a port that was read to its end and does not know a station of that port can hold it all the same: its
table may have forgotten. How often tables do shows on the stations whose way is known. Where it is next to never, the
silence counts, if the switch also shows that it has nothing to do with the station: it holds none of its VLAN, or sees
others of the VLAN come from the port's side, where an unmanaged switch must be.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from inventory.location.behind import Behind
    from inventory.location.trace import Port, Trace
    from inventory.location.view import View
    from inventory.model.values import Mac

_LITTLE: Final = 0.03
"""Share of (station, switch on its way up) that may be missing."""
_ENOUGH: Final = 100
"""So many of them must have been looked at."""


class Memory:
    """What the switches of one sweep would know if they had forwarded it."""

    def __init__(self, view: View, behind: Behind, reports: Mapping[Mac, Trace]) -> None:
        self._view = view
        self._behind = behind
        self._reports = reports

    @cached_property
    def lasting(self) -> bool:
        """Whether next to nothing was forgotten."""
        known = missing = 0
        tellers: dict[tuple[int | None, tuple[str, ...]], list[str]] = {}
        for trace in self._reports.values():
            key = trace.vlan, tuple(trace.candidates)
            if key not in tellers:
                tellers[key] = list(self._passed(*key))
            here = sum([name in trace.ports for name in tellers[key]])
            known += here
            missing += len(tellers[key]) - here
        return known + missing >= _ENOUGH and missing <= _LITTLE * (known + missing)

    def _passed(self, vlan: int | None, candidates: Collection[str]) -> Iterator[str]:
        """Yield the switches read to their end on the way up from the lowest of these, where the VLAN is carried."""
        above, carried = self._behind.above, self._view.carried
        lowest = max(candidates, key=lambda name: (len(above.get(name, ())), name), default="")
        for upper, ports in above.get(lowest, {}).items():
            if upper in self._view.whole and any((upper, port, vlan) in carried for port in ports):
                yield upper

    @cached_property
    def _on(self) -> dict[tuple[str, int, int], list[Trace]]:
        """Per port with devices behind it and VLAN: what is known of its stations."""
        found: dict[tuple[str, int, int], list[Trace]] = {}
        wanted = self._behind.members.keys() | self._behind.suspects.keys()
        for trace in self._reports.values():
            if trace.vlan is None:
                continue
            for device, ports in trace.candidates.items():
                for port in ports:
                    if (device, port) in wanted:
                        found.setdefault((device, port, trace.vlan), []).append(trace)
        return found

    def rules_out(self, name: str, place: Port, trace: Trace, from_above: Callable[[Trace], bool]) -> bool:
        """Whether a device behind the place that does not know the station would know it if it were on its side.

        Args:
            name: the device.
            place: the port it lies behind, where the station was learned.
            trace: the station.
            from_above: whether the device sees another station come from the port's side.
        """
        if name not in self._view.whole or name in trace.ports or trace.vlan is None or not self.lasting:
            return False
        others = [other for other in self._on.get((*place, trace.vlan), ()) if name in other.ports]
        return not others or any(map(from_above, others))
