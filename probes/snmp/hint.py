"""What to check when a device could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.coverage import Completeness
from inventory.model.text import Text, text, verbatim
from probes.contract import SnmpV3
from probes.snmp.pdu import PORT_UNREACHABLE

if TYPE_CHECKING:
    from probes.contract import DeviceTarget
    from probes.snmp.pdu import Failure


def hint_for(target: DeviceTarget, failure: Failure) -> Text:
    """Say in one sentence what is most likely wrong."""
    address, credential = str(target.address), target.credential
    if failure.reason == PORT_UNREACHABLE:
        return text("No SNMP agent listens on {address} port {port}.", address=address, port=credential.port)
    if not isinstance(credential, SnmpV3):
        if failure.completeness is Completeness.REFUSED:
            return text("{address} refuses the request: {reason}.", address=address, reason=failure.reason)
        return text(
            "No answer from {address}: check the address, the community, and who the device lets ask it.",
            address=address,
        )
    return _of_user(address, credential, failure)


def _of_user(address: str, credential: SnmpV3, failure: Failure) -> Text:
    if failure.completeness is not Completeness.REFUSED:
        if failure.discovered:
            return text(
                "{address} speaks SNMPv3 but does not answer user {user}: check the privacy protocol and password.",
                address=address,
                user=credential.user,
            )
        return text(
            "No answer from {address}: check the address, that SNMPv3 is switched on, and who the device lets ask it.",
            address=address,
        )
    if failure.reason == verbatim("usmStatsUnknownUserNames"):
        return text("{address} does not know the SNMPv3 user {user}.", address=address, user=credential.user)
    if failure.reason == verbatim("usmStatsWrongDigests"):
        return text(
            "{address} rejects user {user}: check the authentication protocol and password.",
            address=address,
            user=credential.user,
        )
    if failure.reason == verbatim("usmStatsUnsupportedSecLevels"):
        return text("{address} does not offer user {user} this security level.", address=address, user=credential.user)
    return text("{address} refuses the request: {reason}.", address=address, reason=failure.reason)
