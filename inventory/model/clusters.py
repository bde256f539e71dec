"""Load-balancing clusters: the cards several hosts share, and the cards they send from. Pure.

Microsoft NLB makes a cluster's card of its first address (Windows Server 2008 R2, "Network Load Balancing Technical
Overview"; Windows Server, "Network infrastructure setup for the NLB operation mode"; Cisco, "Catalyst Switches for
Microsoft NLB Configuration Example"):

* unicast: every host takes ``02-BF`` and the four octets of the address as its own; a host of priority *n* sends from
  ``02-n`` and the same octets (MaskSourceMAC, on unless turned off), so that no switch learns the shared one;
* multicast: ``03-BF`` and the four octets, IGMP multicast: ``01-00-5E-7F`` and the last two; hosts keep their cards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.values import IPAddress, Mac

_UNICAST: Final = "02:bf:"
_MULTICAST: Final = ("03:bf:", "01:00:5e:7f:")
_HOSTS: Final = range(1, 33)
"""Host priorities: at most 32 hosts in a cluster."""
_TAIL: Final = len("02:bf:")


def is_group_cluster(mac: Mac) -> bool:
    """Whether an address that resolves to this card belongs to a multicast cluster: no host alone may say so."""
    return mac.text.startswith(_MULTICAST)


def is_first_address(mac: Mac, ip: IPAddress) -> bool:
    """Whether a unicast cluster's card was made of this address."""
    return ip.version == 4 and mac.text == _UNICAST + ip.packed.hex(":")  # noqa: PLR2004 -- IPv4


def host_of(mac: Mac) -> str | None:
    """Return the card of the cluster that this would be a host of; None where no host has such a card."""
    text = mac.text
    return _UNICAST + text[_TAIL:] if text.startswith("02:") and int(text[3:5], 16) in _HOSTS else None


def clusters(resolved: Iterable[tuple[IPAddress, Mac]], learned: Iterable[Mac]) -> dict[Mac, tuple[Mac, ...]]:
    """Return the clusters' cards, and for each the cards of its hosts that a switch learned, in order.

    A card that merely begins like a cluster's may be somebody's random one: it takes an address it was made of, or a
    host's card with the same octets.

    Args:
        resolved: addresses with the cards they were resolved to.
        learned: the cards that switches learned.
    """
    sure: set[Mac] = set()
    possible: dict[str, Mac] = {}
    for ip, mac in resolved:
        if is_group_cluster(mac):
            sure.add(mac)
        elif mac.text.startswith(_UNICAST):
            possible[mac.text] = mac
            if is_first_address(mac, ip):
                sure.add(mac)
    if not (sure or possible):
        return {}
    hosts: dict[str, set[Mac]] = {}
    for mac in learned:
        of = host_of(mac)
        if of in possible:
            hosts.setdefault(of, set()).add(mac)
    sure |= {possible[of] for of in hosts}
    return {mac: tuple(sorted(hosts.get(mac.text, ()))) for mac in sorted(sure)}
