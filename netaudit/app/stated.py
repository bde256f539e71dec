"""Do the ports that people name exist, and which of those that were read is meant?"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from inventory.location.ports import Ports
from inventory.model.portname import canonical
from inventory.model.records import PointView, PortMatch, StatementView
from inventory.model.text import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inventory.model.text import Text
    from inventory.registry.engine import Registry
    from reports.kinds.listing import PortAsRead

_NEAREST: Final = 3
"""So many names are worth reading."""


class ReadPorts:
    """The ports of each device as it was read last."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._sweeps = sorted((view.id for view in registry.sweep_times()), reverse=True)
        self._names: dict[str, tuple[Ports, tuple[str, ...]] | None] = {}

    def match(self, device: str, port: str) -> PortMatch:
        """Say whether a device has a port, however it is spelled."""
        read = self._read(device)
        if read is None:
            return PortMatch.UNREAD
        return PortMatch.NO_PORT if read[0].find(device, port) is None else PortMatch.FOUND

    def nearest(self, device: str, port: str) -> tuple[str, ...]:
        """Return the names of ports that are spelled most like one, the most alike first."""
        read = self._read(device)
        names = {canonical(name): name for name in read[1]} if read is not None else {}
        return tuple(names[one] for one in get_close_matches(canonical(port), names, _NEAREST, 0.5))

    def as_read(self, record: object) -> PortAsRead:
        """Return what a listing shows beside a record that names a port: the first one that is not there counts."""
        found: PortAsRead = (None, None)
        for device, port in named(record):
            match = self.match(device, port)
            if match is PortMatch.NO_PORT:
                return match, ", ".join(self.nearest(device, port)) or None
            if found[0] is not PortMatch.UNREAD:
                found = (match, None)
        return found

    def doubts(self, record: object) -> Iterator[Text]:
        """Yield what is to be said of a record that names a port nobody read."""
        for device, port in named(record):
            match = self.match(device, port)
            if match is PortMatch.UNREAD:
                yield text(
                    "{device} was never read: nobody knows whether it has a port {port}.", device=device, port=port
                )
            elif match is PortMatch.NO_PORT:
                nearest = ", ".join(self.nearest(device, port))
                if nearest:
                    yield text(
                        "{device} has no port {port}: this has no effect. Most alike: {nearest}.",
                        device=device,
                        port=port,
                        nearest=nearest,
                    )
                else:
                    yield text("{device} has no port {port}: this has no effect.", device=device, port=port)

    def _read(self, device: str) -> tuple[Ports, tuple[str, ...]] | None:
        """Return the ports of a device and their names, by the newest sweep that read them."""
        if device not in self._names:
            rows = next((rows for n in self._sweeps if (rows := self._registry.archive.interfaces(n, device))), None)
            self._names[device] = None if rows is None else (Ports(rows), tuple(sorted({row.name for row in rows})))
        return self._names[device]


def named(record: object) -> Sequence[tuple[str, str]]:
    """Return the ports that a point hangs on, or that a statement is about."""
    pairs: list[tuple[str | None, str | None]] = []
    if isinstance(record, PointView):
        pairs = [(record.device, record.port)]
    elif isinstance(record, StatementView):
        pairs = [(record.device, record.port), (record.other, record.other_port)]
    return [(device, port) for device, port in pairs if device and port]
