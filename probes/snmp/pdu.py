"""What is asked of an agent and what it answers, whichever version carries it. Asking is all there is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from inventory.model.text import text

if TYPE_CHECKING:
    from inventory.model.coverage import Completeness
    from inventory.model.text import Text
    from probes.mibs.cells import Oid, Value


class Verb(Enum):
    """The reading requests of RFC 3416."""

    GET = "GetRequest"
    NEXT = "GetNextRequest"
    BULK = "GetBulkRequest"


class Absent(Enum):
    """Why a variable has no value (RFC 3416); the values are the ASN.1 tags."""

    NO_SUCH_OBJECT = 0x80
    NO_SUCH_INSTANCE = 0x81
    END_OF_MIB = 0x82


class ErrorStatus(IntEnum):
    """The error-status values a reading request can meet, by their names in RFC 3416."""

    noError = 0  # noqa: N815 -- the protocol's own spelling appears in reasons
    tooBig = 1  # noqa: N815 -- the same
    noSuchName = 2  # noqa: N815 -- the same
    genErr = 5  # noqa: N815 -- the same
    noAccess = 6  # noqa: N815 -- the same
    resourceUnavailable = 13  # noqa: N815 -- the same
    authorizationError = 16  # noqa: N815 -- the same


_ERROR_NAMES = {status.value: status.name for status in ErrorStatus}


def error_name(status: int) -> str:
    """Return an error status in the protocol's own words."""
    return _ERROR_NAMES.get(status, f"error-status {status}")


VarBind: TypeAlias = "tuple[Oid, Value | Absent | None]"


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``repetitions`` matters to BULK only."""

    verb: Verb
    oids: tuple[Oid, ...]
    repetitions: int = 0
    within: tuple[Oid, ...] = ()
    """The columns being walked, one per OID: what comes back from beyond them is not what was asked for."""


@dataclass(frozen=True, slots=True)
class Response:
    """An agent's answer."""

    status: int
    error_index: int
    varbinds: tuple[VarBind, ...]
    tags: tuple[int, ...] = ()
    """The ASN.1 tag of each value, which tells a counter from an integer."""


@dataclass(frozen=True, slots=True)
class Failure:
    """There is no answer to work with, and this is why."""

    completeness: Completeness
    """TIMED_OUT or REFUSED."""
    reason: Text
    discovered: bool = False
    """An SNMPv3 engine told its id, but nothing it signed came back."""


BUDGET_SPENT: Final = text("time budget spent")
SILENCE: Final = text("timeout")
PORT_UNREACHABLE: Final = text("ICMP port unreachable")


@dataclass(slots=True)
class Traffic:
    """What a conversation cost so far."""

    requests: int = 0
    datagrams: int = 0
    retries: int = 0
    malformed: int = 0
    """Datagrams that were no answer to what was asked: garbage, another request's, wrongly signed."""
    rtt_s: float | None = None
    """Smoothed round trip."""


View: TypeAlias = int | str
"""What a view is of: a VLAN, or a context by its name."""


class Agent(Protocol):
    """Somebody who answers requests: a device, or a recording of one."""

    @property
    def bulk(self) -> bool:
        """Whether it knows GETBULK and the exceptions of :class:`Absent` (v2c and later)."""

    @property
    def traffic(self) -> Traffic:
        """What asking has cost."""

    async def ask(self, request: Request, until: float) -> Response | Failure:
        """Answer one request; give up at ``until`` (``time.monotonic``)."""

    async def view(self, of: View) -> Agent | Failure:
        """Return who answers for one VLAN or context of the same device, where each has a view of its own."""

    def close(self) -> None:
        """Let go of whatever the conversation holds."""
