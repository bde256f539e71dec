"""A recording on disk: one folder per device, holding what it said and a manifest of how the reading went.

``manifest.json`` names every file with its SHA-256, so that a damaged or edited folder is noticed before anything of it
is believed. The folder appears complete or not at all.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inventory.model.coverage import Completeness, Table
from inventory.model.errors import NetauditError, RefusedError, UsageError
from inventory.model.records import DeviceRole
from inventory.model.systemerrors import system_words
from inventory.model.text import Text, text
from netaudit import __version__
from netaudit.app.session_file import understood_file, written
from netaudit.refusals import where_value, why_value
from probes.snmp import recording as walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.model.transcript import Transcript
    from probes.snmp.recording import Recording

MANIFEST: Final = "manifest.json"
WALK: Final = "walk.snmprec"
SESSION: Final = "session.json"
VERSION: Final = 1
_MOST_BYTES: Final = 1 << 30


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RecordedTable(_Part):
    """How the reading of one table ended."""

    table: Table
    source: str
    completeness: Completeness
    rows: int = Field(ge=0)
    rejected: int = Field(0, ge=0)
    reason: str | None = None
    """Why it ended so, in English."""
    words: list[Any] | None = None
    """The same as :meth:`Text.plain` writes it, for readers of another language; older recordings lack it."""
    at: datetime

    @property
    def said(self) -> Text | None:
        """Why the reading ended as it did."""
        said = self.reason if self.words is None else self.words
        return None if said is None else Text.of_foreign(said)


class RecordedFile(_Part):
    """One file of the folder."""

    name: str = Field(pattern=r"^[A-Za-z0-9@._-]+$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)


class Manifest(_Part):
    """What was recorded, when, by what, and how it went."""

    netaudit_recording: Literal[1] = VERSION
    netaudit: str = __version__
    device: str = Field(min_length=1)
    address: str | None
    role: DeviceRole
    platform: str | None
    anonymised: bool
    whole_device: bool
    started_at: datetime
    finished_at: datetime
    left_out: int = Field(0, ge=0)
    tables: tuple[RecordedTable, ...]
    files: tuple[RecordedFile, ...]


@dataclass(frozen=True, slots=True)
class Folder:
    """A recording that was read back and found undamaged."""

    path: Path
    manifest: Manifest
    fingerprint: str
    """The same recording has the same one wherever it lies."""
    walk: Recording | None
    session: Transcript | None


def write(folder: Path, manifest: Manifest, recorded: Recording | None, session: Transcript | None = None) -> Manifest:
    """Write a recording into a new or empty folder; return the manifest with its files.

    Raises:
        UsageError: the folder holds something already.
        NetauditError: it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            text("{folder} is there already and is not empty.", folder=folder), text("Name a new folder with --out.")
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as temporary:
            made = Path(temporary) / "recording"
            made.mkdir()
            if recorded is not None:
                walk.save(recorded, made / WALK)
            if session is not None:
                (made / SESSION).write_text(written(session), encoding="ascii")
            whole = manifest.model_copy(update={"files": tuple(_listed(made))})
            (made / MANIFEST).write_text(_written(whole), encoding="utf-8")
            if folder.exists():
                folder.rmdir()
            shutil.move(made, folder)
    except OSError as error:
        raise NetauditError(
            text("{file} cannot be written: {reason}", file=folder, reason=system_words(error))
        ) from None
    return whole


def _written(manifest: Manifest) -> str:
    return json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"


def _listed(folder: Path) -> Iterator[RecordedFile]:
    for file in sorted(folder.iterdir()):
        content = file.read_bytes()
        yield RecordedFile(name=file.name, sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))


def found(place: Path) -> list[Path]:
    """Return the recordings at a place: the folder itself, or the folders in it.

    Raises:
        UsageError: there is none.
    """
    if (place / MANIFEST).exists():
        return [place]
    inside = sorted(path.parent for path in place.glob(f"*/{MANIFEST}")) if place.is_dir() else []
    if not inside:
        raise UsageError(
            text("{folder} holds no recording: {manifest} is missing.", folder=place, manifest=MANIFEST),
            text("Make one with: netaudit device record NAME --out DIR"),
        )
    return inside


def read(folder: Path) -> Folder:
    """Read a recording back.

    Raises:
        UsageError: a file is missing, damaged or edited; the message names it, and the line where one is to blame.
    """
    raw = _content(folder / MANIFEST)
    manifest = _manifest(folder / MANIFEST, raw)
    recorded, session = None, None
    for listed in manifest.files:
        file = folder / listed.name
        content = _content(file)
        if listed.name == WALK:
            recorded = _walk(file)
        elif listed.name == SESSION:
            session = _session(file, content)
        if hashlib.sha256(content).hexdigest() != listed.sha256:
            raise _damaged(file, text("it is not the file that was recorded (SHA-256 differs)"))
    return Folder(folder, manifest, hashlib.sha256(raw).hexdigest(), recorded, session)


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise _damaged(file, text("it is larger than any recording"))
        return file.read_bytes()
    except OSError as error:
        raise _damaged(file, system_words(error)) from None


def _manifest(file: Path, raw: bytes) -> Manifest:
    try:
        return Manifest.model_validate(json.loads(raw.decode("utf-8")))
    except json.JSONDecodeError as error:
        raise _damaged(
            file, text("line {line}: {reason}", line=error.lineno, reason=text("is no valid JSON"))
        ) from None
    except UnicodeDecodeError:
        raise _damaged(file, text("it is not UTF-8")) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise _damaged(file, text("{key}: {reason}", key=where_value(first), reason=why_value(first))) from None


def _walk(file: Path) -> Recording:
    try:
        return walk.load(file)
    except RefusedError as error:
        raise _damaged(file.parent, error.message) from None


def _session(file: Path, content: bytes) -> Transcript:
    try:
        return understood_file(content)
    except RefusedError as error:
        raise _damaged(file, error.message) from None


def _damaged(file: Path, why: Text) -> UsageError:
    return UsageError(
        text("{file}: {reason}", file=file, reason=why), text("Nothing was stored. Ask for the recording again.")
    )
