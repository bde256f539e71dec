"""Transcripts as octets and back, without loss."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import asdict
from datetime import datetime
from typing import Any

from inventory.model.hostkeys import HostKey
from inventory.model.text import Text, verbatim
from inventory.model.transcript import Ending, Handshake, Output, Transcript


def pack(transcript: Transcript) -> bytes:
    """Return a transcript as compressed JSON."""
    document = {**asdict(transcript), "reason": _said(transcript.reason)}
    for told, output in zip(document["outputs"], transcript.outputs, strict=True):
        told["reason"] = _said(output.reason)
    return zlib.compress(json.dumps(document, default=_plain).encode())


def unpack(packed: bytes) -> Transcript:
    """Return what :func:`pack` was given."""
    document: dict[str, Any] = json.loads(zlib.decompress(packed))
    key, handshake = document["host_key"], document["handshake"]
    return Transcript(
        **{
            **document,
            **_times(document),
            "ending": Ending(document["ending"]),
            "reason": _reason(document["reason"]),
            "outputs": tuple(_output(output) for output in document["outputs"]),
            "host_key": HostKey(key["kind"], base64.b64decode(key["blob"])) if key else None,
            "handshake": Handshake(**{**handshake, "old": tuple(handshake["old"])}) if handshake else None,
        }
    )


def _output(document: dict[str, Any]) -> Output:
    decoded: dict[str, Any] = {"raw": base64.b64decode(document["raw"]), "ending": Ending(document["ending"])}
    decoded["reason"] = _reason(document["reason"])
    return Output(**{**document, **_times(document), **decoded})


def _said(reason: Text | None) -> list[object] | None:
    return None if reason is None else reason.plain()


def _reason(stored: list[Any] | str | None) -> Text | None:
    """Return a reason; older rows hold the English sentence."""
    if stored is None:
        return None
    return verbatim(stored) if isinstance(stored, str) else Text.of_plain(stored)


def _times(document: dict[str, Any]) -> dict[str, datetime]:
    return {name: datetime.fromisoformat(document[name]) for name in ("started_at", "finished_at")}


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value))
