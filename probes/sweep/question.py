"""What a UDP probe is: one datagram that is no harm to anybody, and an answer that brings its secret back. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

HEADERS: Final = 42
"""Ethernet, IPv4 and UDP: what a datagram costs beside its payload. IPv6 takes 20 more."""


class Told(NamedTuple):
    """What an answer says."""

    cookie: int
    """The 32-bit cookie as far as it came back; the other bits are 0."""
    detail: str
    """What the answer says about its host, for people; empty when nothing."""


class Question(NamedTuple):
    """One UDP probe. It costs one datagram of ``HEADERS + len(payload)`` octets and at most one in return."""

    port: int
    payload: bytes
    """With a cookie of zero."""
    cookie_at: int
    """Where in the payload the cookie's four octets go; even, so that it adds plainly to the checksum."""
    keep: int
    """Which bits of the cookie the payload has room for."""
    fixed: int
    """What the other bits of these four octets are."""
    read: Callable[[bytes], Told | None]
    """Reads a datagram that came from the port; None when it answers no question of this kind."""

    def ask(self, cookie: int) -> bytes:
        """Return the payload that carries a cookie."""
        where = slice(self.cookie_at, self.cookie_at + 4)
        payload = bytearray(self.payload)
        payload[where] = (cookie & self.keep | self.fixed).to_bytes(4, "big")
        return bytes(payload)


def words(data: bytes, encoding: str = "utf-8") -> str:
    """Return a name a host sent, fit for one line: what cannot be shown is left out."""
    return "".join(letter for letter in data.decode(encoding, "replace") if letter.isprintable()).strip()
