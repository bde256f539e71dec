"""How often something may be asked: a bucket of chances per account, token or address, filled again steadily.

The buckets are kept in memory and are at most :data:`_MOST`: whoever asks from more places than that pushes the oldest
buckets out, which then are full again. A restart fills them all. Wrong passwords are counted in the registry besides.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from netaudit.settings import ServeSettings

_MOST: Final = 10_000
_MINUTE: Final = 60.0
_NETWORK_SHIFT: Final = 64
"""A computer has a whole /64 of IPv6 addresses to ask from."""


class Limits:
    """Buckets of one portal; threads may share them."""

    def __init__(self, settings: ServeSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = {
            "login": settings.logins_per_minute,
            "stranger": settings.logins_per_minute,
            "api": settings.requests_per_minute,
            "upload": settings.uploads_per_minute,
        }
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, kind: str, who: str) -> int:
        """Take one chance; return 0, or after how many seconds there is one again.

        Args:
            kind: ``login``, ``stranger`` (a token that is none), ``api`` or ``upload``.
            who: account, token or address.
        """
        full = float(self._per_minute[kind])
        with self._lock:
            now = self._clock()
            left, since = self._buckets.pop((kind, who), (full, now))
            left = min(full, left + (now - since) * full / _MINUTE)
            granted = left >= 1
            self._buckets[kind, who] = (left - 1 if granted else left, now)
            if len(self._buckets) > _MOST:
                self._buckets.popitem(last=False)
        return 0 if granted else max(1, round((1 - left) * _MINUTE / full + 0.5))


def place_of(address: str) -> str:
    """Return what stands for an address: itself, or the /64 of an IPv6 address."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(IPv6Address(int(found) >> _NETWORK_SHIFT << _NETWORK_SHIFT))
    return str(found)
