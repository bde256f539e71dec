"""The stable keys of what a sweep could not do; :mod:`probes.sweep.limits` has a sentence for each.

Apart from the sentences because the packet process names them and must start fast.
"""

from __future__ import annotations

from typing import Final

NO_ICMP: Final = "no-icmp"
NO_ARP: Final = "no-arp"
NEIGHBOUR_TABLE_ONLY: Final = "neighbour-table-only"
NEIGHBOUR_TABLE_UNREADABLE: Final = "neighbour-table-unreadable"
SEND_ERRORS: Final = "send-errors"
PROHIBITED: Final = "prohibited"
FENCED_OFF: Final = "fenced-off"
VAST: Final = "vast"
VAST_ELSEWHERE: Final = "vast-elsewhere"
ANSWERED_FOR: Final = "answered-for"
SLOWED_DOWN: Final = "slowed-down"
ANSWERS_LOST: Final = "answers-lost"
NOT_ASKED: Final = "not-asked"
