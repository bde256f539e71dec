"""D-Link DGS and DES switches: every VLAN learns for itself, under its own number.

Its table of ports is a page that refreshes itself until somebody quits it, so the command line is not asked for it.
"""

from __future__ import annotations

import re

from probes.platforms.cli import Cli, Command, Pager, Question, Subject, condition
from probes.platforms.profile import Discovery, Profile

_TOTAL = re.compile(r"Total Entries\s*:\s*(?P<n>\d+)", re.IGNORECASE)

CLI = Cli(
    # Its paging is switched off for everybody at once, not for a session: so it is answered instead.
    prompt=re.compile(r"[\w./ -]{1,64}:(?:\w+)?[>#]"),
    logout="logout",
    pagers=(Pager(re.compile(r"\s*CTRL\+C\s+ESC\s+q\s+Quit\s.*\ba\s+All\s*", re.IGNORECASE), "a"),),
    names={"group id": "T"},
    aggregates=("t",),
    ports=re.compile(r"T?\d[\d:]*"),
    condition=condition("show time"),
    questions=(
        Question(Subject.VERSION, (Command("show switch", "dlink_version", re.compile(r"Device Type")),)),
        Question(
            Subject.AGGREGATES,
            (Command("show link_aggregation", "dlink_aggregates", re.compile(r"Link Aggregation Algorithm|Group ID")),),
        ),
        Question(
            Subject.ADDRESSES,
            (Command("show ipif", "dlink_addresses", re.compile(r"IP Interface|Interface Name"), _TOTAL),),
        ),
        Question(Subject.ARP, (Command("show arpentry", "dlink_arp", re.compile(r"Interface\s+IP Address"), _TOTAL),)),
        Question(
            Subject.FDB,
            (Command("show fdb", "dlink_stations", re.compile(r"VID\s+VLAN Name|Total"), _TOTAL, timeout_s=120),),
        ),
        Question(
            Subject.LLDP,
            (
                Command(
                    "show lldp remote_ports mode normal",
                    "dlink_neighbours",
                    re.compile(r"Remote Entities Count", re.IGNORECASE),
                    re.compile(r"Remote Entities Count\s*:\s*(?P<n>\d+)", re.IGNORECASE),
                ),
            ),
        ),
    ),
)

PROFILE = Profile(
    name="dlink",
    title="D-Link DGS / DES",
    aliases=("d-link", "dlink_ds"),
    object_ids=("1.3.6.1.4.1.171.10",),
    description=re.compile(r"^(?:D-Link )?(?P<model>D[GEX]S-[\w-]+)"),
    fdb_id_is_vlan=True,
    discovery=(Discovery.LLDP, Discovery.CDP),
    cli=CLI,
)
