"""The platforms there are, and which one a device is. Adding one is one file and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from probes.platforms import (
    bdcom,
    comware,
    dlink,
    generic,
    ios,
    jetstream,
    maipu,
    nxos,
    procurve,
    rgos,
    small_business,
    vrp,
    zxros,
)

if TYPE_CHECKING:
    from probes.platforms.profile import Profile

PLATFORMS: Final[tuple[Profile, ...]] = (
    vrp.PROFILE,
    comware.PROFILE,
    rgos.PROFILE,
    zxros.PROFILE,
    ios.PROFILE,
    nxos.PROFILE,
    small_business.PROFILE,
    maipu.PROFILE,
    dlink.PROFILE,
    jetstream.PROFILE,
    procurve.PROFILE,
    bdcom.PROFILE,
    generic.PROFILE,
)
_ENTERPRISES: Final = "1.3.6.1.4.1."
_NAMES: Final = {called: profile for profile in PLATFORMS for called in (profile.name, *profile.aliases)}


def named(name: str | None) -> Profile | None:
    """Return the platform of a name somebody wrote down; None when no platform is called so."""
    return _NAMES.get(name.strip().lower().replace(" ", "_")) if name else None


def recognise(registered: str | None, object_id: str | None, description: str | None) -> Profile:
    """Decide which platform a device is.

    What the register says is believed, save that ``generic`` there only means that nobody looked. Else sysObjectID
    decides, and sysDescr where the former is silent or belongs to no vendor we know.
    """
    told = named(registered)
    if told is not None and told is not generic.PROFILE:
        return told
    return _by_object_id(object_id or "", description) or _by_description(object_id or "", description)


def by_remote_version(registered: str | None, remote_version: str) -> Profile:
    """Decide which platform an SSH server belongs to, the register first, then how the server calls itself."""
    told = named(registered)
    if told is not None and told is not generic.PROFILE:
        return told
    for profile in PLATFORMS:
        known = profile.cli.remote_version if profile.cli else None
        if known is not None and known.search(remote_version[:255]):
            return profile
    return generic.PROFILE


def _by_object_id(object_id: str, description: str | None) -> Profile | None:
    fitting = [
        (len(prefix), profile)
        for profile in PLATFORMS
        for prefix in profile.object_ids
        if f"{object_id}.".startswith(f"{prefix}.") and _agrees(profile, description)
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _agrees(profile: Profile, description: str | None) -> bool:
    return not profile.only_with_description or profile.described_by(description) is not None


def _by_description(object_id: str, description: str | None) -> Profile:
    if _vendor(object_id) not in {_vendor(prefix) for profile in PLATFORMS for prefix in profile.object_ids}:
        for profile in PLATFORMS:
            if profile.described_by(description):
                return profile
    return generic.PROFILE


def _vendor(object_id: str) -> str | None:
    """Return the enterprise number of a sysObjectID."""
    return object_id.removeprefix(_ENTERPRISES).split(".")[0] if object_id.startswith(_ENTERPRISES) else None
