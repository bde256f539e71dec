"""What to do when a device could not be read by SSH."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from inventory.model.text import Text, text
from inventory.model.transcript import Ending

if TYPE_CHECKING:
    from inventory.model.transcript import Transcript


_HINTS: Final = {
    Ending.HOST_KEY_CHANGED: text(
        "{device} shows another host key than before ({reason}). Find out why, then: "
        "netaudit device host-key approve {device}"
    ),
    Ending.HOST_KEY_UNKNOWN: text(
        "The host key of {device} is not approved ({reason}). Compare it, then: "
        "netaudit device host-key approve {device}"
    ),
    Ending.AUTH_FAILED: text("{device} rejects the login: check user and password ({reason})."),
    Ending.CREDENTIAL_BLOCKED: text(
        "{device} was not asked: several devices rejected this login before. Correct it first."
    ),
    Ending.SSH_ALGORITHM: text("{device} and netaudit have no SSH algorithm in common ({reason})."),
    Ending.LOGIN_DIALOG: text("{device} {reason}: log in by hand once and settle it."),
    Ending.NO_PLATFORM: text("Which commands {device} knows is not known: name its platform, or read it by SNMP."),
}
_OTHER: Final = text("{device} could not be read by SSH: {reason}")


def hint_for(transcript: Transcript) -> Text:
    """Say in one sentence what is most likely wrong."""
    hint = _HINTS.get(transcript.ending, _OTHER)
    return replace(hint, params={"device": transcript.device, "reason": transcript.reason or "-"})
