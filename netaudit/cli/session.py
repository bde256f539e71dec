"""What every command shares: settings and registry, opened only when first asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

from netaudit import log

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from rich.console import Console

    from netaudit.app.registry import Registry
    from netaudit.settings import Settings


class Session:
    """One run of the command line."""

    def __init__(self, *, database: str | None, config: Path | None, quiet: bool, verbose: bool) -> None:
        self._database = database
        self._config = config
        self.quiet = quiet
        self.verbose = verbose

    @property
    def options(self) -> tuple[str, ...]:
        """What another run of the program is started with, to have the same settings; the database is not in it."""
        return () if self._config is None else ("--config", str(self._config.absolute()))

    @cached_property
    def settings(self) -> Settings:
        """The settings; the log starts when they are known."""
        from netaudit.settings import load  # noqa: PLC0415 -- help must not pay for it

        loaded = load(self._config)
        if self._database is not None:
            loaded = loaded.model_copy(update={"database": self._database})
        log.start(loaded.log_path, verbose=self.verbose)
        return loaded

    @cached_property
    def registry(self) -> Registry:
        """The registry, created or migrated on first use."""
        from netaudit.app.registry import open_registry  # noqa: PLC0415 -- help must not pay for SQLAlchemy

        return open_registry(self.settings.database_url)

    @cached_property
    def out(self) -> Console:
        """Where results go."""
        from rich.console import Console  # noqa: PLC0415 -- help must not pay for it

        return Console(highlight=False)

    @cached_property
    def err(self) -> Console:
        """Where progress and remarks go; silent with ``--quiet``."""
        from rich.console import Console  # noqa: PLC0415 -- help must not pay for it

        return Console(stderr=True, highlight=False, quiet=self.quiet)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if "registry" in self.__dict__:
            self.registry.close()
