"""The laws of the house that a linter cannot hold."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("netaudit", "inventory", "probes", "reports")
VENDORS = re.compile(r"\b(huawei|h3c|comware|ruijie|zte|vrp)\b", re.IGNORECASE)
LONGEST = 400


def tracked(*suffixes: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607 -- git is found by PATH
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    return [ROOT / name for name in listed if name.endswith(suffixes) and (ROOT / name).exists()]


SOURCES = [path for path in tracked(".py") if path.relative_to(ROOT).parts[0] in PACKAGES]


def located(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_source_file_answers_two_questions() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in long.items() if lines > LONGEST} == {}


def test_vendor_names_live_with_platforms_and_mibs() -> None:
    elsewhere = [
        path
        for path in SOURCES
        if path.relative_to(ROOT).parts[:2] not in {("probes", "platforms"), ("probes", "mibs"), ("netaudit", "locale")}
    ]
    code = re.compile(VENDORS.pattern, re.IGNORECASE)
    found = [hit for hit in located(code, elsewhere) if not _is_prose(hit)]
    assert found == []


def _is_prose(hit: str) -> bool:
    """Whether a vendor is only mentioned as an example for people: in a docstring, a comment or a hint."""
    line = hit.split(": ", 1)[1]
    return line.startswith(("#", '"""')) or ('"""' not in line and "=" not in line and "(" not in line) or "``" in line


def test_every_ignore_has_a_reason() -> None:
    ignores = located(re.compile(r"#\s*(noqa|type:\s*ignore)"), tracked(".py"))
    reasoned = re.compile(r"# (noqa: [A-Z0-9, ]+ --? \S|type: ignore\[[a-z\-, ]+\]\s+# \S)")
    own = "tests/project/test_laws.py"
    assert [hit for hit in ignores if not hit.startswith(own) and not reasoned.search(hit)] == []


def test_nothing_marks_unfinished_work() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError|for now|simplified|placeholder)\b")
    assert located(words, SOURCES) == []


def test_no_secret_or_database_is_tracked() -> None:
    assert [path.name for path in tracked(".db", ".sqlite", ".pem", ".key", ".env", ".mo", ".log")] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_is_typed(package: str) -> None:
    assert (ROOT / package / "py.typed").exists()
