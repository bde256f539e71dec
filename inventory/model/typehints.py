"""What an endpoint may be, judged by who made its card and how it answered: hints with their sources, never an answer.

Sources: makers (``makers.toml``); the TTL systems send with (64 Unix-like, 128 Windows, 255 network equipment:
a convention, in no standard); TCP 135 (Microsoft RPC) and 3389 (remote desktop); NetBIOS names (RFC 1001).
"""

from __future__ import annotations

import re
import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, NamedTuple

from inventory.model.nature import Nature, nature
from inventory.model.text import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.model.observation import Observation


class Kind(StrEnum):
    """What kind of device."""

    COMPUTER = "computer"
    VIRTUAL_MACHINE = "virtual_machine"
    PRINTER = "printer"
    CAMERA = "camera"
    TELEPHONE = "telephone"
    STORAGE = "storage"
    NETWORK = "network"
    """A router, switch, access point or firewall."""


class Hint(NamedTuple):
    """One reason to take an endpoint for something."""

    kind: Kind
    because: Text


_HYPER_V: Final = "00:15:5d:"
"""Microsoft's block for virtual machines; its others are in tablets and consoles."""
_OPEN: Final = re.compile(r"\btcp/(135|3389) open\b")
_TTL: Final = re.compile(r"\becho reply ttl=(\d+)\b")
_NETBIOS: Final = re.compile(r"\budp/137 name=")
_UNIX, _WINDOWS = 64, 128


def type_hints(seen: Observation, maker: str | None) -> tuple[Hint, ...]:
    """Return every hint once, the kind with most of them first.

    Args:
        seen: the endpoint.
        maker: who made its card, if that is known.
    """
    found = list(dict.fromkeys((*_by_card(seen, maker), *_by_answers(seen))))
    many = {kind: sum(one.kind is kind for one in found) for kind in Kind}
    return tuple(sorted(found, key=lambda one: (-many[one.kind], one.kind)))


def kinds(hints: tuple[Hint, ...]) -> tuple[Kind, ...]:
    """Return what it may be, each once; more than one: the hints contradict each other."""
    return tuple(dict.fromkeys(hint.kind for hint in hints))


def _by_card(seen: Observation, maker: str | None) -> Iterator[Hint]:
    if nature(seen) is Nature.VIRTUAL or (seen.mac is not None and seen.mac.text.startswith(_HYPER_V)):
        yield Hint(Kind.VIRTUAL_MACHINE, text("a card of a hypervisor or container engine"))
    elif maker is not None:
        because = text("card made by {maker}", maker=maker)
        yield from (Hint(kind, because) for kind in _kinds_of(maker))


def _by_answers(seen: Observation) -> Iterator[Hint]:
    """Yield what its own answers tell; an address that two cards use tells of neither."""
    if seen.shared_ips:
        return
    for row in (line.row for line in seen.evidence if line.source.startswith("probe:")):
        if _NETBIOS.search(row):
            yield Hint(Kind.COMPUTER, text("answers to its NetBIOS name"))
        if found := _OPEN.search(row):
            yield Hint(Kind.COMPUTER, text("tcp/{port} is open, a service of Windows", port=found[1]))
        if found := _TTL.search(row):
            ttl = int(found[1])
            if _UNIX < ttl <= _WINDOWS:
                yield Hint(Kind.COMPUTER, text("answers with TTL {ttl}, as Windows does", ttl=ttl))
            elif ttl > _WINDOWS:
                yield Hint(Kind.NETWORK, text("answers with TTL {ttl}, as network equipment does", ttl=ttl))


@cache  # a few makers made the cards of thousands of endpoints
def _kinds_of(maker: str) -> tuple[Kind, ...]:
    return tuple(kind for kind, names in _makers() if names.search(maker))


@cache
def _makers() -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    """Return which kind of device the cards of some makers sit in."""
    table = tomllib.loads(files(__package__).joinpath("makers.toml").read_text(encoding="utf-8"))
    return tuple(
        (Kind(kind), re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})", re.IGNORECASE))
        for kind, names in table.items()
    )
