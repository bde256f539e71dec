"""Comware: H3C, HPE FlexNetwork, old 3Com and Huawei-3Com.

dot1qVlanFdbId is wrong here and made stations jump over all VLANs: the database id is the VLAN. Base ports of a stack
(IRF) are not ifIndexes although most of them look like one.
"""

from __future__ import annotations

import re

from probes.platforms.cli import Cli, Command, Dialog, Gate, Pager, Question, Subject, condition, spanning_tree
from probes.platforms.profile import Profile


def _neighbours(text: str) -> Command:
    return Command(text, "h3c_comware_neighbours", re.compile(r"LLDP neighbor-information"))


CLI = Cli(
    prompt=re.compile(r"<[^<>\r\n]{1,64}>"),
    session=("screen-length disable",),
    logout="quit",
    dialogs=(Dialog(re.compile(r"(?:Change now|change (?:it|the password) now).*\[Y/N\]:?$", re.IGNORECASE), "N"),),
    pagers=(Pager(re.compile(r"\s*-{2,}\s*More\s*-{2,}")),),
    remote_version=re.compile(r"^SSH-[\d.]+-Comware"),
    names={
        "ge": "GigabitEthernet",
        "xge": "Ten-GigabitEthernet",
        "tge": "Ten-GigabitEthernet",
        "fge": "FortyGigE",
        "hge": "HundredGigE",
        "wge": "Twenty-FiveGigE",
        "mge": "M-GigabitEthernet",
        "m-ge": "M-GigabitEthernet",
        "eth": "Ethernet",
        "bagg": "Bridge-Aggregation",
        "ragg": "Route-Aggregation",
        "vlan": "Vlan-interface",
        "loop": "LoopBack",
        "inloop": "InLoopBack",
    },
    aggregates=("bridge-aggregation", "route-aggregation"),
    virtual=("vlan-interface", "tunnel", "vsi-interface", "virtual-template", "reg", "register-tunnel"),
    vlan_interface="Vlan-interface{}",
    condition=condition("display clock", "display mac-address statistics"),
    questions=(
        Question(Subject.VERSION, (Command("display version", "h3c_comware_version", re.compile(r"Comware")),)),
        Question(
            Subject.SERIAL,
            (Command("display device manuinfo", "h3c_comware_manuinfo", re.compile(r"DEVICE_SERIAL_NUMBER")),),
        ),
        Question(
            Subject.INTERFACES,
            (Command("display interface brief", "h3c_comware_interfaces", re.compile(r"Interface\s+Link\s")),),
        ),
        Question(
            Subject.AGGREGATES,
            (
                Command(
                    "display link-aggregation verbose",
                    "h3c_comware_aggregates",
                    re.compile(r"Aggregat|Loadsharing", re.IGNORECASE),
                ),
            ),
        ),
        # Which interface is in which VPN no short command tells; so only where there are VPNs.
        Question(
            Subject.VPNS,
            (Command("display arp all verbose", "h3c_comware_vpns", re.compile(r"VPN[ -]instance", re.IGNORECASE)),),
            Gate("display ip vpn-instance", re.compile(r"VPN-Instances configured\s*:\s*[1-9]")),
        ),
        Question(
            Subject.ADDRESSES,
            (Command("display ip interface brief", "h3c_comware_addresses", re.compile(r"Physical\s+Protocol\s+IP")),),
        ),
        Question(
            Subject.ARP,
            (Command("display arp", "h3c_comware_arp", re.compile(r"IP address\s+MAC address", re.IGNORECASE)),),
        ),
        Question(
            Subject.ND,
            (Command("display ipv6 neighbors all", "h3c_comware_nd", re.compile(r"IPv6 address", re.IGNORECASE)),),
        ),
        Question(
            Subject.FDB,
            (
                Command(
                    "display mac-address",
                    "h3c_comware_stations",
                    re.compile(r"MAC ADDR(?:ESS)?\s+VLAN|No mac address found", re.IGNORECASE),
                    re.compile(r"(?P<n>\d+)\s+mac address\(es\) found", re.IGNORECASE),
                    timeout_s=120,
                ),
            ),
        ),
        Question(
            Subject.LLDP,
            (
                _neighbours("display lldp neighbor-information verbose"),
                _neighbours("display lldp neighbor-information"),
            ),
        ),
        spanning_tree(),
    ),
)

PROFILE = Profile(
    name="h3c_comware",
    title="H3C / HPE Comware",
    aliases=("comware", "h3c", "hp_comware", "hpe_comware"),
    object_ids=("1.3.6.1.4.1.25506", "1.3.6.1.4.1.2011.10"),
    description=re.compile(
        r"Comware.*?Software Version (?P<software>[^\r\n]*[^\s])(?:\s+(?P<model>[^\r\n]*[^\s]))?", re.DOTALL
    ),
    fdb_id_is_vlan=True,
    cli=CLI,
    vpns=True,
)
