"""A device nobody described: what the standards promise, and any table that explains itself."""

from __future__ import annotations

from probes.platforms.profile import Discovery, Forwarding, Profile

PROFILE = Profile(
    name="generic",
    title="unknown system",
    # L2MAM holds VLAN and ifIndex itself: whoever answers it is read right, whatever is known of it otherwise.
    forwarding=(Forwarding.PER_VLAN, Forwarding.PLAIN, Forwarding.L2MAM),
    discovery=(Discovery.LLDP, Discovery.CDP),
    vpns=True,
)
