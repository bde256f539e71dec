"""Fixtures every test may use."""

from __future__ import annotations

from tests.lab.fixture import lab

__all__ = ["lab"]
