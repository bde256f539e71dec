"""Addresses, cards, serial numbers and names replaced by others, always the same for the same key.

Two addresses that share a prefix share one of the same length afterwards, so that subnets stay subnets. A card keeps
its maker. Nothing can be traced back without the key: every choice is a keyed hash (BLAKE2b).
"""

from __future__ import annotations

import base64
import hashlib
import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Final

from inventory.model.values import Mac

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.values import IPAddress

_KEPT_BITS: Final = {4: 8, 6: 16}
"""The first bits stay: they tell private from public, and what kind of address it is."""
_SCOPES: Final = tuple(
    map(IPv4Network, ("172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "198.18.0.0/15"))
)
"""Networks that stay themselves; what is in them does not."""
_MEANINGS: Final = tuple(map(IPv4Network, ("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3")))
"""Addresses that name nobody: all of them stay, netmasks among them."""
_V4_MAPPED: Final = IPv6Network("::ffff:0:0/96")
_SOLICITED: Final = IPv6Network("ff02::1:ff00:0/104")
_LOW_24: Final = (1 << 24) - 1
_ROUNDS: Final = 6
_HALF: Final = 12

_VERSION: Final = re.compile(
    r"(?:\b(?:version|ver|release|rel|revision|rev|firmware|software|image|build|patch|bootrom|boot)\b"
    r"[\s.:=,-]*|[vV])$",
    re.IGNORECASE,
)
"""Before four numbers with dots between them, this says that they are no address."""
_BEFORE: Final = 24
_DOTTED: Final = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_COLONS: Final = re.compile(r"(?<![0-9A-Fa-f:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![0-9A-Fa-f:])")
_CARD: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{4}(?:[-.][0-9A-Fa-f]{4}){2}"
    r"|[0-9A-Fa-f]{6}-[0-9A-Fa-f]{6}|[0-9A-Fa-f]{2}(?: [0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{12})(?![0-9A-Za-z])"
)
_SERIAL: Final = re.compile(r"(?i)\b(s/?n|serial(?: number| no\.?)?|esn)(\s*[:=#]\s*|\s+of\s+slot\s+\d+\s*:\s*)(\S+)")
_SHORTEST_WORD: Final = 3


def is_version(dotted: re.Match[str]) -> bool:
    """Whether what stands before four numbers says that they are a version."""
    return _VERSION.search(dotted.string[max(0, dotted.start() - _BEFORE) : dotted.start()]) is not None


class Pseudonyms:
    """The replacements of one key."""

    def __init__(self, key: bytes) -> None:
        """Take the key; one shorter than 16 octets could be guessed.

        Raises:
            ValueError: it is.
        """
        if len(key) < 16:  # noqa: PLR2004 -- 128 bits
            message = "the key is shorter than 16 octets"
            raise ValueError(message)
        self._key = key if len(key) <= hashlib.blake2b.MAX_KEY_SIZE else hashlib.sha256(key).digest()
        self._flips: dict[tuple[int, int, int], int] = {}

    def ip(self, address: IPAddress) -> IPAddress:
        """Return another address of the same kind."""
        if isinstance(address, IPv4Address):
            if any(address in network for network in _MEANINGS):
                return address
            return IPv4Address(self._prefix_preserving(int(address), 32))
        return self._ip6(address)

    def mac(self, card: Mac) -> Mac:
        """Return another card of the same maker; groups and virtual routers stay, save a card in their last bits."""
        octets = bytes.fromhex(card.text.replace(":", ""))
        if card.text.startswith("33:33:ff:"):
            return Mac.from_bytes(octets[:3] + self._permuted(b"solicited", int.from_bytes(octets[3:])).to_bytes(3))
        if not card.is_station:
            return card
        return Mac.from_bytes(octets[:3] + self._permuted(octets[:3], int.from_bytes(octets[3:])).to_bytes(3))

    def name(self, written: str) -> str:
        """Return a name for a name; case and blanks around it make no other one of it."""
        return f"name-{self._token('name', written.strip().casefold(), 8)}" if written.strip() else written

    def serial(self, written: str) -> str:
        """Return a serial number for a serial number."""
        return f"SN{self._token('serial', written.strip().upper(), 10).upper()}" if written.strip() else written

    def octets(self, raw: bytes) -> bytes:
        """Return as many octets for octets nobody knows the meaning of."""
        digest = hashlib.shake_256(self._key + b"octets" + raw)
        return digest.digest(len(raw))

    def text(self, written: str, words: Iterable[tuple[str, str]] = ()) -> str:
        """Return a text with the addresses, cards and serial numbers in it replaced, and these words.

        Args:
            written: the text.
            words: what else to replace, each with what stands for it.
        """
        for word, instead in sorted(words, key=lambda pair: -len(pair[0])):
            if len(word) >= _SHORTEST_WORD:
                written = re.sub(rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])", instead, written)
        written = _SERIAL.sub(lambda found: f"{found[1]}{found[2]}{self.serial(found[3])}", written)
        written = _CARD.sub(lambda found: self._spelled(found[0]), written)
        written = _DOTTED.sub(lambda found: found[0] if is_version(found) else self._address(found[0]), written)
        return _COLONS.sub(lambda found: self._address(found[0]), written)

    def _address(self, written: str) -> str:
        try:
            return str(self.ip(ip_address(written)))
        except ValueError:
            return written

    def _spelled(self, written: str) -> str:
        """Return a card in the spelling it was found in; twelve digits that are no card of a station stay."""
        card = Mac.parse(written)
        if len(written) == 12 and written.isdecimal():  # noqa: PLR2004 -- a number as likely as a card
            return self._token("serial", written, 12)
        digits = iter(self.mac(card).text.replace(":", ""))
        instead = "".join(next(digits) if character not in ":-. " else character for character in written)
        return instead.upper() if written.upper() == written else instead

    def _ip6(self, address: IPv6Address) -> IPv6Address:
        if address in _V4_MAPPED:
            return IPv6Address(int(_V4_MAPPED.network_address) | int(self.ip(IPv4Address(int(address) & 0xFFFFFFFF))))
        if address in _SOLICITED:
            return IPv6Address(int(address) & ~_LOW_24 | self._permuted(b"solicited", int(address) & _LOW_24))
        if address.is_multicast or address.is_loopback or address.is_unspecified:
            return address
        found = int(address) if address.is_link_local else self._prefix_preserving(int(address), 128)
        interface = int(address) & ((1 << 64) - 1)
        if (interface >> 24) & 0xFFFF == 0xFFFE:  # noqa: PLR2004 -- RFC 4291: an EUI-64 made of a card
            return IPv6Address(found >> 64 << 64 | self._of_card(interface))
        if address.is_link_local:
            hashed = hashlib.blake2b(interface.to_bytes(8), key=self._key, digest_size=8).digest()
            return IPv6Address(found >> 64 << 64 | int.from_bytes(hashed) & ~(0xFFFF << 24))
        return IPv6Address(found)

    def _of_card(self, interface: int) -> int:
        octets = interface.to_bytes(8)
        card = Mac.from_bytes(bytes((octets[0] ^ 2, octets[1], octets[2])) + octets[5:])
        other = bytes.fromhex(self.mac(card).text.replace(":", ""))
        return int.from_bytes(bytes((other[0] ^ 2,)) + other[1:3] + b"\xff\xfe" + other[3:])

    def _prefix_preserving(self, address: int, bits: int) -> int:
        """Flip each bit or not, by a keyed hash of the bits before it (the construction of Crypto-PAn)."""
        version = 4 if bits == 32 else 6  # noqa: PLR2004 -- bits of an IPv4 address
        found = 0
        for place in range(bits):
            before = address >> (bits - place)
            bit = address >> (bits - place - 1) & 1
            found = found << 1 | (bit ^ self._flip(version, place, before))
        return found

    def _flip(self, version: int, place: int, before: int) -> int:
        key = (version, place, before)
        if key not in self._flips:
            self._flips[key] = 0 if self._stays(version, place, before) else self._hashed_bit(key)
        return self._flips[key]

    @staticmethod
    def _stays(version: int, place: int, before: int) -> bool:
        if place < _KEPT_BITS[version]:
            return True
        return version == 4 and any(  # noqa: PLR2004 -- IPv4
            place < scope.prefixlen and int(scope.network_address) >> (32 - place) == before for scope in _SCOPES
        )

    def _hashed_bit(self, key: tuple[int, int, int]) -> int:
        return hashlib.blake2b(repr(key).encode(), key=self._key, digest_size=1).digest()[0] & 1

    def _permuted(self, salt: bytes, number: int) -> int:
        """Return another number of 24 bits, no two the same (a Feistel network)."""
        left, right = number >> _HALF, number & ((1 << _HALF) - 1)
        for turn in range(_ROUNDS):
            mixed = hashlib.blake2b(bytes((turn,)) + salt + right.to_bytes(2), key=self._key, digest_size=2).digest()
            left, right = right, left ^ (int.from_bytes(mixed) & ((1 << _HALF) - 1))
        return left << _HALF | right

    def _token(self, kind: str, written: str, length: int) -> str:
        digest = hashlib.blake2b(f"{kind}:{written}".encode("utf-8", "surrogatepass"), key=self._key).digest()
        return base64.b32encode(digest).decode("ascii").lower()[:length]
