"""Cisco IOS and IOS XE: the only system whose forwarding table shows one VLAN at a time."""

from __future__ import annotations

import re

from probes.platforms.cli import Cli, Command, Pager, Question, Subject, condition
from probes.platforms.profile import Discovery, Forwarding, PortNumbering, Profile, Resolution

CLI = Cli(
    prompt=re.compile(r"[\w.@/:-]{1,64}[>#]"),
    session=("terminal length 0",),
    pagers=(Pager(re.compile(r"\s*-+\s*More\s*-+\s*", re.IGNORECASE)),),
    remote_version=re.compile(r"^SSH-[\d.]+-Cisco-"),
    names={
        "gi": "GigabitEthernet",
        "te": "TenGigabitEthernet",
        "tw": "TwoGigabitEthernet",
        "twe": "TwentyFiveGigE",
        "fo": "FortyGigabitEthernet",
        "hu": "HundredGigE",
        "fa": "FastEthernet",
        "eth": "Ethernet",
        "et": "Ethernet",
        "po": "Port-channel",
        "vl": "Vlan",
        "lo": "Loopback",
    },
    aggregates=("port-channel",),
    virtual=("vlan", "tunnel", "bdi"),
    own_without_age=True,
    condition=condition("show clock", "show mac address-table count"),
    questions=(
        Question(
            Subject.VERSION,
            (
                Command(
                    "show version",
                    "cisco_ios_show_version",
                    re.compile(r"Cisco.*Software", re.IGNORECASE),
                    fields={"model": "hardware", "software": "version", "sys_name": "hostname", "mac": "mac_address"},
                ),
            ),
        ),
        Question(
            Subject.INTERFACES,
            (
                Command(
                    "show interfaces status",
                    "cisco_ios_show_interfaces_status",
                    re.compile(r"Port\s+Name\s+Status"),
                    fields={"interface": "port", "description": "name", "link": "status"},
                ),
            ),
        ),
        Question(
            Subject.AGGREGATES,
            (
                Command(
                    "show etherchannel summary",
                    "cisco_ios_show_etherchannel_summary",
                    re.compile(r"Number of (?:channel-groups|aggregators)", re.IGNORECASE),
                    fields={"aggregate": "bundle_name", "member": "member_interface"},
                ),
            ),
        ),
        Question(
            Subject.ADDRESSES,
            (
                Command(
                    "show ip interface brief",
                    "cisco_ios_show_ip_interface_brief",
                    re.compile(r"Interface\s+IP-Address"),
                    fields={"ip": "ip_address"},
                ),
            ),
        ),
        Question(
            Subject.ARP,
            (
                Command(
                    "show ip arp",
                    "cisco_ios_show_ip_arp",
                    re.compile(r"Protocol\s+Address\s+Age"),
                    fields={"ip": "ip_address", "mac": "mac_address"},
                ),
            ),
        ),
        Question(
            Subject.ND,
            (
                Command(
                    "show ipv6 neighbors",
                    "cisco_ios_show_ipv6_neighbors",
                    re.compile(r"IPv6 Address\s+Age"),
                    fields={"ip": "address", "mac": "mac_address"},
                ),
            ),
        ),
        Question(
            Subject.FDB,
            (
                Command(
                    "show mac address-table",
                    "cisco_ios_show_mac-address-table",
                    re.compile(r"mac address", re.IGNORECASE),
                    re.compile(r"Total Mac Addresses for this criterion\s*:\s*(?P<n>\d+)", re.IGNORECASE),
                    {"mac": "destination_address", "port": "destination_port", "vlan": "vlan_id"},
                    timeout_s=120,
                ),
            ),
        ),
        Question(
            Subject.LLDP,
            (
                Command(
                    "show lldp neighbors detail",
                    "cisco_ios_show_lldp_neighbors_detail",
                    re.compile(r"Total entries displayed|Chassis id", re.IGNORECASE),
                    re.compile(r"Total entries displayed\s*:\s*(?P<n>\d+)", re.IGNORECASE),
                    {
                        "port": "local_interface",
                        "chassis": "chassis_id",
                        "remote": "neighbor_port_id",
                        "remote_description": "neighbor_interface",
                        "system_name": "neighbor_name",
                        "management": "mgmt_address",
                    },
                ),
            ),
        ),
    ),
)

PROFILE = Profile(
    name="cisco_ios",
    title="Cisco IOS / IOS XE",
    aliases=("cisco", "ios", "cisco_xe", "cisco_ios_xe"),
    object_ids=("1.3.6.1.4.1.9.1",),
    description=re.compile(
        r"(?:Cisco IOS|Cisco Internetwork Operating System) Software.*?Version (?P<software>[^\s,]+)", re.DOTALL
    ),
    only_with_description=True,
    forwarding=(Forwarding.PLAIN,),
    vlan_views=True,
    numberings=(PortNumbering.BASE_PORT,),
    discovery=(Discovery.LLDP, Discovery.CDP),
    cli=CLI,
    resolution=(Resolution.AT, Resolution.CISCO),
    vpns=True,
    vrf_contexts=True,
)
