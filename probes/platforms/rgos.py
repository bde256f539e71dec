"""Ruijie RGOS. Aggregates are forwarding ports; the switch's own addresses stand on VLAN interfaces and on port 0."""

from __future__ import annotations

import re

from probes.platforms.cli import Cli, Command, Pager, Question, Subject, condition
from probes.platforms.profile import Profile

CLI = Cli(
    # A read-only account has a prompt of its own: $.
    prompt=re.compile(r"[\w.@/:-]{1,64}[>#$]"),
    session=("terminal length 0",),
    pagers=(Pager(re.compile(r"\s*-{2,}\s*More\s*-{2,}\s*", re.IGNORECASE)),),
    remote_version=re.compile(r"^SSH-[\d.]+-RGOS"),
    names={
        "gi": "GigabitEthernet",
        "te": "TenGigabitEthernet",
        "fa": "FastEthernet",
        "fo": "FortyGigabitEthernet",
        "hu": "HundredGigabitEthernet",
        "ag": "AggregatePort",
        "vl": "VLAN",
    },
    aggregates=("aggregateport",),
    virtual=("vlan", "tunnel", "overlayrouter", "overlaytunnel"),
    own_without_age=True,
    condition=condition("show clock", "show mac-address-table count"),
    questions=(
        Question(
            Subject.VERSION, (Command("show version", "ruijie_rgos_version", re.compile(r"System software version")),)
        ),
        Question(
            Subject.INTERFACES,
            (Command("show interfaces status", "ruijie_rgos_interfaces", re.compile(r"Interface\s+Status\s+Vlan")),),
        ),
        Question(
            Subject.AGGREGATES,
            (Command("show aggregatePort summary", "ruijie_rgos_aggregates", re.compile(r"AggregatePort\s+MaxPorts")),),
        ),
        Question(
            Subject.ADDRESSES,
            (Command("show ip interface brief", "ruijie_rgos_addresses", re.compile(r"Interface\s+IP-Address")),),
        ),
        Question(
            Subject.ARP,
            (
                Command(
                    "show arp",
                    "ruijie_rgos_arp",
                    re.compile(r"Protocol\s+Address\s+Age"),
                    re.compile(r"Total number of ARP entries\s*:\s*(?P<n>\d+)", re.IGNORECASE),
                ),
            ),
        ),
        Question(
            Subject.FDB,
            (
                Command(
                    "show mac-address-table",
                    "ruijie_rgos_stations",
                    re.compile(r"Vlan\s+MAC Address", re.IGNORECASE),
                    timeout_s=120,
                ),
            ),
        ),
        Question(
            Subject.LLDP,
            (
                Command(
                    "show lldp neighbors detail",
                    "ruijie_rgos_neighbours",
                    re.compile(r"Lldp neighbor-information|Total entries displayed", re.IGNORECASE),
                ),
            ),
        ),
    ),
)

PROFILE = Profile(
    name="ruijie_rgos",
    title="Ruijie RGOS",
    aliases=("ruijie", "rgos", "ruijie_os"),
    object_ids=("1.3.6.1.4.1.4881",),
    description=re.compile(r"Ruijie.*?\((?P<model>[\w-]+)\)", re.DOTALL),
    fdb_id_is_vlan=True,
    cli=CLI,
    vpns=True,
)
