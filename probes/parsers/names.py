"""Which interface a name means: every command spells it its own way.

A command line shows no ifIndex. Where SNMP told them, now or in an earlier reading, the names lead there, and an
interface is called as SNMP calls it: one port has one name, whichever way it was read. Elsewhere an interface has a
number made of its name, above every real ifIndex and the same in every reading.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.facts import InterfaceFact
    from probes.platforms.cli import Cli

_NAME: Final = re.compile(r"([A-Za-z][A-Za-z_ -]*?)[ _:-]*(\d[\w/:.-]*)")
_SEPARATORS: Final = re.compile(r"[\s_-]+")
_FIRST: Final = 1 << 31
"""An ifIndex is a positive INTEGER of 32 bits with sign: these numbers are beyond."""


def spelled(written: str, cli: Cli) -> str:
    """Return the long form of an interface's name: ``GE0/0/1`` → ``GigabitEthernet0/0/1``."""
    plain = written.strip()
    found = _NAME.fullmatch(plain)
    long = cli.names.get(found[1].strip(" -_").lower()) if found else None
    return f"{long}{found[2]}" if found and long else plain


def _key(written: str, cli: Cli) -> str:
    """Return what all spellings of a name have in common."""
    return _SEPARATORS.sub("", spelled(written, cli).lower())


def kind(name: str) -> str:
    """Return what stands before the number, lower case."""
    found = _NAME.fullmatch(name)
    return (found[1] if found else name).strip(" -_").lower()


class Ports:
    """The interfaces of one device by name."""

    def __init__(self, cli: Cli, known: Iterable[InterfaceFact] = (), remembered: Iterable[InterfaceFact] = ()) -> None:
        """Take what SNMP told of the device's interfaces: in this reading, and in an earlier one."""
        self._cli = cli
        self._numbers: dict[str, int] = {}
        self._asked: dict[int, str] = {}
        self._called: dict[int, str] = {}
        self._learn(known)
        self.known = frozenset(self._numbers.values())
        self._learn(one for one in remembered if one.if_index < _FIRST)

    def _learn(self, interfaces: Iterable[InterfaceFact]) -> None:
        for interface in interfaces:
            self._called.setdefault(interface.if_index, interface.name)
            for name in (interface.name, interface.description):
                self._numbers.setdefault(_key(name, self._cli), interface.if_index)

    def called(self, name: str) -> str:
        """Return what an interface is called: as SNMP calls it where it told, else the long form."""
        return self._called.get(self.number(name), spelled(name, self._cli))

    def number(self, name: str) -> int:
        """Return the ifIndex of a name, or the number made of it."""
        key = _key(name, self._cli)
        if key not in self._numbers:
            self._numbers[key] = _FIRST + zlib.crc32(key.encode())
        number = self._numbers[key]
        self._asked.setdefault(number, self._called.get(number, spelled(name, self._cli)))
        return number

    def names(self) -> dict[int, str]:
        """Return the long name of every interface that was asked for."""
        return dict(self._asked)
