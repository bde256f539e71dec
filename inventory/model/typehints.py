"""What an endpoint may be, judged by who made its card and how it answered: hints with their sources, never an answer.

Sources: makers (``makers.toml``); the TTL systems send with (64 Unix-like, 128 Windows, 255 network equipment:
a convention, in no standard); TCP 135 (Microsoft RPC) and 3389 (remote desktop); NetBIOS names (RFC 1001); what it
announces to its switch: capabilities (IEEE 802.1AB, CDP), maker and model (LLDP-MED, ANSI/TIA-1057), platform (CDP);
services it tells by multicast DNS (RFC 6763, types registered with IANA).
"""

from __future__ import annotations

import re
import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from inventory.model.nature import Nature, nature
from inventory.model.text import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
_ABLE: Final = re.compile(r"^port=.*? capabilities=([a-z_,]+) chassis=")
_SAID: Final = re.compile(r" description=(.+)$")
_SERVICES: Final = re.compile(r"\budp/5353 (?:.*\b)?services=(\S+)")
_ANNOUNCED: Final = {
    "telephone": (Kind.TELEPHONE, text("announces itself as telephone")),
    "access_point": (Kind.NETWORK, text("announces itself as access point")),
    "router": (Kind.NETWORK, text("announces itself as router")),
    "cable_modem": (Kind.NETWORK, text("announces itself as cable modem")),
    "bridge": (Kind.NETWORK, text("announces itself as bridge")),
}
"""Strongest first; a telephone is a bridge, too, for the computer behind it."""


def type_hints(seen: Observation, maker: str | None) -> tuple[Hint, ...]:
    """Return every hint once, the kind with most of them first.

    Args:
        seen: the endpoint.
        maker: who made its card, if that is known.
    """
    found = list(dict.fromkeys((*_by_card(seen, maker), *_by_answers(seen), *_by_announcements(seen))))
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


def _by_announcements(seen: Observation) -> Iterator[Hint]:
    """Yield what it tells its switch, and everybody on its link, about itself."""
    for line in seen.evidence:
        if found := _ABLE.search(line.row):
            able = found[1].split(",")
            yield from (Hint(*hint) for word, hint in _ANNOUNCED.items() if word in able and _is_first(word, able))
        if line.row.startswith("port=") and (found := _SAID.search(line.row)):
            because = text("says of itself: {words}", words=found[1])
            named = tuple(kind for kind, words in _words() if words.search(found[1])) or _kinds_of(found[1])
            yield from (Hint(kind, because) for kind in named)
        if not seen.shared_ips and line.source.startswith("probe:") and (found := _SERVICES.search(line.row)):
            for service in found[1].split(","):
                if service in _services():
                    yield Hint(_services()[service], text("offers the service {service}", service=service))


def _is_first(word: str, able: list[str]) -> bool:
    return next(one for one in _ANNOUNCED if one in able) == word


@cache  # a few makers made the cards of thousands of endpoints
def _kinds_of(maker: str) -> tuple[Kind, ...]:
    return tuple(kind for kind, names in _makers() if names.search(maker))


@cache
def _makers() -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    """Return which kind of device the cards of some makers sit in."""
    return tuple((Kind(kind), _any_of(names)) for kind, names in _table("makers.toml").items())


@cache
def _words() -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    """Return by which words devices name what they are."""
    table = _table("announced.toml")["words"]
    return tuple(
        (Kind(kind), re.compile(rf"{_any_of(words).pattern}\b", re.IGNORECASE)) for kind, words in table.items()
    )


@cache
def _services() -> dict[str, Kind]:
    """Return which kind of device offers which service."""
    table = _table("announced.toml")["services"]
    return {service: Kind(kind) for kind, services in table.items() for service in services}


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})", re.IGNORECASE)


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
