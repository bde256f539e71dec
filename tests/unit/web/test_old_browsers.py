"""Nothing the portal sends needs a newer engine than Chromium 78, which the browsers of office desktops are built on.

Looked for in the text, since no such browser is at hand: what came later, with the version that brought it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[3] / "netaudit" / "web"
NEWER_STYLES = {
    r":is\(|:where\(": 88, r":has\(": 105, r":focus-visible": 86, r"\baspect-ratio\s*:": 88, r"\binset\s*:": 87,
    r"\b(?:min|max|clamp)\(": 79, r"\baccent-color\s*:": 93, r"color-mix\(": 111, r"@layer|@container|@property": 85,
    r"\boverflow(?:-[xy])?\s*:\s*clip": 90, r"\d(?:d|s|l)v[hw]\b": 108, r"content-visibility": 85,
    r"(?:margin|padding|inset)-(?:inline|block)\s*:": 87, r"text-wrap|scrollbar-gutter": 94, r"&[\s.:]": 112,
}  # fmt: skip
NEWER_SCRIPTS = {
    r"\?\.[A-Za-z_(\[]": 80, r"\?\?": 80, r"(?:\|\||&&)=": 85, r"\.replaceAll\(": 85, r"\.at\(": 92, r"\.hasOwn\(": 93,
    r"structuredClone": 98, r"\.replaceChildren\(": 86, r"Promise\.any": 85,
    r"this\.#|\bstatic\s*\{": 84, r"\.findLast": 97, r"\.toSorted|\.toReversed": 110,
}  # fmt: skip
NEWER_PAGES = {r"<dialog|<search\b": 118, r"\binert\b": 102, r"\bpopover": 114, r"<selectlist": 999}


def newer(text: str, known: dict[str, int]) -> dict[str, int]:
    return {
        found[0]: version for pattern, version in known.items() if version > 78 and (found := re.search(pattern, text))
    }


def rules(style: str) -> list[tuple[str, str]]:
    return re.findall(r"([^{}]+)\{([^{}]*)\}", style)


def test_the_style_sheet() -> None:
    style = (WEB / "static" / "style.css").read_text(encoding="utf-8")
    assert newer(style, NEWER_STYLES) == {}
    # Gaps between flexible boxes came with 84, those of grids were there.
    assert [
        who.strip() for who, what in rules(style) if re.search(r"display:\s*(?:inline-)?flex", what) and "gap" in what
    ] == []
    # "anywhere" came with 80.
    assert [
        who.strip() for who, what in rules(style) if "anywhere" in what and "word-break: break-word" not in what
    ] == []


@pytest.mark.parametrize("name", ["portal.js", "htmx.min.js"])
def test_the_scripts_are_understood(name: str) -> None:
    script = (WEB / "static" / name).read_text(encoding="utf-8")
    assert newer(script, NEWER_SCRIPTS) == {}


@pytest.mark.parametrize("page", sorted(path.name for path in (WEB / "templates").glob("*.html")))
def test_the_pages(page: str) -> None:
    assert newer((WEB / "templates" / page).read_text(encoding="utf-8"), NEWER_PAGES) == {}


def test_what_is_newer_is_found() -> None:
    assert newer("a{width:min(1px,2px)}", NEWER_STYLES) == {"min(": 79}
    assert newer("a?.b", NEWER_SCRIPTS) == {"?.b": 80}
