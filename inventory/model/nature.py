"""What a card or an address is other than one station's own, by its form and by what was concluded of it. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from inventory.model.sources import CLUSTER, CLUSTER_HOST, PROXY

if TYPE_CHECKING:
    from inventory.model.observation import Observation
    from inventory.model.values import Mac

_CONTAINER: Final = "02:42:"
"""What Docker makes its containers' cards of, before the four octets of the address."""
_MACHINE: Final = "52:54:00:"
"""What QEMU and KVM make virtual machines' cards of."""

_HYPERVISORS: Final = frozenset(
    {
        "00:05:69", "00:0c:29", "00:1c:14", "00:50:56",  # VMware
        "00:15:5d",  # Microsoft Hyper-V
        "00:16:3e",  # Xen
        "08:00:27",  # VirtualBox
        "52:54:00", "fa:16:3e",  # QEMU and KVM; OpenStack
    }
)  # fmt: skip
"""What hypervisors make the cards of their machines of, unless told otherwise."""


class Nature(StrEnum):
    """Why a card or an address may not be one station's own."""

    CLUSTER = "cluster"
    """The hosts of a load-balancing cluster share it: no endpoint of its own."""
    CLUSTER_HOST = "cluster_host"
    """A host of such a cluster, under a card or an address that is not the one of its hardware."""
    PROXY = "proxy"
    """It answers for many addresses."""
    VIRTUAL = "virtual"
    """Made up by a hypervisor or a container engine."""
    LOCAL = "local"
    """Locally administered: made up at random by a telephone or computer, or set by hand. The same device may be known
    under another one."""


def is_virtual_machine(mac: Mac) -> bool:
    """Whether a hypervisor or a container engine made the card."""
    return mac.text[:8] in _HYPERVISORS or mac.text.startswith(_CONTAINER)


def nature(seen: Observation) -> Nature | None:
    """Return what is peculiar of an endpoint's card or address; None of an ordinary one."""
    sources = {line.source for line in seen.evidence}
    for source, found in ((CLUSTER, Nature.CLUSTER), (CLUSTER_HOST, Nature.CLUSTER_HOST), (PROXY, Nature.PROXY)):
        if source in sources:
            return found
    if seen.mac is None or not seen.mac.is_local:
        return None
    return Nature.VIRTUAL if seen.mac.text.startswith((_CONTAINER, _MACHINE)) else Nature.LOCAL
