"""Messages of SNMPv3 under the User-based Security Model (RFC 3412, RFC 3414, RFC 3826, RFC 7860).

Keys, ciphers and message structure are pysnmp's. The state is ours and belongs to one device: devices with the same
user name but other secrets, or with a cloned engine id, cannot disturb each other as they would in a shared engine.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from pyasn1.codec.ber import encoder
from pyasn1.type import univ
from pysnmp.proto.error import ProtocolError, StatusInformation
from pysnmp.proto.mpmod.rfc3412 import ScopedPDU, SNMPv3Message
from pysnmp.proto.secmod.rfc3414 import localkey
from pysnmp.proto.secmod.rfc3414.service import SnmpUSMSecurityModel, UsmSecurityParameters

from probes.snmp.ber import OCTET_STRING, REPORT, SEQUENCE, Reader, read_pdu
from probes.snmp.community import pdus
from probes.snmp.pdu import Request, Response, Verb

if TYPE_CHECKING:
    from probes.contract import AuthProtocol, PrivacyProtocol, SnmpV3
    from probes.mibs.cells import Oid

_VERSION: Final = 3
_USM: Final = 3
_MAX_SIZE: Final = 65_507
_TIME_WINDOW_S: Final = 150
_AUTH, _PRIVATE, _REPORTABLE = 0x01, 0x02, 0x04
_REMEMBERED_IDS: Final = 8

_SNMP_MODULES: Oid = (1, 3, 6, 1, 6, 3)


class _Digest(NamedTuple):
    service: Oid
    algorithm: str
    octets: int
    """How much of the HMAC travels."""


_DIGESTS: dict[AuthProtocol, _Digest] = {
    "md5": _Digest((*_SNMP_MODULES, 10, 1, 1, 2), "md5", 12),
    "sha1": _Digest((*_SNMP_MODULES, 10, 1, 1, 3), "sha1", 12),
    "sha224": _Digest((*_SNMP_MODULES, 10, 1, 1, 4), "sha224", 16),
    "sha256": _Digest((*_SNMP_MODULES, 10, 1, 1, 5), "sha256", 24),
    "sha384": _Digest((*_SNMP_MODULES, 10, 1, 1, 6), "sha384", 32),
    "sha512": _Digest((*_SNMP_MODULES, 10, 1, 1, 7), "sha512", 48),
}
_CIPHERS: dict[PrivacyProtocol, str] = {
    "des": "Des",
    "3des": "Des3",
    "aes128": "Aes",
    "aes192": "AesBlumenthal192",
    "aes256": "AesBlumenthal256",
    "aes192c": "Aes192",
    "aes256c": "Aes256",
}
_SERVICES = {type(service).__name__: service for service in SnmpUSMSecurityModel.PRIV_SERVICES.values()}

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


@lru_cache(maxsize=64)
def _master_key(algorithm: str, passphrase: bytes) -> univ.OctetString:
    """Hash a passphrase (1 MiB, some 5 ms): once per passphrase, not once per device."""
    return localkey.hash_passphrase(passphrase, getattr(hashlib, algorithm))


def unusable(credential: SnmpV3) -> str | None:
    """Return why no message can be written with a credential; None when one can."""
    if credential.auth_protocol and not credential.auth_secret:
        return "no authentication password"
    if credential.privacy_protocol and not credential.auth_protocol:
        return "privacy without authentication"
    if credential.privacy_protocol and not credential.privacy_secret:
        return "no privacy password"
    return None


class UsmMessages:
    """Writes requests and reads replies of one device under one USM user."""

    bulk = True

    def __init__(self, credential: SnmpV3) -> None:
        self._user = credential.user.encode()
        self._context = credential.context.encode()
        self._digest = _DIGESTS[credential.auth_protocol] if credential.auth_protocol else None
        self._auth_secret = (credential.auth_secret or "").encode()
        self._cipher = _SERVICES[_CIPHERS[credential.privacy_protocol]] if credential.privacy_protocol else None
        self._privacy_secret = (credential.privacy_secret or "").encode()
        self._level = (_AUTH if self._digest else 0) | (_PRIVATE if self._cipher else 0)
        self._engine_id = b""
        self._auth_key = b""
        self._privacy_key = univ.OctetString()
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
        scoped = ScopedPDU()
        scoped["contextEngineId"] = self._engine_id
        scoped["contextName"] = self._context if known else b""
        scoped["data"] = pdus(request if known else Request(Verb.GET, ()), request_id)
        clock = self._clock() if level & _AUTH else (0, 0)
        message = SNMPv3Message()
        message["msgVersion"] = _VERSION
        header = message["msgGlobalData"]
        header["msgID"] = self._new_message_id()
        header["msgMaxSize"] = _MAX_SIZE
        header["msgFlags"] = bytes([level | _REPORTABLE])
        header["msgSecurityModel"] = _USM
        salt = b""
        if level & _PRIVATE and self._cipher is not None:
            sealed, salt = self._cipher.encrypt_data(self._privacy_key, (*clock, None), encoder.encode(scoped))
            message["msgData"]["encryptedPDU"] = sealed
        else:
            message["msgData"]["plaintext"] = scoped
        message["msgSecurityParameters"] = self._parameters(clock, level, bytes(salt))
        return self._signed(bytes(encoder.encode(message)), level)

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

    def _parameters(self, clock: tuple[int, int], level: int, salt: bytes) -> bytes:
        parameters = UsmSecurityParameters()
        parameters["msgAuthoritativeEngineId"] = self._engine_id
        parameters["msgAuthoritativeEngineBoots"], parameters["msgAuthoritativeEngineTime"] = clock
        parameters["msgUserName"] = self._user if self._engine_id else b""
        parameters["msgAuthenticationParameters"] = (
            bytes(self._digest.octets) if level & _AUTH and self._digest else b""
        )
        parameters["msgPrivacyParameters"] = salt
        return bytes(encoder.encode(parameters))

    def _signed(self, datagram: bytes, level: int) -> bytes:
        if not level & _AUTH:
            return datagram
        start, stop = _outer(datagram)[1].signature
        return datagram[:start] + self._sign(datagram) + datagram[stop:]

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
        if self._cipher is None or not parameters.flags & _AUTH:
            message = "enciphered without being signed"
            raise ValueError(message)
        sealed = univ.OctetString(reader.octets())
        try:
            plain = self._cipher.decrypt_data(
                self._privacy_key, (parameters.boots, parameters.time, univ.OctetString(parameters.salt)), sealed
            )
        except (StatusInformation, ProtocolError) as error:
            message = "cannot be deciphered"
            raise ValueError(message) from error
        return Reader(bytes(plain)).within(SEQUENCE)

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
        engine = univ.OctetString(self._engine_id)
        algorithm = self._digest.algorithm
        local = localkey.localize_key(_master_key(algorithm, self._auth_secret), engine, getattr(hashlib, algorithm))
        self._auth_key = bytes(local)
        if self._cipher is not None:
            master = _master_key(algorithm, self._privacy_secret)
            self._privacy_key = univ.OctetString(self._cipher.localize_key(self._digest.service, master, engine))

    def _clock(self) -> tuple[int, int]:
        """Return the agent's boots and time, as far as we can tell."""
        return self._boots, self._engine_time + int(time.monotonic() - self._heard_at)

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
    signature = fields.expect(OCTET_STRING)
    return body, _Parameters(message_id, flags[0], engine_id, boots, engine_time, user, signature, fields.octets())
