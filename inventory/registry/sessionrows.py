"""Transcripts as octets and back, without loss."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import asdict
from datetime import datetime
from typing import Any

from inventory.model.hostkeys import HostKey
from inventory.model.transcript import Ending, Handshake, Output, Transcript


def pack(transcript: Transcript) -> bytes:
    """Return a transcript as compressed JSON."""
    document = asdict(transcript)
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
            "outputs": tuple(_output(output) for output in document["outputs"]),
            "host_key": HostKey(key["kind"], base64.b64decode(key["blob"])) if key else None,
            "handshake": Handshake(**{**handshake, "old": tuple(handshake["old"])}) if handshake else None,
        }
    )


def _output(document: dict[str, Any]) -> Output:
    decoded = {"raw": base64.b64decode(document["raw"]), "ending": Ending(document["ending"])}
    return Output(**{**document, **_times(document), **decoded})


def _times(document: dict[str, Any]) -> dict[str, datetime]:
    return {name: datetime.fromisoformat(document[name]) for name in ("started_at", "finished_at")}


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value))
