"""What a platform may say about its own tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re

    from probes.platforms.cli import Cli


class Forwarding(StrEnum):
    """Tables that say which station was learned where, by their MIB names."""

    PER_VLAN = "dot1qTpFdbTable"
    PLAIN = "dot1dTpFdbTable"
    L2MAM = "hwDynFdbTable"
    """HUAWEI-L2MAM-MIB: VLAN in the index, ifIndex as value."""


class Discovery(StrEnum):
    """Tables that say which neighbour is heard where."""

    LLDP = "lldpRemTable"
    CDP = "cdpCacheTable"


class Resolution(StrEnum):
    """Tables that say which address has which MAC, beside those of RFC 4293."""

    AT = "atTable"
    """RFC 1213: some firmware shows the ARP entries of a VPN nowhere else."""
    IPV6 = "ipv6NetToMediaTable"
    """RFC 2465: ND before it had a table in common with ARP."""
    CISCO = "cInetNetToMediaTable"
    """CISCO-IETF-IP-MIB: the same, by Cisco."""


class PortNumbering(StrEnum):
    """What the port numbers of a standard forwarding table may be."""

    BASE_PORT = "base port"
    """dot1dBasePortIfIndex translates them, as RFC 4188 has it."""
    L2IF_PORT = "L2IF port"
    """hwL2IfPortIfIndex translates them."""
    PANEL_PORT = "panel port"
    """The number printed at the port; its base port is that much higher (:attr:`Profile.panel_offset`)."""
    IF_INDEX = "ifIndex"
    UNKNOWN = "unknown"
    """No reading agrees with what is known otherwise."""


STANDARD_NUMBERINGS = (PortNumbering.BASE_PORT, PortNumbering.IF_INDEX)


_DESCRIPTION_LENGTH = 512
"""RFC 1213 allows 255; what a hostile agent sends beyond is not searched."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Peculiarities a decoder has to know before it can trust a table."""

    name: str
    """What is written in the register of devices; never changed once published."""
    title: str = ""
    aliases: tuple[str, ...] = ()
    """What else people and tools call it."""
    object_ids: tuple[str, ...] = ()
    """Where its sysObjectID lies; the longest that fits decides between platforms."""
    description: re.Pattern[str] | None = None
    """Found in its sysDescr. Groups ``model`` and ``software``, where there are, tell what ENTITY-MIB leaves out."""
    only_with_description: bool = False
    """The vendor sells other systems under the same sysObjectIDs: the description must agree."""
    fdb_id_is_vlan: bool = False
    """The filtering database id of dot1qTpFdbTable is the VLAN, whatever dot1qVlanFdbId says."""
    forwarding: tuple[Forwarding, ...] = (Forwarding.PER_VLAN, Forwarding.PLAIN)
    vlan_views: bool = False
    """dot1dTpFdbTable shows one VLAN at a time: each under a community or context of its own."""
    numberings: tuple[PortNumbering, ...] = STANDARD_NUMBERINGS
    """Readings of a port number, in the order they are believed; fit decides, once per device."""
    panel_offset: int = 0
    discovery: tuple[Discovery, ...] = (Discovery.LLDP,)
    cli: Cli | None = None
    """How it is read by its command line; None where nobody wrote that down."""
    resolution: tuple[Resolution, ...] = (Resolution.AT, Resolution.IPV6)
    """Where else to look for ARP and ND when the tables of RFC 4293 show none."""
    vpns: bool = False
    """mplsL3VpnIfConfTable may say which VPN an interface belongs to."""
    vrf_contexts: bool = False
    """ARP and ND of a VRF are shown under a context of its own."""
    interface_text: re.Pattern[str] | None = None
    """Takes ifDescr apart where it holds more than the name: groups ``name`` and, where there is one, ``alias``."""

    def described_by(self, description: str | None) -> re.Match[str] | None:
        """Return how sysDescr is this platform's; None when it is not."""
        return self.description.search((description or "")[:_DESCRIPTION_LENGTH]) if self.description else None

    def told_by(self, description: str | None, group: str) -> str | None:
        """Return what sysDescr says of ``model`` or ``software``."""
        found = self.described_by(description)
        return found.groupdict().get(group) if found else None
