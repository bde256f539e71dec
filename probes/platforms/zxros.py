"""ZTE ZXROS: ZXR10 switches and routers, C300 and C600 access nodes.

Access nodes have no base ports: their port numbers are ifIndexes put together of shelf, slot and port. ifDescr is the
interface's name with its description behind it.
"""

from __future__ import annotations

import re

from probes.platforms.cli import Cli, Command, Pager, Question, Subject, condition
from probes.platforms.profile import Profile

CLI = Cli(
    prompt=re.compile(r"[\w.@/:-]{1,64}[>#]"),
    session=("terminal length 0",),
    pagers=(Pager(re.compile(r"\s*-+\s*more\s*-+(?:\s*Press Q or Ctrl\+C to break\s*-*)?\s*", re.IGNORECASE)),),
    remote_version=re.compile(r"^SSH-[\d.]+-ZTE_SSH"),
    aggregates=("smartgroup",),
    virtual=("vlan", "tunnel", "qx", "mgmt_eth"),
    names={"smartgroup": "smartgroup"},
    learned=("0 0",),
    condition=condition("show clock"),
    questions=(
        Question(Subject.VERSION, (Command("show version", "zte_zxros_version", re.compile(r"Software, Version")),)),
        Question(
            Subject.INTERFACES,
            (
                Command(
                    "show interface brief",
                    "zte_zxros_show_interface_brief",
                    re.compile(r"Interface\s+Attribute\s+Mode"),
                    fields={"link": "physical", "speed": "bw"},
                ),
            ),
        ),
        Question(
            Subject.AGGREGATES,
            (Command("show lacp internal", "zte_zxros_aggregates", re.compile(r"Smartgroup|Actor", re.IGNORECASE)),),
        ),
        Question(
            Subject.ADDRESSES,
            (Command("show ip interface brief", "zte_zxros_addresses", re.compile(r"Interface\s+IP-Address")),),
        ),
        Question(
            Subject.ARP,
            (
                Command(
                    "show arp",
                    "zte_zxros_show_arp",
                    re.compile(r"The count is\s+\d+|Address\s+Age", re.IGNORECASE),
                    re.compile(r"The count is\s+(?P<n>\d+)", re.IGNORECASE),
                    {"ip": "address", "mac": "mac_address"},
                ),
            ),
        ),
        Question(
            Subject.FDB,
            (
                Command(
                    "show mac table",
                    "zte_zxros_stations",
                    re.compile(r"Total mac|mac\S*\s+(?:vid|vlan)", re.IGNORECASE),
                    re.compile(r"Total mac address\s*:\s*(?P<n>\d+)", re.IGNORECASE),
                    timeout_s=120,
                ),
            ),
        ),
        Question(
            Subject.LLDP,
            (Command("show lldp entry", "zte_zxros_neighbours", re.compile(r"^Local\s+Port", re.MULTILINE)),),
        ),
    ),
)

PROFILE = Profile(
    name="zte_zxros",
    title="ZTE ZXROS",
    aliases=("zte", "zxros", "zxr10"),
    object_ids=("1.3.6.1.4.1.3902",),
    description=re.compile(r"ZTE (?:(?P<model>\S+) Software.*?Version:\s*(?P<software>[^\s,]+))?|ZXR10", re.DOTALL),
    interface_text=re.compile(r"(?P<name>[a-z_]+[\d/.:-]*)(?:\s+(?:<empty>|(?P<alias>\S.*)))?", re.IGNORECASE),
    cli=CLI,
    vpns=True,
)
