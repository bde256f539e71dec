"""LibreOffice without a window: opens a sheet, edits cells as a person does, saves it in a format."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILTERS: Final = {".xlsx": "Calc MS Excel 2007 XML", ".xls": "MS Excel 97", ".ods": "calc8"}
_OOO: Final = "http://openoffice.org/2000"
_MACRO: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<script:module xmlns:script="{_OOO}/script" script:name="Editing" script:language="StarBasic">
Sub Edit(source As String, target As String, filter As String, cells As String)
  Dim opened(0) As New com.sun.star.beans.PropertyValue
  opened(0).Name = "Hidden"
  opened(0).Value = True
  book = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, opened())
  If cells &lt;&gt; "" Then
    For Each change In Split(cells, "|")
      parts = Split(change, "~")
      book.Sheets.getByIndex(CInt(parts(0))).getCellRangeByName(parts(1)).setString(parts(2))
    Next
  End If
  Dim saved(0) As New com.sun.star.beans.PropertyValue
  saved(0).Name = "FilterName"
  saved(0).Value = filter
  book.storeToURL(ConvertToURL(target), saved())
  book.close(True)
End Sub
</script:module>"""
_LIBRARY: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<library:library xmlns:library="{_OOO}/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Editing"/></library:library>"""
_LIMIT_S: Final = 240
"""Generous: it starts in a second or two, and slow machines are slow."""


class LibreOffice:
    """One profile of its own, with the macro that edits."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("soffice")
        if program is None:
            pytest.skip("no LibreOffice is installed (package libreoffice-calc)")
        self._command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
        self._call("--terminate_after_init")  # makes the profile, into which the macro goes
        basic = folder / "profile" / "user" / "basic" / "Standard"
        basic.mkdir(parents=True, exist_ok=True)
        (basic / "Editing.xba").write_text(_MACRO, encoding="utf-8")
        (basic / "script.xlb").write_text(_LIBRARY, encoding="utf-8")

    def _call(self, *arguments: str) -> None:
        done = subprocess.run(
            [*self._command, *arguments], capture_output=True, text=True, check=False, timeout=_LIMIT_S
        )
        assert done.returncode == 0, done.stderr

    def edited(self, file: Path, target: Path, cells: Mapping[tuple[int, str], str]) -> Path:
        """Open a file, write into cells of (sheet, name), save it in the format of the target's name."""
        changes = "|".join(f"{sheet}~{cell}~{value}" for (sheet, cell), value in cells.items())
        source, saved = file.resolve(), target.resolve()
        self._call(
            f'macro:///Standard.Editing.Edit("{source}","{saved}","{FILTERS[target.suffix]}","{changes}")',
        )
        assert target.exists(), f"LibreOffice did not write {target.name}"
        return target
