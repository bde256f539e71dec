"""Cisco NX-OS: Nexus. The forwarding table shows one VLAN at a time, as that of IOS; commands are for all VRFs."""

from __future__ import annotations

import re

from probes.platforms.cli import Cli, Command, Pager, Question, Subject, condition
from probes.platforms.profile import Discovery, Forwarding, PortNumbering, Profile, Resolution

CLI = Cli(
    prompt=re.compile(r"[\w.@/:-]{1,64}[>#]"),
    session=("terminal length 0",),
    pagers=(Pager(re.compile(r"\s*-+\s*More\s*-+\s*", re.IGNORECASE)),),
    names={"eth": "Ethernet", "po": "port-channel", "vlan": "Vlan", "lo": "loopback"},
    aggregates=("port-channel",),
    virtual=("vlan", "tunnel", "nve", "bdi"),
    own_without_age=True,
    base_vpns=frozenset({"default"}),
    condition=condition("show clock"),
    questions=(
        Question(
            Subject.VERSION, (Command("show version", "cisco_nxos_version", re.compile(r"NX-OS|NXOS|kickstart")),)
        ),
        Question(
            Subject.SERIAL,
            (Command("show inventory", "cisco_nxos_serial", re.compile(r"^NAME:", re.MULTILINE)),),
        ),
        Question(
            Subject.INTERFACES,
            (
                Command(
                    "show interface status",
                    "cisco_nxos_show_interface_status",
                    re.compile(r"Port\s+Name\s+Status"),
                    fields={"interface": "port", "description": "name", "link": "status"},
                ),
            ),
        ),
        Question(
            Subject.AGGREGATES,
            (Command("show port-channel summary", "cisco_nxos_aggregates", re.compile(r"Group\s+Port-")),),
        ),
        Question(
            Subject.ADDRESSES,
            (
                Command(
                    "show ip interface brief vrf all",
                    "cisco_nxos_show_ip_interface_brief",
                    re.compile(r"IP Interface Status for VRF"),
                    fields={"ip": "ip_address", "vpn": "vrf"},
                ),
            ),
        ),
        Question(
            Subject.ARP,
            (
                Command(
                    "show ip arp detail vrf all",
                    "cisco_nxos_show_ip_arp_detail_vrf_all",
                    re.compile(r"IP ARP Table"),
                    re.compile(r"Total number of entries:\s*(?P<n>\d+)"),
                    {"ip": "ip_address", "mac": "mac_address", "vpn": "vrf"},
                ),
            ),
        ),
        Question(
            Subject.ND,
            (
                Command(
                    "show ipv6 neighbor vrf all",
                    "cisco_nxos_nd",
                    re.compile(r"IPv6 Adjacency Table"),
                    re.compile(r"Total number of entries:\s*(?P<n>\d+)"),
                ),
            ),
        ),
        Question(
            Subject.FDB,
            (
                Command(
                    "show mac address-table",
                    "cisco_nxos_stations",
                    re.compile(r"VLAN\s+MAC Address\s+Type"),
                    timeout_s=120,
                ),
            ),
        ),
        Question(
            Subject.LLDP,
            (
                Command(
                    "show lldp neighbors detail",
                    "cisco_nxos_neighbours",
                    re.compile(r"Capability codes|Chassis id|Total entries displayed", re.IGNORECASE),
                    re.compile(r"Total entries displayed:\s*(?P<n>\d+)"),
                ),
            ),
        ),
    ),
)

PROFILE = Profile(
    name="cisco_nxos",
    title="Cisco NX-OS",
    aliases=("nxos", "nexus", "cisco_nexus"),
    object_ids=("1.3.6.1.4.1.9.12.3.1.3",),
    description=re.compile(r"Cisco NX-OS.*?Version (?P<software>[^\s,]+)", re.DOTALL),
    forwarding=(Forwarding.PLAIN,),
    vlan_views=True,
    numberings=(PortNumbering.BASE_PORT,),
    discovery=(Discovery.LLDP, Discovery.CDP),
    cli=CLI,
    resolution=(Resolution.AT, Resolution.CISCO),
    vpns=True,
    vrf_contexts=True,
)
