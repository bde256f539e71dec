"""How much one request asks for: as much as the device has shown to bear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from probes.snmp.pdu import Verb

VARBINDS_WANTED: Final = 50
"""Some 1,450 octets of forwarding table: the last size that fits one Ethernet frame."""
_FEWEST: Final = 5
_FIRST: Final = 10
_GOOD_IN_A_ROW: Final = 8
_GROWTH: Final = 1.5


@dataclass(slots=True)
class Pace:
    """Max-repetitions for one device, kept across its tables."""

    bulk: bool
    """False for SNMPv1, which has no GETBULK."""
    ceiling: int | None = _FIRST
    """The most repetitions to ask for; None is no limit found. The first request is careful."""
    singly: bool = False
    """Ask with GETNEXT: even one repetition was too much."""
    _good: int = 0
    _fresh: bool = True

    def verb(self) -> Verb:
        """Return how to ask for the next row."""
        return Verb.BULK if self.bulk and not self.singly else Verb.NEXT

    def repetitions(self, columns: int) -> int:
        """Return how many rows to ask for in one request of so many columns."""
        wanted = max(_FEWEST, VARBINDS_WANTED // columns)
        return wanted if self.ceiling is None else min(wanted, self.ceiling)

    def answered(self) -> None:
        """Note a whole answer: eight of them allow half as much again."""
        self._good += 1
        if self._fresh:
            self.ceiling, self._fresh = None, False
        if self._good < _GOOD_IN_A_ROW:
            return
        self._good = 0
        if self.singly:
            self.singly = False
        elif self.ceiling is not None:
            grown = max(self.ceiling + 1, int(self.ceiling * _GROWTH))
            self.ceiling = grown if grown < VARBINDS_WANTED else None

    def retreat(self, columns: int, *, to_one: bool = False) -> bool:
        """Ask for less from now on; False when there is no less."""
        self._good, self._fresh = 0, False
        if self.verb() is Verb.NEXT:
            return False
        now = self.repetitions(columns)
        if now > 1:
            self.ceiling = 1 if to_one else now // 2
        else:
            self.singly = True
        return True
