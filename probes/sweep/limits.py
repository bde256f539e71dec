"""What a sweep could not do: a sentence for each of the stable keys."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from inventory.model.text import text
from probes.sweep.keys import (
    ANSWERED_FOR,
    ANSWERS_LOST,
    FENCED_OFF,
    NEIGHBOUR_TABLE_ONLY,
    NEIGHBOUR_TABLE_UNREADABLE,
    NO_ARP,
    NO_ICMP,
    NOT_ASKED,
    PROHIBITED,
    SEND_ERRORS,
    SLOWED_DOWN,
    VAST,
    VAST_ELSEWHERE,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.model.text import Text

__all__ = [
    "ANSWERED_FOR",
    "ANSWERS_LOST",
    "FENCED_OFF",
    "LIMITS",
    "NEIGHBOUR_TABLE_ONLY",
    "NEIGHBOUR_TABLE_UNREADABLE",
    "NOT_ASKED",
    "NO_ARP",
    "NO_ICMP",
    "PROHIBITED",
    "SEND_ERRORS",
    "SLOWED_DOWN",
    "VAST",
    "VAST_ELSEWHERE",
]

LIMITS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        NO_ICMP: text(
            "No ICMP echo was sent: it needs CAP_NET_RAW, or a group inside net.ipv4.ping_group_range. A datagram to a"
            " closed UDP port stood in for it, which fewer hosts answer."
        ),
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
        FENCED_OFF: text(
            "A router said several times that asking is prohibited: nothing more was sent to that part of the network."
        ),
        VAST: text(
            "The IPv6 network is too big to ask address by address: known addresses were asked, and all nodes of the "
            "link were called. Who answers neither was not seen."
        ),
        VAST_ELSEWHERE: text(
            "The IPv6 network is too big to ask address by address: only known addresses were asked. The gateways' "
            "neighbour tables tell who else is there."
        ),
        ANSWERED_FOR: text(
            "Nearly every address here gave one and the same answer, or half of them and both ends of the network did:"
            " a firewall may answer for hosts that are not there. Who gave no other answer is not counted."
        ),
        SLOWED_DOWN: text(
            "Answers were lost at the pace that was asked for: silent addresses were asked again, more slowly."
        ),
        ANSWERS_LOST: text(
            "This computer lost answers that had arrived, more than once: some of the silent addresses may be alive."
        ),
        NOT_ASKED: text("Some addresses were not asked: no chosen probe could be sent to them."),
    }
)
"""Key in :attr:`probes.blocks.BlockDone.limits` → what it means."""
