"""HP ProCurve and ArubaOS-Switch: database ids count from 1, and only dot1qVlanFdbId says which VLAN each serves.

Its command line waits for a key behind the banner, places its cursor with every character, and switches paging off for
managers only: so pages are turned. Interfaces of VLANs are called as their VLANs.
"""

from __future__ import annotations

import re

from probes.platforms.cli import Cli, Command, Pager, Question, Subject, condition
from probes.platforms.profile import Discovery, Profile

CLI = Cli(
    prompt=re.compile(r"[\w.@ /-]{1,64}[>#]"),
    enter="\r",
    pagers=(
        Pager(re.compile(r"\s*-- MORE --, next page: Space, next line: Enter, quit: Control-C\s*", re.IGNORECASE)),
        Pager(re.compile(r"\s*Press any key to continue\s*", re.IGNORECASE)),
    ),
    remote_version=re.compile(r"^SSH-[\d.]+-Mocana SSH"),
    aggregates=("trk", "dyn"),
    learned=("",),
    ports=re.compile(r"(?:[A-Za-z]{0,2}|Trk|Dyn|(?i:vlan))\d[\w/]*"),
    condition=condition("show time"),
    questions=(
        Question(Subject.VERSION, (Command("show system", "hp_procurve_version", re.compile(r"Software revision")),)),
        Question(
            Subject.INTERFACES,
            (Command("show interfaces brief", "hp_procurve_interfaces", re.compile(r"Port\s+Type\s+\|")),),
        ),
        Question(
            Subject.AGGREGATES,
            (
                Command(
                    "show trunks",
                    "hp_procurve_show_trunks",
                    re.compile(r"Load Balancing|Group\s+Type"),
                    fields={"aggregate": "trunk", "member": "local_port"},
                ),
            ),
        ),
        Question(
            Subject.ADDRESSES, (Command("show ip", "hp_procurve_addresses", re.compile(r"Internet \(IP\) Service")),)
        ),
        Question(
            Subject.ARP,
            (
                Command(
                    "show arp",
                    "hp_procurve_show_arp",
                    re.compile(r"IP ARP table"),
                    fields={"ip": "ip_address", "mac": "mac_address", "interface": "port"},
                ),
            ),
        ),
        Question(
            Subject.FDB,
            (
                Command(
                    "show mac-address",
                    "hp_procurve_show_mac-address",
                    re.compile(r"Port Address Table"),
                    fields={"mac": "mac_address", "vlan": "vlan_id"},
                    timeout_s=120,
                ),
            ),
        ),
        Question(
            Subject.LLDP,
            (
                Command(
                    "show lldp info remote-device detail",
                    "hp_procurve_neighbours",
                    re.compile(r"LLDP Remote Device Information"),
                ),
            ),
        ),
    ),
)

PROFILE = Profile(
    name="hp_procurve",
    title="HP ProCurve / ArubaOS-Switch",
    aliases=("procurve", "aruba_os", "aruba_osswitch", "provision"),
    object_ids=("1.3.6.1.4.1.11.2.3.7",),
    description=re.compile(r"ProCurve|^(?:HP|Aruba) .*revision (?P<software>[A-Z]{1,2}\.\d[\w.]*)"),
    discovery=(Discovery.LLDP, Discovery.CDP),
    cli=CLI,
)
