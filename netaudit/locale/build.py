"""Build hook: compile the message catalogues into the wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface[BuilderConfig]):
    """Compile every ``.po`` beside itself and add the result, which git ignores, to the build."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 -- hatchling's signature
        """Run before each build, editable ones included."""
        root = Path(self.root)
        for source in sorted((root / "netaudit" / "locale").glob("*/LC_MESSAGES/*.po")):
            compiled = source.with_suffix(".mo")
            with source.open("rb") as stream:
                catalogue = read_po(stream)
            with compiled.open("wb") as stream:
                write_mo(stream, catalogue)
            build_data["artifacts"].append(f"/{compiled.relative_to(root)}")
