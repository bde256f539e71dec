"""Messages made up at random, written and read by netaudit and by pysnmp: both must agree on every octet and value."""

from __future__ import annotations

import hashlib
import hmac
import random
from typing import TYPE_CHECKING, Any

from pyasn1.codec.ber import decoder, encoder
from pyasn1.type import univ
from pysnmp.proto import rfc1901, rfc1902, rfc1905
from pysnmp.proto.mpmod.rfc3412 import ScopedPDU, SNMPv3Message
from pysnmp.proto.secmod.rfc3414.service import UsmSecurityParameters

from probes.contract import SnmpV2c, SnmpV3
from probes.snmp.community import CommunityMessages
from probes.snmp.keys import CIPHERS, DIGESTS, SERVICES, auth_key, privacy_key
from probes.snmp.pdu import Absent, Request, Response, Verb
from probes.snmp.usm import UsmMessages

if TYPE_CHECKING:
    from probes.contract import AuthProtocol, PrivacyProtocol
    from probes.mibs.cells import Oid

ENGINE = bytes.fromhex("80001f8880a1b2c3d4e5f60718")
_NAMES = {Verb.GET: "get-request", Verb.NEXT: "get-next-request", Verb.BULK: "get-bulk-request"}
_LEVELS: tuple[tuple[AuthProtocol | None, PrivacyProtocol | None], ...] = (
    (None, None),
    ("md5", None),
    ("md5", "des"),
    ("sha1", "3des"),
    ("sha1", "aes128"),
    ("sha1", "aes192"),
    ("sha1", "aes256"),
    ("sha1", "aes192c"),
    ("sha1", "aes256c"),
    ("sha224", "aes256"),
    ("sha224", "aes256c"),
    ("sha256", "aes128"),
    ("sha256", "aes256"),
    ("sha384", "aes192"),
    ("sha512", "aes256"),
    ("sha512", None),
)
_EXCEPTIONS = {
    Absent.NO_SUCH_OBJECT: "noSuchObject",
    Absent.NO_SUCH_INSTANCE: "noSuchInstance",
    Absent.END_OF_MIB: "endOfMibView",
}


class Maker:
    """Makes up names, values, requests and replies, always the same ones for a seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 -- test data, repeatable

    def number(self, bits: int) -> int:
        """Return a number of up to so many bits, short ones as likely as long ones."""
        return self.dice.getrandbits(self.dice.randint(1, bits))

    def oid(self) -> Oid:
        """Return a name."""
        first = self.dice.randrange(3)
        second = self.dice.randrange(40) if first < 2 else self.number(20)
        return (first, second, *(self.number(32) for _ in range(self.dice.randrange(16))))

    def value(self) -> tuple[str, str, object, object]:
        """Return where a value belongs in pysnmp's schema, what to put there, and what should be read."""
        sign, octets = self.dice.choice((1, -1)), self.dice.randbytes(self.dice.choice((0, 1, 6, 127, 128, 300)))
        name, number = self.oid(), self.number(31)
        absent = self.dice.choice(tuple(Absent))
        return self.dice.choice(
            (
                ("simple", "integer-value", sign * number, sign * number),
                ("simple", "string-value", octets, octets),
                ("simple", "objectID-value", name, name),
                ("application-wide", "ipAddress-value", rfc1902.IpAddress(number.to_bytes(4)), number.to_bytes(4)),
                ("application-wide", "counter-value", number, number),
                ("application-wide", "gauge32-value", 2 * number, 2 * number),
                ("application-wide", "timeticks-value", number, number),
                ("application-wide", "big-counter-value", number << 32, number << 32),
                ("application-wide", "arbitrary-value", octets, octets),
                ("", "unSpecified", "", None),
                ("", _EXCEPTIONS[absent], "", absent),
            )
        )

    def request(self) -> tuple[Request, int]:
        """Return a request and its id."""
        verb = self.dice.choice(tuple(Verb))
        repetitions = self.dice.randrange(1, 200) if verb is Verb.BULK else 0
        return Request(verb, tuple(self.oid() for _ in range(self.dice.randrange(1, 9))), repetitions), self.number(31)

    def credential(self) -> SnmpV2c | SnmpV3:
        """Return any kind of credential."""
        if self.dice.random() < 0.5:
            community = self.dice.choice(("public", "", "网管", "x" * 200))
            return SnmpV2c(community, version=self.dice.choice(("1", "2c")))
        auth, privacy = self.dice.choice(_LEVELS)
        return SnmpV3(
            self.dice.choice(("auditor", "网管员")),
            auth,
            "a-secret-word" if auth else None,
            privacy,
            "another-secret" if privacy else None,
            self.dice.choice(("", "vlan-20", "vpn-财政")),
        )


def compare(seed: int, count: int) -> int:
    """Make up ``count`` exchanges and assert that both readings and writings agree; return the messages compared."""
    maker = Maker(seed)
    for _ in range(count):
        credential = maker.credential()
        if isinstance(credential, SnmpV2c):
            _community_exchange(maker, credential)
        else:
            _user_exchange(maker, credential)
    return 2 * count


def _pdus(request: Request, request_id: int) -> rfc1905.PDUs:
    choice = rfc1905.PDUs()
    pdu = choice[_NAMES[request.verb]]
    bulk = request.verb is Verb.BULK
    pdu["request-id"] = request_id
    pdu["non-repeaters" if bulk else "error-status"] = 0
    pdu["max-repetitions" if bulk else "error-index"] = request.repetitions
    listed = pdu["variable-bindings"]
    listed.clear()
    for position, oid in enumerate(request.oids):
        listed[position]["name"] = oid
        listed[position][1]["unSpecified"] = ""
    return choice


def _response(maker: Maker, request_id: int) -> tuple[rfc1905.PDUs, int, int, list[tuple[Oid, object]]]:
    choice = rfc1905.PDUs()
    pdu = choice["response"]
    status, index = maker.dice.choice((0, 0, 0, 1, 2, 5, 16)), maker.number(7)
    pdu["request-id"], pdu["error-status"], pdu["error-index"] = request_id, status, index
    listed = pdu["variable-bindings"]
    listed.clear()
    said: list[tuple[Oid, object]] = []
    for position in range(maker.dice.randrange(12)):
        oid, (group, name, put, read) = maker.oid(), maker.value()
        listed[position]["name"] = oid
        if group:
            listed[position][1]["value"][group][name] = put
        else:
            listed[position][1][name] = put
        said.append((oid, read))
    return choice, status, index, said


def _community_exchange(maker: Maker, credential: SnmpV2c) -> None:
    ours = CommunityMessages(credential)
    request, request_id = maker.request()
    message = rfc1901.Message()
    message["version"], message["community"] = int(ours.bulk), credential.community.encode()
    message["data"] = _pdus(request, request_id)
    assert ours.write(request, request_id) == bytes(encoder.encode(message)), (request, request_id)
    message = rfc1901.Message()
    message["version"], message["community"] = int(ours.bulk), credential.community.encode()
    message["data"], status, index, said = _response(maker, request_id)
    read_id, response = ours.read(bytes(encoder.encode(message)))
    assert (read_id, response.status, response.error_index) == (request_id, status, index)
    assert list(response.varbinds) == said


def _user_exchange(maker: Maker, credential: SnmpV3) -> None:
    ours = UsmMessages(credential)
    ours.read(report_of_engine(ours))
    request, request_id = maker.request()
    message, _ = decoder.decode(ours.write(request, request_id), asn1Spec=SNMPv3Message())
    parameters, _ = decoder.decode(message["msgSecurityParameters"], asn1Spec=UsmSecurityParameters())
    _check_signature(message, parameters, credential)
    asked = opened(message, parameters, credential)
    assert bytes(asked["contextName"]) == credential.context.encode()
    assert bytes(parameters["msgUserName"]) == credential.user.encode()
    assert asked["data"] == _pdus(request, request_id), request
    choice, status, index, said = _response(maker, request_id)
    reply = reply_to(message, parameters, credential, choice)
    read_id, response = ours.read(reply)
    assert isinstance(response, Response), response
    assert (read_id, response.status, response.error_index) == (request_id, status, index)
    assert list(response.varbinds) == said


def report_of_engine(ours: UsmMessages) -> bytes:
    """Return the report by which an engine tells its id, as pysnmp writes it."""
    asked, _ = decoder.decode(ours.write(Request(Verb.GET, ()), 1), asn1Spec=SNMPv3Message())
    choice = rfc1905.PDUs()
    pdu = choice["report"]
    pdu["request-id"], pdu["error-status"], pdu["error-index"] = 1, 0, 0
    pdu["variable-bindings"].clear()
    pdu["variable-bindings"][0]["name"] = (1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0)
    pdu["variable-bindings"][0][1]["value"]["application-wide"]["counter-value"] = 1
    parameters = UsmSecurityParameters()
    parameters["msgAuthoritativeEngineId"] = ENGINE
    parameters["msgAuthoritativeEngineBoots"], parameters["msgAuthoritativeEngineTime"] = 7, 4711
    parameters["msgUserName"], parameters["msgAuthenticationParameters"] = b"", b""
    parameters["msgPrivacyParameters"] = b""
    return reply_to(asked, parameters, SnmpV3("x"), choice)


def _key_of(credential: SnmpV3, engine_id: bytes) -> bytes:
    assert credential.auth_protocol is not None
    return auth_key(DIGESTS[credential.auth_protocol], (credential.auth_secret or "").encode(), engine_id)


def _seal_of(credential: SnmpV3, engine_id: bytes) -> tuple[Any, univ.OctetString]:
    """Return pysnmp's cipher of a credential, and its key."""
    assert credential.auth_protocol is not None
    assert credential.privacy_protocol is not None
    secret = (credential.privacy_secret or "").encode()
    key = privacy_key(credential.privacy_protocol, DIGESTS[credential.auth_protocol], secret, engine_id)
    return SERVICES[CIPHERS[credential.privacy_protocol]], univ.OctetString(key)


def _check_signature(message: SNMPv3Message, parameters: UsmSecurityParameters, credential: SnmpV3) -> None:
    """Assert that a message is signed as RFC 3414 has it: recomputed from its re-encoding, not from its octets."""
    signature = bytes(parameters["msgAuthenticationParameters"])
    if credential.auth_protocol is None:
        assert signature == b""
        return
    assert signature == _signature(message, parameters, credential)


def _signature(message: SNMPv3Message, parameters: UsmSecurityParameters, credential: SnmpV3) -> bytes:
    assert credential.auth_protocol is not None
    digest = DIGESTS[credential.auth_protocol]
    parameters["msgAuthenticationParameters"] = bytes(digest.octets)
    message["msgSecurityParameters"] = encoder.encode(parameters)
    mac = hmac.new(
        _key_of(credential, bytes(parameters["msgAuthoritativeEngineId"])),
        encoder.encode(message),
        getattr(hashlib, digest.algorithm),
    )
    return mac.digest()[: digest.octets]


def opened(message: SNMPv3Message, parameters: UsmSecurityParameters, credential: SnmpV3) -> ScopedPDU:
    """Return what a message holds, deciphered by pysnmp."""
    if credential.privacy_protocol is None:
        return message["msgData"]["plaintext"]
    service, key = _seal_of(credential, bytes(parameters["msgAuthoritativeEngineId"]))
    clock = parameters["msgAuthoritativeEngineBoots"], parameters["msgAuthoritativeEngineTime"]
    plain = service.decrypt_data(key, (*clock, parameters["msgPrivacyParameters"]), message["msgData"]["encryptedPDU"])
    scoped, _ = decoder.decode(plain, asn1Spec=ScopedPDU())
    return scoped


def reply_to(
    asked: SNMPv3Message, parameters: UsmSecurityParameters, credential: SnmpV3, said: rfc1905.PDUs | bytes
) -> bytes:
    """Return a reply as pysnmp writes, enciphers and signs it; octets are sent in the place of a scoped PDU."""
    clock = int(parameters["msgAuthoritativeEngineBoots"]), int(parameters["msgAuthoritativeEngineTime"])
    plain = said if isinstance(said, bytes) else _scoped(said, credential.context.encode())
    message = SNMPv3Message()
    message["msgVersion"] = 3
    header = message["msgGlobalData"]
    header["msgID"], header["msgMaxSize"], header["msgSecurityModel"] = asked["msgGlobalData"]["msgID"], 65507, 3
    header["msgFlags"] = bytes([bool(credential.auth_protocol) | bool(credential.privacy_protocol) << 1])
    parameters["msgPrivacyParameters"] = parameters["msgAuthenticationParameters"] = b""
    if credential.privacy_protocol:
        service, key = _seal_of(credential, bytes(parameters["msgAuthoritativeEngineId"]))
        sealed, salt = service.encrypt_data(key, (*clock, None), plain)
        message["msgData"]["encryptedPDU"], parameters["msgPrivacyParameters"] = sealed, salt
    else:
        scoped, _ = decoder.decode(plain, asn1Spec=ScopedPDU())
        message["msgData"]["plaintext"] = scoped
    message["msgSecurityParameters"] = encoder.encode(parameters)
    if credential.auth_protocol:
        parameters["msgAuthenticationParameters"] = _signature(message, parameters, credential)
        message["msgSecurityParameters"] = encoder.encode(parameters)
    return bytes(encoder.encode(message))


def _scoped(said: rfc1905.PDUs, context: bytes) -> bytes:
    scoped = ScopedPDU()
    scoped["contextEngineId"], scoped["contextName"], scoped["data"] = ENGINE, context, said
    return bytes(encoder.encode(scoped))
