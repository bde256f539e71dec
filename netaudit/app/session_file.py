"""A session with a device as a file of a recording: every command and what came back, as it came."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from inventory.model.errors import RefusedError
from inventory.model.text import Text, text
from inventory.model.transcript import Ending, Output, Transcript

if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION: Final = 1
_BLIND: Final = "surrogateescape"
"""Octets that are no UTF-8 survive as escapes."""


def without_secrets(transcript: Transcript, secrets: Iterable[str | None]) -> tuple[Transcript, int]:
    """Return a session without outputs that repeat a secret, and how many those were."""
    words = [secret.encode() for secret in secrets if secret]
    kept = tuple(output for output in transcript.outputs if not any(word in output.raw for word in words))
    gone = len(transcript.outputs) - len(kept)
    return replace(transcript, outputs=kept, host_key=None, handshake=None), gone


def written(transcript: Transcript) -> str:
    """Return a session as JSON. Host key and handshake are of the meeting, not of the device's tables: left out."""
    document = {
        "netaudit_session": VERSION,
        "device": transcript.device,
        "platform": transcript.platform,
        "started_at": transcript.started_at.isoformat(),
        "finished_at": transcript.finished_at.isoformat(),
        "ending": transcript.ending.value,
        "reason": _said(transcript.reason),
        "prompt": transcript.prompt,
        "outputs": [
            {
                "command": output.command,
                "raw": output.raw.decode("utf-8", _BLIND),
                "ending": output.ending.value,
                "reason": _said(output.reason),
                "started_at": output.started_at.isoformat(),
                "finished_at": output.finished_at.isoformat(),
            }
            for output in transcript.outputs
        ],
    }
    return json.dumps(document, ensure_ascii=True, indent=1) + "\n"


def understood_file(content: bytes) -> Transcript:
    """Read a session back.

    Raises:
        RefusedError: it is none; the message says why, with the line where one is to blame.
    """
    try:
        document = json.loads(content)
    except json.JSONDecodeError as error:
        raise RefusedError(text("line {line}: {reason}", line=error.lineno, reason=text("is no valid JSON"))) from None
    except UnicodeDecodeError:
        raise RefusedError(text("it is not UTF-8")) from None
    try:
        return _transcript(document)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise RefusedError(text("it is no session of netaudit, or of another version")) from None


def _said(reason: Text | None) -> list[object] | None:
    return None if reason is None else reason.plain()


def _reason(written: object) -> Text | None:
    return None if written is None else Text.of_foreign(written)


def _transcript(document: Any) -> Transcript:  # noqa: ANN401 -- a JSON document
    if document["netaudit_session"] != VERSION:
        raise ValueError
    outputs = tuple(
        Output(
            one["command"],
            one["raw"].encode("utf-8", _BLIND),
            Ending(one["ending"]),
            datetime.fromisoformat(one["started_at"]),
            datetime.fromisoformat(one["finished_at"]),
            _reason(one["reason"]),
        )
        for one in document["outputs"]
    )
    return Transcript(
        document["device"],
        document["platform"],
        datetime.fromisoformat(document["started_at"]),
        datetime.fromisoformat(document["finished_at"]),
        Ending(document["ending"]),
        _reason(document["reason"]),
        document["prompt"],
        outputs,
    )
