"""Writing down what a device says while it is read: only what was asked for, and no secret.

What an answer holds beyond the column being walked (GETBULK overshoots into the next table, whatever that is) is not
kept; communities, users and keys are no objects a reader asks for. A value that repeats a secret of the credential,
because somebody wrote it into a description, is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.contract import SnmpV2c
from probes.snmp.pdu import Absent, Failure, Response, Verb
from probes.snmp.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from probes.contract import SnmpCredential
    from probes.mibs.cells import Oid, Value
    from probes.snmp.pdu import Agent, Request, Traffic, View

_PUBLIC = frozenset({b"public"})
"""No secret, and a word of many descriptions."""


def secrets_of(credential: SnmpCredential) -> tuple[bytes, ...]:
    """Return what of a credential nobody may read."""
    if isinstance(credential, SnmpV2c):
        words: Iterable[str | None] = (credential.community,)
    else:
        words = (credential.auth_secret, credential.privacy_secret)
    return tuple(word.encode() for word in words if word and word.encode() not in _PUBLIC)


class Tape:
    """Keeps what one device was asked and said."""

    def __init__(self, secrets: Iterable[bytes] = ()) -> None:
        self._secrets = tuple(secrets)
        self._objects: dict[Oid, Value | None] = {}
        self._tags: dict[Oid, int] = {}
        self._views: dict[View, Tape] = {}
        self._left_out = 0

    @property
    def left_out(self) -> int:
        """How many values were not kept because they hold a secret."""
        return self._left_out + sum(view.left_out for view in self._views.values())

    def tap(self, agent: Agent) -> Agent:
        """Return the same agent, overheard."""
        return _Overheard(agent, self)

    def recording(self) -> Recording:
        """Return what was said so far."""
        views = {of: view.recording() for of, view in sorted(self._views.items(), key=lambda pair: str(pair[0]))}
        return Recording(self._objects.items(), self._tags, views)

    def view(self, of: View) -> Tape:
        """Return the tape of one view."""
        return self._views.setdefault(of, Tape(self._secrets))

    def hear(self, request: Request, response: Response) -> None:
        """Keep what of an answer was asked for."""
        if response.status:
            return
        asked = frozenset(request.oids)
        for position, ((oid, value), tag) in enumerate(zip(response.varbinds, response.tags, strict=True)):
            if isinstance(value, Absent) or not self._was_asked(request, asked, position, oid):
                continue
            if isinstance(value, bytes) and any(secret in value for secret in self._secrets):
                self._left_out += 1
                continue
            self._objects[oid] = value
            self._tags[oid] = tag

    @staticmethod
    def _was_asked(request: Request, asked: frozenset[Oid], position: int, oid: Oid) -> bool:
        if request.verb is Verb.GET:
            return oid in asked
        if not request.within:
            return False
        column = request.within[position % len(request.within)]
        return oid[: len(column)] == column


class _Overheard:
    """An agent whose answers are written down."""

    def __init__(self, agent: Agent, tape: Tape) -> None:
        self._agent = agent
        self._tape = tape

    @property
    def bulk(self) -> bool:
        return self._agent.bulk

    @property
    def traffic(self) -> Traffic:
        return self._agent.traffic

    async def ask(self, request: Request, until: float) -> Response | Failure:
        answer = await self._agent.ask(request, until)
        if isinstance(answer, Response):
            self._tape.hear(request, answer)
        return answer

    async def view(self, of: View) -> Agent | Failure:
        agent = await self._agent.view(of)
        return agent if isinstance(agent, Failure) else self._tape.view(of).tap(agent)

    def close(self) -> None:
        self._agent.close()
