"""Where evidence comes from, as far as it matters to more than one: what the engines came to, what people state."""

from __future__ import annotations

from typing import Final

SPANNING_TREE: Final = "dot1dStpPortTable"
"""The MIB object (RFC 4188) that names the designated bridge of a port: a direction, not always a cable. A view of one
VLAN has its number behind it: ``dot1dStpPortTable@10``."""
SPANNING_TREE_COMMAND: Final = "display stp"
"""The command that tells the same, for every instance."""
STATED: Final = "filed:statement"
"""A person said where a port leads."""
TWO_PLACES: Final = "location:two-places"
"""One sweep saw a MAC at two places."""
DUPLICATE: Final = "location:duplicate-mac"
"""Sweep after sweep did."""
HOST: Final = "location:host"
"""The stations of a port are a host's card and its virtual machines."""
TEAM: Final = "location:team"
"""A host ends on two ports, without an aggregate."""
OVERLAP: Final = "location:station-overlap"
"""A switch lies behind a port by the stations both know."""
UNPLACED: Final = "location:unplaced-device"
"""A switch that was read may lie behind a port, and no row tells."""
UNHEARD: Final = "location:unheard-device"
"""A registered switch that was not read may lie behind a port, and no row tells where it hangs."""
CLUSTER: Final = "reconcile:cluster"
"""An address belongs to a load-balancing cluster, and to no host alone."""
CLUSTER_HOST: Final = "reconcile:cluster-host"
"""A card, or an address, is a host's of such a cluster."""
EMBEDDED: Final = "reconcile:eui-64"
"""An IPv6 address holds the card it was made of (RFC 4291, appendix A)."""
PROXY: Final = "reconcile:proxy-arp"
"""A card answers for many addresses."""


def of_spanning_tree(table: str) -> bool:
    """Whether a neighbour is known by the spanning tree."""
    return table.partition("@")[0] == SPANNING_TREE or table == SPANNING_TREE_COMMAND
