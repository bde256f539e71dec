"""Quiet hours while a sweep runs: nothing is sent there, and what was left out for them is remembered."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import TYPE_CHECKING, Final, TypeAlias

from inventory.model.sweep import Skipped
from inventory.model.text import text
from netaudit.app.halt import Halt

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable
    from datetime import time as clock

    from inventory.model.hours import Span
    from netaudit.app.manners import Manners
    from probes.contract import Block, DeviceTarget, SshTarget

    Target: TypeAlias = DeviceTarget | SshTarget

LOOK_S: Final = 1.0
"""How often it is looked whether quiet hours have begun."""


class Quiet:
    """What quiet hours hold back: blocks of addresses, and devices that would be read."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._blocks: dict[str, tuple[Block, Span]] = {}
        self._devices: dict[str, Span] = {}

    def __bool__(self) -> bool:
        return bool(self._blocks or self._devices)

    def blocks(self, some: Iterable[Block]) -> list[str]:
        """Note and return, by their keys, the blocks that are in their quiet hours now."""
        now = time_of_day()
        found = {one.key: (one, span) for one in some if (span := self._manners.quiet(one.plane, one.network, now))}
        self._blocks.update(found)
        return list(found)

    def devices(self, some: Iterable[Target]) -> set[str]:
        """Note and return the names of the devices whose addresses are in their quiet hours now."""
        found = self.asleep(some)
        self._devices.update(found)
        return set(found)

    def asleep(self, some: Iterable[Target]) -> dict[str, Span]:
        """Return the devices whose addresses are in their quiet hours now, with these."""
        now = time_of_day()
        networks = ((one, ip_network(one.address)) for one in some)
        return {one.name: span for one, at in networks if (span := self._manners.quiet(one.plane, at, now))}

    def skipped(self) -> list[Skipped]:
        """Say what was left out."""
        return [
            *(
                Skipped(str(block.network), text("Quiet hours {span}: not scanned, or not to the end.", span=str(span)))
                for block, span in self._blocks.values()
            ),
            *(
                Skipped(name, text("Quiet hours {span}: not read.", span=str(span)))
                for name, span in sorted(self._devices.items())
            ),
        ]


class Curfew(Halt):
    """Ends the reading of devices as soon as one that is still to be read comes into its quiet hours."""

    def __init__(self, whole: threading.Event, quiet: Quiet, unread: Callable[[], Iterable[Target]]) -> None:
        super().__init__(whole)
        self._quiet, self._unread = quiet, unread
        self._look_at = time.monotonic() + LOOK_S

    def is_set(self) -> bool:
        """Look now and then at the clock on the wall, whichever thread asks."""
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + LOOK_S
            if self._quiet.devices(self._unread()):
                self.set()
        return super().is_set()


def time_of_day() -> clock:
    """Return it by the clock on the wall, not the sweep's own: that is the one people work by."""
    return datetime.now(UTC).astimezone().time()
