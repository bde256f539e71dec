"""No English sentence reaches a reader untranslated: what people are told is a text, not a string.

The types hold that reasons, evidence, errors and refusals are texts. What types cannot see is looked for here: a
sentence passed as a text's parameter, or through ``verbatim``, which is for names and for other people's own words.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inventory.model.text import Text, listed, remarks, text, verbatim
from netaudit.i18n import translator

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("inventory", "probes", "reports", "netaudit")
SENTENCE = re.compile(r"\b[a-z]{2,} [a-z]{2,}\b")
"""Two lower-case words in a row."""
BUILDERS = frozenset({"text", "verbatim", "Text"})


def _strings(node: ast.expr) -> Iterator[str]:
    """Yield what is written literally in an expression, that of its branches included; not what it calls."""
    match node:
        case ast.Constant(value=str(written)):
            yield written
        case ast.JoinedStr(values=parts):
            yield from (str(part.value) for part in parts if isinstance(part, ast.Constant))
        case ast.IfExp(body=body, orelse=other):
            yield from _strings(body)
            yield from _strings(other)
        case ast.BoolOp(values=values):
            for value in values:
                yield from _strings(value)


def _untranslated(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in BUILDERS:
            continue
        values = [keyword.value for keyword in node.keywords]
        if node.func.id == "verbatim":
            values += node.args
        for value in values:
            yield from ((value.lineno, found) for found in _strings(value) if SENTENCE.search(found))


def test_no_sentence_is_a_parameter() -> None:
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    assert len(files) > 400
    found = [
        f"{file.relative_to(ROOT)}:{line}: {words!r}"
        for file in files
        for line, words in _untranslated(file.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        'verbatim("no answer came")',
        'verbatim(f"{name}: no answer")',
        'text("{file}: {reason}", reason="it is broken" if bad else why)',
        'text("{file}: {reason}", reason=why or "not at all")',
    ],
)
def test_sentences_are_found(source: str) -> None:
    assert list(_untranslated(source))


def test_texts_in_texts_are_translated() -> None:
    chinese = translator("zh")
    refused = text("{table}: {reason}", table="ipNetToMediaTable", reason=text("timeout"))
    assert refused.render(chinese) == "ipNetToMediaTable：超时"
    said = remarks(refused, None, verbatim("noSuchObject"))
    assert said is not None
    assert said.render(chinese) == "ipNetToMediaTable：超时；noSuchObject"
    assert str(said) == "ipNetToMediaTable: timeout; noSuchObject"
    assert remarks(None) is None
    assert Text.of_plain(said.plain()) == said
    assert Text.of_foreign(said.plain()) == said
    names = listed([text("yes"), text("no"), text("unknown")])
    assert names is not None
    assert names.render(chinese) == "是、否、未知"


@pytest.mark.parametrize(
    "written",
    [
        "an older recording: timeout",
        ["{said.__class__}", {"said": "x"}],
        ["{said:>999999999}", {"said": "x"}],
        ["{said!a}", {"said": "x"}],
        ["{other}", {"said": "x"}],
        ["{", {}],
        ["a", "b", "c"],
        [1, {}],
    ],
)
def test_a_foreign_message_is_shown_as_it_is_written(written: object) -> None:
    assert str(Text.of_foreign(written)) == str(written)
