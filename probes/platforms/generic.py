"""A device nobody described: only what the standards promise."""

from __future__ import annotations

from probes.platforms.profile import Profile

PROFILE = Profile(name="generic")
