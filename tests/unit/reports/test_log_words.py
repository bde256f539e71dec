"""Every step the programs write into the audit log has a word."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from inventory.model.cases import Action
from inventory.model.disputes import DisputeState
from inventory.model.requests import RequestState
from inventory.model.text import Text
from reports import log_words

ROOT = Path(__file__).parents[3]
PLACES = {"append": 3, "note": 2}
"""Where ``audit.append`` and ``gate.note`` take the step."""


def written() -> set[str]:
    """The steps named in the source."""
    found = set()
    for folder in ("inventory", "netaudit"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                    continue
                owner = ast.unparse(node.func.value)
                if (node.func.attr, owner.rpartition(".")[2]) not in {("append", "audit"), ("note", "gate")}:
                    continue
                step = ast.walk(node.args[PLACES[node.func.attr]])
                found |= {part.value for part in step if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    return found


def test_every_step_of_the_source_has_a_word() -> None:
    steps = written()
    assert len(steps) > 10
    assert steps <= set(log_words.STEPS)


@pytest.mark.parametrize("known", [*Action, *DisputeState, *RequestState])
def test_every_step_of_a_state_has_a_word(known: Action | DisputeState | RequestState) -> None:
    assert isinstance(log_words.step(known.value), Text)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [("account li", "account {key}"), ("registration 34", "registration {key}"), ("unit A 1", "unit {key}")],
)
def test_a_subject_is_told_in_words(stored: str, shown: str) -> None:
    said = log_words.subject(stored)
    assert isinstance(said, Text)
    assert said.message == shown
    assert stored.partition(" ")[2] in said.params.values()


def test_what_an_older_version_wrote_stays_as_it_is() -> None:
    assert (log_words.step("danced"), log_words.subject("moon")) == ("danced", "moon")
