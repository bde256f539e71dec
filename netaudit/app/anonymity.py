"""The key by which recordings are anonymised: made once, kept on this computer, never in a recording."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

import platformdirs

from inventory.model.errors import SettingsError
from inventory.model.pseudonyms import Pseudonyms
from inventory.model.systemerrors import system_words
from inventory.model.text import text
from probes.snmp.anonymise import anonymised, names_in

if TYPE_CHECKING:
    from inventory.model.transcript import Transcript
    from netaudit.app.recording import Manifest, RecordedTable
    from probes.snmp.recording import Recording

_OCTETS: Final = 32


def pseudonyms(file: Path | None = None) -> Pseudonyms:
    """Return the replacements of a key file; without one, of this user's own, made when first needed.

    Raises:
        SettingsError: the file is missing though named, other users can read it, or it holds too little.
    """
    named = file or Path(platformdirs.user_data_dir("netaudit", appauthor=False)) / "anonymise.key"
    try:
        if file is None and not named.exists():
            _make(named)
        with named.open("rb") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            key = stream.read(4096).strip()
    except OSError as error:
        raise SettingsError(text("{file} cannot be read: {reason}", file=named, reason=system_words(error))) from None
    if mode & 0o077:
        raise SettingsError(
            text("Other users can read the key {file} (mode {mode}).", file=named, mode=f"{mode:04o}"),
            text("Run: chmod 600 {file}", file=named),
        )
    try:
        return Pseudonyms(key)
    except ValueError:
        raise SettingsError(text("{file} is too short for a key: 16 octets at least.", file=named)) from None


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(_OCTETS) + "\n")


def without_names(
    manifest: Manifest, recording: Recording | None, session: Transcript | None, by: Pseudonyms
) -> tuple[Manifest, Recording | None, Transcript | None]:
    """Return a recording and its manifest in which nobody and nothing can be recognised."""
    names = {manifest.device: by.name(manifest.device)}
    gone = 0
    if recording is not None:
        names = names_in(recording, by) | names
        recording, gone = anonymised(recording, by)
    if session is not None:
        from probes.ssh.anonymise import anonymised as reworded  # noqa: PLC0415 -- rarely needed
        from probes.ssh.parser import Parser  # noqa: PLC0415 -- the same

        with Parser() as parser:
            session, more = reworded(session, by, names, parser)
        gone += more

    def told(written: str | None) -> str | None:
        return None if written is None else by.text(written, names.items())

    def renamed(table: RecordedTable) -> RecordedTable:
        if table.said is None:
            return table
        said = table.said.with_params(lambda word: by.text(word, names.items()))
        return table.model_copy(update={"reason": str(said), "words": said.plain()})

    tables = tuple(renamed(table) for table in manifest.tables)
    update = {
        "device": names[manifest.device],
        "address": told(manifest.address),
        "anonymised": True,
        "left_out": manifest.left_out + gone,
        "tables": tables,
    }
    return manifest.model_copy(update=update), recording, session
