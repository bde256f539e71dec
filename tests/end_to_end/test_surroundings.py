"""Whatever the streams lead to and the arguments hold: a sentence, an exit code, no traceback."""

from __future__ import annotations

import os
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.conftest import COMMAND

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import Program

HOSTILE = "\x1b]52;c;aGk=\x07\x9b2J\u202e"


def shell(program: Program, line: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which "$@" is netaudit."""
    done = subprocess.run(
        ["/bin/bash", "-c", line, "bash", *COMMAND],
        env={**os.environ, **program.environment, **more},
        cwd=program.home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    return done


@pytest.mark.parametrize("command", ["unit list", "unit list --format json", "report unregistered"])
def test_a_full_disk_behind_stdout_is_an_error(program: Program, command: str) -> None:
    done = shell(program, f'"$@" {command} > /dev/full')
    assert done.returncode == 4
    assert "No space left on device" in done.stderr


@pytest.mark.parametrize("command", ["unit list", "unit list --format json", "unit list 2>&-"])
def test_a_closed_stdout_is_no_error(program: Program, command: str) -> None:
    assert shell(program, f'"$@" {command} >&-').returncode == 0


@pytest.mark.parametrize("command", ["report unregistered", "report unregistered --format json", "--help"])
def test_a_reader_that_goes_away_is_no_error(program: Program, command: str) -> None:
    done = shell(program, f'"$@" {command} | true; exit ${{PIPESTATUS[0]}}')
    assert (done.returncode, done.stderr) == (0, "")


def test_an_encoding_without_our_characters_is_no_error(program: Program) -> None:
    done = shell(program, '"$@" --lang zh report unregistered', PYTHONIOENCODING="ascii")
    assert done.returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        [HOSTILE],
        ["report", HOSTILE],
        ["locate", HOSTILE],
        ["sweep", HOSTILE],
        ["unit", "list", HOSTILE],
        [f"--{HOSTILE}"],
    ],
    ids=ascii,
)
def test_arguments_are_shown_harmlessly(program: Program, arguments: list[str]) -> None:
    done = program.run(*arguments, expect=2)
    assert not set(HOSTILE) & {"\x1b", "\x07", "\x9b", "\u202e"} & set(done.stderr)


def test_a_file_name_that_is_no_text_is_shown_harmlessly(program: Program) -> None:
    name = os.fsdecode(b"units-\xff\x1b[2J.csv")
    (program.home / name).touch()
    for form in ("table", "json"):
        done = program.run("import", name, "--format", form, expect=2)
        assert "\x1b" not in done.stdout
        assert "The file is empty." in done.stdout


def test_a_pipe_named_as_output_stays_a_pipe(program: Program) -> None:
    pipe = program.home / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["/bin/cat", str(pipe)], stdout=subprocess.PIPE, text=True) as reader:
        program.run("report", "unregistered", "--format", "html", "--output", str(pipe))
        assert "</html>" in reader.communicate(timeout=120)[0]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_written_report_keeps_link_and_permissions(program: Program) -> None:
    file, link = program.home / "report.html", program.home / "link.html"
    file.write_text("old")
    file.chmod(0o600)
    link.symlink_to(file)
    program.run("report", "unregistered", "--format", "html", "--output", str(link))
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "</html>" in file.read_text()
    assert not list(program.home.glob(".*.part"))


def test_the_log_stays_private_when_it_is_continued(tmp_path: Path) -> None:
    from netaudit.log import PrivateFile  # noqa: PLC0415 -- the only test of it

    before = os.umask(0o022)
    handler = PrivateFile(tmp_path / "netaudit.log", maxBytes=10, backupCount=2)
    try:
        handler.doRollover()
    finally:
        handler.close()
        os.umask(before)
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}
