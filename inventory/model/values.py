"""Values everything else is made of: MAC address, (plane, IP), time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, TypeAlias

IPAddress: TypeAlias = IPv4Address | IPv6Address
IPNetwork: TypeAlias = IPv4Network | IPv6Network

PUBLIC_PLANE: Final = "public"
"""The plane 公用网络区: where an address lives unless a sheet says otherwise."""

_SEPARATORS = re.compile(r"[\s:.\-]")
_TWELVE_HEX = re.compile(r"[0-9a-f]{12}")
_VIRTUAL_ROUTER = (
    # VRRP, 00-00-5E-00-01-{VRID} for IPv4 (RFC 9568 §7.3; before that RFC 5798, RFC 3768) and 00-00-5E-00-02-{VRID} for
    # IPv6. CARP (ip_carp.c of OpenBSD, FreeBSD) and keepalived with use_vmac take the same ones.
    "00:00:5e:00:01:",
    "00:00:5e:00:02:",
    # HSRP version 1, 0000.0C07.AC{group} (RFC 2281 §5.3); version 2, 0000.0C9F.F{group} for IPv4 and 0005.73A0.0{group}
    # for IPv6 (Cisco, "First Hop Redundancy Protocols Configuration Guide", IOS 15: HSRP Version 2, HSRP for IPv6).
    "00:00:0c:07:ac:",
    "00:00:0c:9f:f",
    "00:05:73:a0:0",
    # GLBP, 0007.B400.{group}{forwarder} (the same guide, Configuring GLBP); groups go up to 1023: two bits more.
    "00:07:b4:00:",
    "00:07:b4:01:",
    "00:07:b4:02:",
    "00:07:b4:03:",
    # VRRP of Comware that balances the load: 000F-E2FF-{0 or 4}{VRID}{forwarder} (H3C, "VRRP Technology White Paper",
    # 6W100, and the command reference of display vrrp verbose).
    "00:0f:e2:ff:0",
    "00:0f:e2:ff:4",
)
"""Where a router maps its virtual address to its own card (Comware: vrrp method real-mac; FortiGate and keepalived
unless told otherwise), the card is that device's, and no rule is needed."""


@dataclass(frozen=True, slots=True, order=True)
class Mac:
    """An EUI-48 address, canonical text: six lower-case hex octets joined by colons."""

    text: str

    @classmethod
    def parse(cls, written: str) -> Mac:
        """Read a MAC in any of the spellings people and devices use.

        ``AA-BB-CC-DD-EE-FF``, ``aabb-ccdd-eeff`` (Huawei, H3C), ``aabb.ccdd.eeff`` (Cisco), colons, spaces, twelve bare
        hex digits, full-width digits and punctuation.

        Raises:
            ValueError: the text is not twelve hex digits once separators are removed.
        """
        narrow = written.strip().lower().translate(_NARROW)
        digits = _SEPARATORS.sub("", narrow)
        if not _TWELVE_HEX.fullmatch(digits):
            message = f"not a MAC address: {written!r}"
            raise ValueError(message)
        return cls(":".join(digits[i : i + 2] for i in range(0, 12, 2)))

    @classmethod
    def from_bytes(cls, octets: bytes) -> Mac:
        """Make a MAC of exactly six octets.

        Raises:
            ValueError: ``octets`` is not six bytes long.
        """
        if len(octets) != 6:  # noqa: PLR2004 -- EUI-48
            message = f"a MAC address has 6 octets, not {len(octets)}"
            raise ValueError(message)
        return cls(octets.hex(":"))

    @property
    def is_group(self) -> bool:
        """Whether it names a group (multicast or broadcast): never a station."""
        return self.text[1] in "13579bdf"

    @property
    def is_null(self) -> bool:
        """Whether all octets are zero: what some agents return for "none"."""
        return self.text == "00:00:00:00:00:00"

    @property
    def is_local(self) -> bool:
        """Whether the locally-administered bit is set: randomised, virtual or hand-made."""
        return bool(int(self.text[1], 16) & 2)

    @property
    def is_virtual_router(self) -> bool:
        """Whether it belongs to a redundancy protocol (VRRP, CARP, HSRP, GLBP) and so to no endpoint."""
        return self.text.startswith(_VIRTUAL_ROUTER)

    @property
    def is_station(self) -> bool:
        """Whether a station could own it: not group, not null, not a virtual router."""
        return not (self.is_group or self.is_null or self.is_virtual_router)

    @property
    def oui(self) -> str:
        """The first three octets, upper-case hex without separators (the form of IEEE's registry)."""
        return self.text[:8].replace(":", "").upper()

    def __hash__(self) -> int:
        # As good as the generated one, which makes a tuple first: a sweep asks a million times.
        return hash(self.text)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Address:
    """An IP address within its plane: overlapping private networks are legal, so the pair is the key."""

    plane: str
    ip: IPAddress

    @classmethod
    def parse(cls, written: str, plane: str = PUBLIC_PLANE) -> Address:
        """Read an IP address; raises ValueError when it is none."""
        return cls(plane, ip_address(written.strip().translate(_NARROW)))

    def __str__(self) -> str:
        return str(self.ip) if self.plane == PUBLIC_PLANE else f"{self.plane}/{self.ip}"


_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_NARROW = str.maketrans({**{chr(k): v for k, v in _FULL_WIDTH.items()}, "\u3000": " ", "。": ".", "：": ":"})


def narrow(written: str) -> str:
    """Return ``written`` with full-width letters, digits and punctuation made half-width."""
    return written.translate(_NARROW)


@lru_cache(maxsize=65_536)
def written(ip: IPAddress) -> str:
    """Return an address as text: as ``str()`` does, but a network has few, and each is written again and again."""
    return str(ip)


@lru_cache(maxsize=65_536)
def parsed(canonical: str) -> IPAddress:
    """Return the address that :func:`written` wrote."""
    return ip_address(canonical)


def rfc3339(moment: datetime) -> str:
    """Return a UTC time as RFC 3339 text with seconds, ``2026-11-23T05:00:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
