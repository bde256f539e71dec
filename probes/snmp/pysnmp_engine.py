"""The same conversation by pysnmp: transport, messages and security model all its own.

It is there to be compared with ours, and to fall back on. It costs some forty times the CPU, drops a whole reply for
one value its schema forbids, takes answers from any source address and notices no ICMP error; a wrong privacy password
looks like silence from the start.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

from pyasn1.type import univ
from pysnmp.entity.engine import SnmpEngine
from pysnmp.entity.rfc3413 import cmdgen
from pysnmp.hlapi.v3arch.asyncio import CommunityData, Udp6TransportTarget, UdpTransportTarget, UsmUserData
from pysnmp.hlapi.v3arch.asyncio.lcd import CommandGeneratorLcdConfigurator
from pysnmp.proto import errind, rfc1905

from inventory.model.coverage import Completeness
from inventory.model.systemerrors import system_words
from inventory.model.text import verbatim
from probes.contract import SnmpV2c
from probes.snmp.keys import CIPHERS, DIGESTS, SERVICES
from probes.snmp.pdu import BUDGET_SPENT, SILENCE, Absent, Failure, Request, Response, Traffic, Verb

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from probes.contract import ReadLimits, SnmpCredential
    from probes.mibs.cells import Value
    from probes.snmp.pdu import Agent, VarBind, View

_CONFIGURATION = CommandGeneratorLcdConfigurator()
_REASONS: Final = {
    errind.UnsupportedSecurityLevel: "usmStatsUnsupportedSecLevels",
    errind.NotInTimeWindow: "usmStatsNotInTimeWindows",
    errind.UnknownUserName: "usmStatsUnknownUserNames",
    errind.UnknownSecurityName: "usmStatsUnknownUserNames",
    errind.UnknownEngineID: "usmStatsUnknownEngineIDs",
    errind.WrongDigest: "usmStatsWrongDigests",
    errind.AuthenticationFailure: "usmStatsWrongDigests",
    errind.DecryptionError: "usmStatsDecryptionErrors",
}
_ABSENT: Final = (
    (rfc1905.NoSuchObject, Absent.NO_SUCH_OBJECT),
    (rfc1905.NoSuchInstance, Absent.NO_SUCH_INSTANCE),
    (rfc1905.EndOfMibView, Absent.END_OF_MIB),
)


class PysnmpAgent:
    """One device, asked by a pysnmp engine of its own: shared ones lose answers and mix up users."""

    def __init__(
        self,
        engine: SnmpEngine,
        target: str,
        credential: SnmpCredential,
        views: Callable[[View], Awaitable[Agent | Failure]],
    ) -> None:
        self._engine = engine
        self._target = target
        self._credential = credential
        self._views = views
        self._traffic = Traffic()

    @property
    def bulk(self) -> bool:
        """Whether the version has GETBULK."""
        return not isinstance(self._credential, SnmpV2c) or self._credential.version != "1"

    @property
    def traffic(self) -> Traffic:
        """What the conversation has cost so far; pysnmp does not tell its retries."""
        return self._traffic

    async def ask(self, request: Request, until: float) -> Response | Failure:
        """Send a request until it is answered, refused, or patience ends."""
        self._traffic.requests += 1
        self._traffic.datagrams += 1
        patience = until - time.monotonic()
        if patience <= 0:
            return Failure(Completeness.TIMED_OUT, BUDGET_SPENT)
        answer: asyncio.Future[Response | Failure] = asyncio.get_running_loop().create_future()
        started = time.monotonic()
        self._send(request, answer)
        try:
            answered = await asyncio.wait_for(answer, patience)
        except TimeoutError:
            return Failure(Completeness.TIMED_OUT, BUDGET_SPENT)
        if isinstance(answered, Response):
            self._traffic.rtt_s = time.monotonic() - started
        return answered

    async def view(self, of: View) -> Agent | Failure:
        """Open another engine for one view of the device."""
        try:
            return await self._views(of)
        except OSError as error:
            return Failure(Completeness.TIMED_OUT, system_words(error))

    def close(self) -> None:
        """Close the engine and its socket."""
        self._engine.close_dispatcher()

    def _send(self, request: Request, answer: asyncio.Future[Response | Failure]) -> None:
        context = b"" if isinstance(self._credential, SnmpV2c) else self._credential.context.encode()
        place = (self._engine, self._target, None, context)
        asked = [(univ.ObjectIdentifier(oid), univ.Null("")) for oid in request.oids]
        if request.verb is Verb.BULK:
            generator = cmdgen.BulkCommandGeneratorSingleRun()
            generator.send_varbinds(*place, 0, request.repetitions, asked, _settle, answer)
        else:
            one = cmdgen.GetCommandGenerator if request.verb is Verb.GET else cmdgen.NextCommandGeneratorSingleRun
            one().send_varbinds(*place, asked, _settle, answer)


def _settle(*told: Any) -> None:  # noqa: ANN401 -- pysnmp has no types
    """Take what pysnmp reports: engine, handle, error indication, status, index, variables, our future."""
    _, _, indication, status, index, varbinds, answer = told
    if answer.done():
        return
    if indication is not None:
        answer.set_result(_failure(indication))
        return
    try:
        found = tuple(_varbind(name, value) for name, value in varbinds)
    except Exception as error:  # noqa: BLE001 -- a bug: raised where the request waits, not lost in a callback
        answer.set_exception(error)
        return
    tags = tuple(int(value.tagSet[-1].tagId) | int(value.tagSet[-1].tagClass) for _, value in varbinds)
    answer.set_result(Response(int(status), int(index), found, tags))


def _failure(indication: object) -> Failure:
    if isinstance(indication, errind.RequestTimedOut):
        return Failure(Completeness.TIMED_OUT, SILENCE)
    return Failure(Completeness.REFUSED, verbatim(_REASONS.get(type(indication), indication)))


def _varbind(name: Any, value: Any) -> VarBind:  # noqa: ANN401 -- the same
    return tuple(name), _value(value)


def _value(value: Any) -> Value | Absent | None:  # noqa: ANN401 -- the same
    for kind, absent in _ABSENT:
        if isinstance(value, kind):
            return absent
    if isinstance(value, univ.ObjectIdentifier):
        return tuple(value)
    if isinstance(value, univ.OctetString):
        return bytes(value)
    return int(value) if isinstance(value, univ.Integer) else None


async def open_pysnmp(
    address: str, credential: SnmpCredential, limits: ReadLimits, views: Callable[[View], Awaitable[Agent | Failure]]
) -> PysnmpAgent:
    """Open an engine for one device.

    Raises:
        OSError: no socket is left.
    """
    engine = SnmpEngine()
    kind = Udp6TransportTarget if ":" in address else UdpTransportTarget
    aim = await kind.create((address, credential.port), timeout=limits.timeout_s, retries=limits.retries)
    context = b"" if isinstance(credential, SnmpV2c) else credential.context.encode()
    target, _ = _CONFIGURATION.configure(engine, _user(credential), aim, context)
    return PysnmpAgent(engine, target, credential, views)


def _user(credential: SnmpCredential) -> CommunityData | UsmUserData:
    if isinstance(credential, SnmpV2c):
        return CommunityData("netaudit", credential.community.encode(), mpModel=0 if credential.version == "1" else 1)
    digest = DIGESTS[credential.auth_protocol] if credential.auth_protocol else None
    cipher = SERVICES[CIPHERS[credential.privacy_protocol]] if credential.privacy_protocol else None
    return UsmUserData(
        credential.user,
        credential.auth_secret if digest else None,
        credential.privacy_secret if cipher else None,
        digest.service if digest else None,
        cipher.SERVICE_ID if cipher else None,
    )
