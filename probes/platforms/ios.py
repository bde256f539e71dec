"""Cisco IOS and IOS XE: the only system whose forwarding table shows one VLAN at a time."""

from __future__ import annotations

import re

from probes.platforms.profile import Discovery, Forwarding, PortNumbering, Profile

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
)
