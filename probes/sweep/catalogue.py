"""Which questions a sweep knows for UDP. A further one is one file, and one name here."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from probes.sweep import engineid, mdns, netbios

if TYPE_CHECKING:
    from collections.abc import Mapping

    from probes.sweep.question import Question

QUESTIONS: Final[Mapping[int, Question]] = MappingProxyType(
    {module.PORT: module.QUESTION for module in (netbios, engineid, mdns)}
)
"""Port → what is asked there, in the order of asking."""
CLOSED: Final = 33434
"""The first of the ports that traceroute has always used because nothing listens there. Whoever refuses a datagram to
one of them is there: all that is left of an echo where none may be sent."""
CLOSED_PORTS: Final = 90


def said(port: int, detail: str) -> str:
    """Write down what answered."""
    return f"udp/{port} {detail or 'answers'}"
