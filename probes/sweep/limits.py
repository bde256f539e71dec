"""What a sweep could not do: stable keys for storing, and a sentence each for people."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from inventory.model.text import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.model.text import Text

NO_ICMP: Final = "no-icmp"
NO_ARP: Final = "no-arp"
NEIGHBOUR_TABLE_ONLY: Final = "neighbour-table-only"
NEIGHBOUR_TABLE_UNREADABLE: Final = "neighbour-table-unreadable"
SEND_ERRORS: Final = "send-errors"
PROHIBITED: Final = "prohibited"
NOT_ASKED: Final = "not-asked"

LIMITS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        NO_ICMP: text("No ICMP echo was sent: it needs CAP_NET_RAW, or a group inside net.ipv4.ping_group_range."),
        NO_ARP: text("No ARP was sent on the local link: it needs CAP_NET_RAW."),
        NEIGHBOUR_TABLE_ONLY: text(
            "On the local link, silent stations are known only from this computer's own neighbour table."
        ),
        NEIGHBOUR_TABLE_UNREADABLE: text(
            "This computer's own neighbour table could not be read: MAC addresses may lack."
        ),
        SEND_ERRORS: text(
            "Some probes could not be sent: there was no route, the link was down or a filter was in the way."
        ),
        PROHIBITED: text("A router or firewall on the way said that it blocks probes: silence proves nothing here."),
        NOT_ASKED: text("Some addresses were not asked: no chosen probe could be sent to them."),
    }
)
"""Key in :attr:`probes.contract.BlockDone.limits` → what it means."""
