"""What the audit log says, in words: its steps and subjects are stored as programs read them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from inventory.model.cases import Action
from inventory.model.disputes import DisputeState
from inventory.model.requests import RequestState
from inventory.model.text import Text, text
from reports.vocabulary import word

if TYPE_CHECKING:
    from collections.abc import Mapping

STEPS: Final[Mapping[str, Text]] = {
    **{known.value: said for kind in (RequestState, DisputeState, Action) for known in kind if (said := word(known))},
    "create_account": text("account added"),
    "change_account": text("account changed"),
    "invite": text("one-time code given"),
    "set_password": text("password set"),
    "login": text("logged in"),
    "login_failed": text("login failed"),
    "give_token": text("token given"),
    "revoke_token": text("token revoked"),
    "reveal_phones": text("phone numbers shown"),
    "attach": text("file attached"),
    "detach": text("file removed"),
    "fetch_attachment": text("file fetched"),
    "file_profile": text("unit network filed"),
    "request_address": text("address asked for"),
    "dispute": text("objected"),
    "start_sweep": text("sweep started"),
    "resume_sweep": text("sweep resumed"),
    "stop_sweep": text("sweep stopped"),
    "prune": text("deleted by policy"),
}

_SUBJECTS: Final[Mapping[str, Text]] = {
    "account": text("account {key}", key=""),
    "registration": text("registration {key}", key=""),
    "registrations": text("registrations"),
    "unit": text("unit {key}", key=""),
    "dispute": text("objection {key}", key=""),
    "request": text("address request {key}", key=""),
    "sweep": text("sweep {key}", key=""),
    "registry": text("every registered prefix"),
    "history": text("facts and history"),
}


def step(action: str) -> Text | str:
    """Return the word for a step; one that no version of this program wrote stays as it is."""
    return STEPS.get(action, action)


def subject(written: str) -> Text | str:
    """Return what a step was done to."""
    kind, _, key = written.partition(" ")
    said = _SUBJECTS.get(kind)
    return written if said is None else replace(said, params={"key": key} if said.params else {})
