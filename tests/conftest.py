"""Fixtures and settings for every test."""

from __future__ import annotations

import os

from hypothesis import settings

from tests.lab.fixture import lab

__all__ = ["lab"]

# No test passes or fails by the clock. A landing does not depend on luck either: its examples are always the same.
settings.register_profile("here", deadline=None)
settings.register_profile("landing", deadline=None, derandomize=True)
settings.load_profile("landing" if os.environ.get("CI") else "here")
