"""TP-Link JetStream and Omada switches.

Base ports are ifIndexes from 49153 on, but the forwarding table and LLDP count from 1, as printed at the ports.
"""

from __future__ import annotations

import re

from probes.platforms.cli import Cli, Command, Pager, Question, Subject
from probes.platforms.profile import PortNumbering, Profile

CLI = Cli(
    prompt=re.compile(r"[\w.@/:-]{1,64}[>#]"),
    enter="\r\n",
    session=("terminal length 0",),
    pagers=(Pager(re.compile(r"\s*Press any key to continue \(Q to quit\)\s*", re.IGNORECASE)),),
    remote_version=re.compile(r"^SSH-[\d.]+-IPSSH"),
    names={
        "gi": "gigabitEthernet",
        "te": "ten-gigabitEthernet",
        "po": "port-channel",
        "lag": "port-channel",
    },
    aggregates=("port-channel",),
    virtual=("vlan",),
    questions=(
        Question(
            Subject.VERSION, (Command("show system-info", "tplink_jetstream_version", re.compile(r"Hardware Version")),)
        ),
        Question(
            Subject.INTERFACES,
            (Command("show interface status", "tplink_jetstream_interfaces", re.compile(r"Port\s+Status\s+Speed")),),
        ),
        Question(
            Subject.AGGREGATES,
            (
                Command(
                    "show etherchannel summary",
                    "tplink_jetstream_aggregates",
                    re.compile(r"Group\s+Port-channel|Flags:"),
                ),
            ),
        ),
        Question(
            Subject.ADDRESSES,
            (Command("show ip interface brief", "tplink_jetstream_addresses", re.compile(r"Interface\s+IP")),),
        ),
        Question(
            Subject.ARP,
            (Command("show arp", "tplink_jetstream_arp", re.compile(r"Interface\s+Address\s+Hardware")),),
        ),
        Question(
            Subject.FDB,
            (
                Command(
                    "show mac address-table all",
                    "tplink_jetstream_stations",
                    re.compile(r"MAC(?: Address)?\s+VLAN|Total MAC", re.IGNORECASE),
                    re.compile(r"Total MAC Addresses for this criterion\s*:\s*(?P<n>\d+)", re.IGNORECASE),
                    timeout_s=120,
                ),
            ),
        ),
        Question(
            Subject.LLDP,
            (
                Command(
                    "show lldp neighbor-information interface",
                    "tplink_jetstream_neighbours",
                    re.compile(r"LLDP Neighbor Information", re.IGNORECASE),
                ),
            ),
        ),
    ),
)

PROFILE = Profile(
    name="tplink_jetstream",
    title="TP-Link JetStream / Omada",
    aliases=("tplink", "tp-link", "jetstream", "omada"),
    object_ids=("1.3.6.1.4.1.11863",),
    description=re.compile(r"JetStream|Omada .*Switch"),
    fdb_id_is_vlan=True,
    numberings=(PortNumbering.BASE_PORT, PortNumbering.PANEL_PORT, PortNumbering.IF_INDEX),
    panel_offset=49152,
    interface_text=re.compile(r"(?P<name>.*?)\s*:\s*(?:copper|fiber)"),
    cli=CLI,
)
