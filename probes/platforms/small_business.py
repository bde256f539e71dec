"""Cisco Small Business: Sx200, Sx300, Sx500, CBS. Not IOS, although its command line looks like it."""

from __future__ import annotations

import re

from probes.platforms.cli import Cli, Command, Pager, Question, Subject, condition
from probes.platforms.profile import Discovery, Profile

CLI = Cli(
    prompt=re.compile(r"[\w.@/:-]{1,64}[>#]"),
    session=("terminal datadump",),
    pagers=(Pager(re.compile(r"\s*More:\s*<space>,\s*Quit:.*", re.IGNORECASE)),),
    aggregates=("po",),
    virtual=("vlan", "tunnel"),
    condition=condition("show clock"),
    questions=(
        Question(
            Subject.VERSION,
            (Command("show version", "cisco_s300_version", re.compile(r"SW version|Active-image", re.IGNORECASE)),),
        ),
        Question(
            Subject.SERIAL,
            (Command("show system id", "cisco_s300_serial", re.compile(r"Serial number", re.IGNORECASE)),),
        ),
        Question(
            Subject.INTERFACES,
            (Command("show interfaces status", "cisco_s300_interfaces", re.compile(r"Port\s+Type\s+Duplex\s+Speed")),),
        ),
        Question(
            Subject.ARP,
            (
                Command(
                    "show arp",
                    "cisco_s300_arp",
                    re.compile(r"VLAN\s+Interface\s+IP address", re.IGNORECASE),
                    re.compile(r"Total number of entries\s*:\s*(?P<n>\d+)", re.IGNORECASE),
                ),
            ),
        ),
        Question(
            Subject.FDB,
            (
                Command(
                    "show mac address-table",
                    "cisco_s300_stations",
                    re.compile(r"Vlan\s+Mac Address\s+Port\s+Type", re.IGNORECASE),
                    timeout_s=120,
                ),
            ),
        ),
        Question(
            Subject.LLDP,
            (Command("show lldp neighbors", "cisco_s300_neighbours", re.compile(r"Port\s+Device ID\s+Port ID")),),
        ),
    ),
)

PROFILE = Profile(
    name="cisco_s300",
    title="Cisco Small Business",
    aliases=("cisco_sb", "cisco_cbs", "cbs"),
    object_ids=("1.3.6.1.4.1.9.6.1",),
    discovery=(Discovery.LLDP, Discovery.CDP),
    cli=CLI,
)
