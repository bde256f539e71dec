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
    _needed: int = _GOOD_IN_A_ROW
    """How many whole answers in a row allow more: twice as many after each setback, so that what fails fails rarely."""
    _fresh: bool = True

    @classmethod
    def remembered(cls, rows: int | None, *, bulk: bool) -> Pace:
        """Return the pace of a device of which :meth:`learned` was kept; None is a device nobody has read."""
        if rows is None:
            return cls(bulk)
        ceiling = None if rows >= VARBINDS_WANTED else max(1, rows)
        return cls(bulk, ceiling, singly=rows < 1, _needed=2 * _GOOD_IN_A_ROW, _fresh=False)

    def learned(self) -> int | None:
        """Return the most rows to ask for next time, 0 for one at a time; None when nothing was learned."""
        if self._fresh or not self.bulk:
            return None
        if self.singly:
            return 0
        return VARBINDS_WANTED if self.ceiling is None else self.ceiling

    def verb(self) -> Verb:
        """Return how to ask for the next row."""
        return Verb.BULK if self.bulk and not self.singly else Verb.NEXT

    def repetitions(self, columns: int) -> int:
        """Return how many rows to ask for in one request of so many columns."""
        wanted = max(_FEWEST, VARBINDS_WANTED // columns)
        return wanted if self.ceiling is None else min(wanted, self.ceiling)

    def answered(self) -> None:
        """Note a whole answer: enough of them allow half as much again."""
        self._good += 1
        if self._fresh:
            self.ceiling, self._fresh = None, False
        if self._good < self._needed:
            return
        self._good = 0
        if self.singly:
            self.singly = False
        elif self.ceiling is not None:
            grown = max(self.ceiling + 1, int(self.ceiling * _GROWTH))
            self.ceiling = grown if grown < VARBINDS_WANTED else None

    def retreat(self, columns: int, *, to_one: bool = False) -> bool:
        """Ask for less from now on; False when there is no less."""
        if not self._fresh:
            self._needed *= 2
        self._good, self._fresh = 0, False
        if self.verb() is Verb.NEXT:
            return False
        now = self.repetitions(columns)
        if now > 1:
            self.ceiling = 1 if to_one else now // 2
        else:
            self.singly = True
        return True
