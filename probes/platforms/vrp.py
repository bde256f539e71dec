"""Huawei VRP and YunShan OS: switches of the S and CE series, routers, wireless controllers.

BRIDGE-MIB tells no VLAN, gives port -1 for stations behind tunnels, and its base ports are other ports' ifIndexes;
L2MAM tells VLAN and ifIndex directly. At login the command line offers to change an expired password, and on some
versions to save the configuration.
"""

from __future__ import annotations

import re

from probes.platforms.cli import Cli, Command, Dialog, Pager, Question, Subject, condition, spanning_tree
from probes.platforms.profile import Forwarding, PortNumbering, Profile

_TOTAL = re.compile(r"Total\s+(?:matching\s+)?items(?:\s+on\s+slot\s+\d+)?(?:\s+displayed)?\s*[=:]\s*(?P<n>\d+)")


def _arp(text: str) -> Command:
    heading, total = re.compile(r"IP ADDRESS\s+MAC ADDRESS"), re.compile(r"^\s*Total:(?P<n>\d+)", re.MULTILINE)
    return Command(text, "huawei_vrp_arp", heading, total)


CLI = Cli(
    prompt=re.compile(r"(?:HRP_[MS])?<[^<>\r\n]{1,64}>"),
    session=("screen-length 0 temporary",),
    logout="quit",
    dialogs=(
        Dialog(
            re.compile(r"(?:Change now|change (?:it|the password) now|password needs to be changed).*\[Y/N\]:?$"), "N"
        ),
    ),
    pagers=(Pager(re.compile(r"\s*-{2,}\s*More\s*-{2,}")),),
    remote_version=re.compile(r"^SSH-[\d.]+-(?:HUAWEI|VRP-|-$)", re.IGNORECASE),
    names={
        "ge": "GigabitEthernet",
        "xge": "XGigabitEthernet",
        "gi": "GigabitEthernet",
        "eth": "Ethernet",
        "trunk": "Eth-Trunk",
    },
    aggregates=("eth-trunk",),
    virtual=("vlanif", "tunnel", "nve", "vbdif", "virtual-template"),
    vlan_interface="Vlanif{}",
    condition=condition("display clock", "display mac-address summary"),
    questions=(
        Question(Subject.VERSION, (Command("display version", "huawei_vrp_version", re.compile(r"Version|VRP")),)),
        Question(
            Subject.SERIAL,
            (
                Command("display esn", "huawei_vrp_esn", re.compile(r"ESN")),
                Command(
                    "display device manufacture-info",
                    "huawei_vrp_manufacture",
                    re.compile(r"Serial-number", re.IGNORECASE),
                ),
            ),
        ),
        Question(
            Subject.INTERFACES,
            (Command("display interface brief", "huawei_vrp_interfaces", re.compile(r"Interface\s+PHY\s+Protocol")),),
        ),
        Question(
            Subject.AGGREGATES,
            (Command("display eth-trunk", "huawei_vrp_aggregates", re.compile(r"state information|No valid trunk")),),
        ),
        Question(
            Subject.VPNS,
            (
                Command(
                    "display ip vpn-instance interface",
                    "huawei_vrp_display_ip_vpn-instance_interface",
                    re.compile(r"Total VPN-Instances configured|VPN-Instance Name"),
                    fields={"vpn": "name", "interface": "interface_list"},
                ),
            ),
        ),
        Question(
            Subject.ADDRESSES,
            (Command("display ip interface brief", "huawei_vrp_addresses", re.compile(r"Interface\s+IP Address")),),
        ),
        Question(Subject.ARP, (_arp("display arp all"), _arp("display arp"))),
        Question(
            Subject.ND,
            (
                Command(
                    "display ipv6 neighbors",
                    "huawei_vrp_display_ipv6_neighbors",
                    re.compile(r"IPv6 Address|^Total", re.MULTILINE),
                    re.compile(r"^Total:\s*(?P<n>\d+)", re.MULTILINE),
                    {"ip": "ipv6_address", "mac": "mac_address", "type": "state", "vlan": "vlan_id"},
                ),
            ),
        ),
        Question(
            Subject.FDB,
            (
                Command(
                    "display mac-address",
                    "huawei_vrp_stations",
                    re.compile(r"MAC Address\s+.*VLAN|Total\s+(?:matching\s+)?items", re.IGNORECASE),
                    _TOTAL,
                    timeout_s=120,
                ),
            ),
        ),
        Question(
            Subject.LLDP,
            (
                Command(
                    "display lldp neighbor",
                    "huawei_vrp_neighbours",
                    re.compile(r"has\s+\d+\s+neighbor"),
                    re.compile(r"has\s+(?P<n>\d+)\s+neighbor"),
                ),
            ),
        ),
        spanning_tree(),
    ),
)

PROFILE = Profile(
    name="huawei_vrp",
    title="Huawei VRP / YunShan OS",
    aliases=("huawei", "vrp", "huawei_vrpv8", "huawei_yunshan", "yunshan"),
    object_ids=("1.3.6.1.4.1.2011.2",),
    description=re.compile(
        r"(?:^(?P<model>[A-Z]{1,3}\d[\w-]+)\s+Huawei )?.*?"
        r"(?:Versatile Routing Platform|VRP \(R\)|YunShan OS)(?:.*?Version (?P<software>[^\r\n]*[^\s]))?",
        re.DOTALL,
    ),
    fdb_id_is_vlan=True,
    forwarding=(Forwarding.L2MAM, Forwarding.PER_VLAN, Forwarding.PLAIN),
    numberings=(PortNumbering.BASE_PORT, PortNumbering.L2IF_PORT, PortNumbering.IF_INDEX),
    cli=CLI,
    vpns=True,
)
