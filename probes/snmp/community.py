"""Messages of SNMPv1 and v2c: version, community, request (RFC 1157, RFC 1901)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from probes.snmp.ber import RESPONSE, SEQUENCE, Reader, read_pdu
from probes.snmp.writing import integer, octets, pdu, sequence

if TYPE_CHECKING:
    from probes.contract import SnmpV2c
    from probes.snmp.pdu import Request, Response

_VERSIONS = {"1": 0, "2c": 1}
_REQUEST_ID_BITS = 31


def new_request_id() -> int:
    """Return a request id nobody can foresee."""
    return secrets.randbits(_REQUEST_ID_BITS)


class CommunityMessages:
    """Writes requests and reads replies under one community."""

    def __init__(self, credential: SnmpV2c) -> None:
        self._version = _VERSIONS[credential.version]
        self._community = credential.community.encode()

    @property
    def half_open(self) -> bool:
        """Whether the agent spoke without ever answering: cannot be told under a community."""
        return False

    @property
    def bulk(self) -> bool:
        """Whether the version has GETBULK."""
        return self._version > 0

    def write(self, request: Request, request_id: int) -> bytes:
        """Return the datagram of a request."""
        return sequence(integer(self._version), octets(self._community), pdu(request, request_id))

    def read(self, datagram: bytes) -> tuple[int, Response]:
        """Return the request id and answer of a datagram.

        Raises:
            ValueError: it is no reply of this version under this community.
        """
        body = Reader(datagram).within(SEQUENCE)
        if body.integer() != self._version or body.octets() != self._community:
            message = "reply of another version or community"
            raise ValueError(message)
        tag, request_id, response = read_pdu(body)
        if tag != RESPONSE:
            message = "a community message carries no report"
            raise ValueError(message)
        return request_id, response
