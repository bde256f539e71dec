"""Messages of SNMPv3 under the User-based Security Model (RFC 3412, RFC 3414, RFC 3826, RFC 7860).

The state belongs to one device: devices with the same user name but other secrets, or with a cloned engine id, cannot
disturb each other as they would in a shared engine.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inventory.model.text import Text, text
from probes.snmp.ber import OCTET_STRING, REPORT, SEQUENCE, Reader, read_pdu
from probes.snmp.keys import DIGESTS, auth_key, decipher, encipher, privacy_key
from probes.snmp.pdu import Request, Response, Verb
from probes.snmp.writing import integer, octets, pdu, sequence

if TYPE_CHECKING:
    from probes.contract import SnmpV3
    from probes.mibs.cells import Oid

_VERSION: Final = 3
_USM: Final = 3
_MAX_SIZE: Final = 65_507
_TIME_WINDOW_S: Final = 150
_CLOCK_MAX: Final = 2**31 - 1
_LONGEST_ENGINE_ID: Final = 32
_AUTH, _PRIVATE, _REPORTABLE = 0x01, 0x02, 0x04
_REMEMBERED_IDS: Final = 8

_SNMP_MODULES: Oid = (1, 3, 6, 1, 6, 3)

_UNKNOWN_ENGINE: Oid = (*_SNMP_MODULES, 15, 1, 1, 4, 0)
_NOT_IN_WINDOW: Oid = (*_SNMP_MODULES, 15, 1, 1, 2, 0)
_REPORTS: dict[Oid, str] = {
    (*_SNMP_MODULES, 15, 1, 1, 1, 0): "usmStatsUnsupportedSecLevels",
    _NOT_IN_WINDOW: "usmStatsNotInTimeWindows",
    (*_SNMP_MODULES, 15, 1, 1, 3, 0): "usmStatsUnknownUserNames",
    _UNKNOWN_ENGINE: "usmStatsUnknownEngineIDs",
    (*_SNMP_MODULES, 15, 1, 1, 5, 0): "usmStatsWrongDigests",
    (*_SNMP_MODULES, 15, 1, 1, 6, 0): "usmStatsDecryptionErrors",
    (*_SNMP_MODULES, 12, 1, 4, 0): "snmpUnavailableContexts",
    (*_SNMP_MODULES, 12, 1, 5, 0): "snmpUnknownContexts",
}


@dataclass(frozen=True, slots=True)
class Report:
    """The agent did not take the message, and says why."""

    reason: str
    """The counter the agent reports, by its MIB name."""
    again: bool
    """Whether the message may be written anew: the clock or the engine id was ours to learn."""


@dataclass(frozen=True, slots=True)
class _Parameters:
    """What stands outside the scoped PDU of a message."""

    message_id: int
    flags: int
    engine_id: bytes
    boots: int
    time: int
    user: bytes
    signature: tuple[int, int]
    """Where in the datagram the digest stands."""
    salt: bytes


def unusable(credential: SnmpV3) -> Text | None:
    """Return why no message can be written with a credential; None when one can."""
    if credential.auth_protocol and not credential.auth_secret:
        return text("no authentication password")
    if credential.privacy_protocol and not credential.auth_protocol:
        return text("privacy without authentication")
    if credential.privacy_protocol and not credential.privacy_secret:
        return text("no privacy password")
    return None


class UsmMessages:
    """Writes requests and reads replies of one device under one USM user."""

    bulk = True

    def __init__(self, credential: SnmpV3) -> None:
        self._user = credential.user.encode()
        self._context = credential.context.encode()
        self._digest = DIGESTS[credential.auth_protocol] if credential.auth_protocol else None
        self._auth_secret = (credential.auth_secret or "").encode()
        self._privacy = credential.privacy_protocol
        self._privacy_secret = (credential.privacy_secret or "").encode()
        self._level = (_AUTH if self._digest else 0) | (_PRIVATE if self._privacy else 0)
        self._engine_id = b""
        self._auth_key = b""
        self._privacy_key = b""
        self._boots = 0
        self._engine_time = 0
        self._heard_at = 0.0
        self._authentic = False
        self._answered = False
        self._message_ids: list[int] = []

    @property
    def half_open(self) -> bool:
        """Whether the agent told its engine id but has never answered what we asked it as this user."""
        return bool(self._engine_id) and not self._answered

    def write(self, request: Request, request_id: int) -> bytes:
        """Return the datagram of a request, or of the question for the engine id as long as that is unknown."""
        known = bool(self._engine_id)
        level = self._level if known else 0
        said = pdu(request if known else Request(Verb.GET, ()), request_id)
        scoped = sequence(octets(self._engine_id), octets(self._context if known else b""), said)
        clock = self._clock() if level & _AUTH else (0, 0)
        salt = b""
        if level & _PRIVATE and self._privacy is not None:
            sealed, salt = encipher(self._privacy, self._privacy_key, clock, scoped)
            scoped = octets(sealed)
        header = sequence(
            integer(self._new_message_id()), integer(_MAX_SIZE), octets(bytes([level | _REPORTABLE])), integer(_USM)
        )
        signature = bytes(self._digest.octets) if level & _AUTH and self._digest else b""
        outside = (integer(_VERSION), header, octets(self._parameters(clock, signature, salt)))
        datagram = sequence(*outside, scoped)
        if not signature:
            return datagram
        # The digest stands before the salt, which is the last thing before the scoped PDU.
        stop = len(datagram) - len(scoped) - len(octets(salt))
        return datagram[: stop - len(signature)] + self._sign(datagram) + datagram[stop:]

    def read(self, datagram: bytes) -> tuple[int | None, Response | Report]:
        """Return the request id (None for a report that has none) and what a datagram says.

        Raises:
            ValueError: it is no reply to us, or not properly signed.
        """
        reader, parameters = _outer(datagram)
        if parameters.message_id not in self._message_ids:
            message = "reply to another message"
            raise ValueError(message)
        signed = bool(parameters.flags & _AUTH)
        if signed:
            self._verify(datagram, parameters)
        scoped = self._open(reader, parameters)
        scoped.octets()
        scoped.octets()
        tag, request_id, response = read_pdu(scoped)
        if tag == REPORT:
            return None, self._report(parameters, response, signed=signed)
        if parameters.flags & (_AUTH | _PRIVATE) != self._level:
            message = "reply at another security level"
            raise ValueError(message)
        self._answered = True
        return request_id, response

    def _parameters(self, clock: tuple[int, int], signature: bytes, salt: bytes) -> bytes:
        return sequence(
            octets(self._engine_id),
            integer(clock[0]),
            integer(clock[1]),
            octets(self._user if self._engine_id else b""),
            octets(signature),
            octets(salt),
        )

    def _sign(self, blank: bytes) -> bytes:
        if self._digest is None:
            message = "no authentication agreed"
            raise ValueError(message)
        return hmac.new(self._auth_key, blank, self._digest.algorithm).digest()[: self._digest.octets]

    def _verify(self, datagram: bytes, parameters: _Parameters) -> None:
        """Check origin, digest and timeliness (RFC 3414 §3.2), and keep the agent's clock."""
        start, stop = parameters.signature
        if self._digest is None or parameters.engine_id != self._engine_id or parameters.user != self._user:
            message = "signed by somebody else"
            raise ValueError(message)
        blank = datagram[:start] + bytes(stop - start) + datagram[stop:]
        if not hmac.compare_digest(self._sign(blank), datagram[start:stop]):
            message = "wrong digest"
            raise ValueError(message)
        boots, now = self._clock()
        late = parameters.boots == boots and parameters.time < now - _TIME_WINDOW_S
        if self._authentic and (parameters.boots < boots or late):
            message = "replayed reply"
            raise ValueError(message)
        self._authentic = True
        self._set_clock(parameters.boots, parameters.time)

    def _open(self, reader: Reader, parameters: _Parameters) -> Reader:
        """Return the scoped PDU, deciphered where it has to be."""
        if not parameters.flags & _PRIVATE:
            return reader.within(SEQUENCE)
        if self._privacy is None or not parameters.flags & _AUTH:
            message = "enciphered without being signed"
            raise ValueError(message)
        clock = parameters.boots, parameters.time
        plain = decipher(self._privacy, self._privacy_key, clock, reader.octets(), parameters.salt)
        return Reader(plain).within(SEQUENCE)

    def _report(self, parameters: _Parameters, response: Response, *, signed: bool) -> Report:
        counter = response.varbinds[0][0] if response.varbinds else ()
        reason = _REPORTS.get(counter, "Report " + ".".join(map(str, counter)))
        if counter == _UNKNOWN_ENGINE and parameters.engine_id and parameters.engine_id != self._engine_id:
            self._adopt(parameters)
        elif counter == _NOT_IN_WINDOW:
            if not signed and self._authentic:
                message = "an unsigned report may not set the clock"
                raise ValueError(message)
            self._set_clock(parameters.boots, parameters.time)
        else:
            return Report(reason, again=False)
        # The same report may come once more, for a retransmission: it must not count against the next message.
        self._message_ids.clear()
        return Report(reason, again=True)

    def _adopt(self, parameters: _Parameters) -> None:
        self._engine_id = parameters.engine_id
        self._authentic = False
        self._set_clock(parameters.boots, parameters.time)
        if self._digest is None:
            return
        self._auth_key = auth_key(self._digest, self._auth_secret, self._engine_id)
        if self._privacy is not None:
            self._privacy_key = privacy_key(self._privacy, self._digest, self._privacy_secret, self._engine_id)

    def _clock(self) -> tuple[int, int]:
        """Return the agent's boots and time, as far as we can tell."""
        return self._boots, min(_CLOCK_MAX, self._engine_time + int(time.monotonic() - self._heard_at))

    def _set_clock(self, boots: int, engine_time: int) -> None:
        self._boots, self._engine_time, self._heard_at = boots, engine_time, time.monotonic()

    def _new_message_id(self) -> int:
        message_id = secrets.randbits(31)
        self._message_ids = [*self._message_ids[-_REMEMBERED_IDS:], message_id]
        return message_id


def _outer(datagram: bytes) -> tuple[Reader, _Parameters]:
    """Read everything before the scoped PDU; the reader returned stands there."""
    body = Reader(datagram).within(SEQUENCE)
    if body.integer() != _VERSION:
        message = "reply of another version"
        raise ValueError(message)
    header = body.within(SEQUENCE)
    message_id, _, flags, model = header.integer(), header.integer(), header.octets(), header.integer()
    if model != _USM or len(flags) != 1:
        message = "not the User-based Security Model"
        raise ValueError(message)
    start, stop = body.expect(OCTET_STRING)
    fields = Reader(datagram, start, stop).within(SEQUENCE)
    engine_id, boots, engine_time, user = fields.octets(), fields.integer(), fields.integer(), fields.octets()
    if not (0 <= boots <= _CLOCK_MAX and 0 <= engine_time <= _CLOCK_MAX and len(engine_id) <= _LONGEST_ENGINE_ID):
        message = "no engine has such an id or clock"
        raise ValueError(message)
    signature = fields.expect(OCTET_STRING)
    return body, _Parameters(message_id, flags[0], engine_id, boots, engine_time, user, signature, fields.octets())
