"""A portal in a process of its own, and a real browser."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Request

ROOT = Path(__file__).parents[2]
# Without these the browser asks its maker's servers at every start.
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PASSWORD = "四月的风很温柔啊 2026"


class Portal:
    """A portal that runs, and the command line beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ, "NETAUDIT_DATABASE": f"sqlite:///{folder / 'r.db'}", "HOME": str(folder), "LC_ALL": "C.UTF-8",
        }  # fmt: skip

    def run(self, *arguments: str) -> str:
        """Run netaudit and return what it printed."""
        command = [sys.executable, "-m", "netaudit", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode in {0, 3}, done.stderr
        return done.stdout

    def code(self, *arguments: str) -> str:
        """Run a command that shows a one-time code and return the code."""
        found = re.search(r"[A-Z0-9]{4}(-[A-Z0-9]{4}){3}", self.run("account", *arguments))
        assert found is not None
        return found[0]

    @contextmanager
    def serving(self) -> Iterator[Portal]:
        """Run the portal."""
        command = [sys.executable, "-m", "netaudit", "serve", "--port", str(self.port)]
        log = (self.folder / "serve.log").open("wb")
        server = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        try:
            for _ in range(300):
                assert server.poll() is None, (self.folder / "serve.log").read_text()
                with socket.socket() as tried:
                    if tried.connect_ex(("127.0.0.1", self.port)) == 0:
                        break
                time.sleep(0.1)
            yield self
        finally:
            server.terminate()
            server.wait(timeout=120)
            log.close()


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal over a registry with two units and a sweep of the loopback network."""
    made = Portal(tmp_path_factory.mktemp("portal"))
    made.run("unit", "add", "--code", "S1", "--name", "源城区示例小学", "--declared-endpoints", "12")
    made.run("unit", "add", "--code", "B1", "--name", "区教育局")
    made.run("prefix", "add", "--cidr", "127.0.0.0/28", "--unit", "S1")
    made.run("prefix", "add", "--cidr", "10.1.0.0/24", "--unit", "B1")
    made.run("sweep", "127.0.0.0/29")
    with made.serving():
        yield made


STAGE = ThreadPoolExecutor(1, thread_name_prefix="browser")
"""Where every browser test runs: Playwright keeps an event loop running in its thread, which no other test may meet."""


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool:
    """Run the tests of this folder on the stage."""
    names = pyfuncitem._fixtureinfo.argnames  # noqa: SLF001 -- what pytest's own hook passes
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    STAGE.submit(pyfuncitem.obj, **arguments).result()
    return True


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium without a window."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium is installed (package chromium)")
    play = STAGE.submit(sync_playwright().start).result()
    started = STAGE.submit(play.chromium.launch, executable_path=program, args=list(QUIET)).result()
    yield started
    STAGE.submit(started.close).result()
    STAGE.submit(play.stop).result()


@contextmanager
def visiting(browser: Browser, *, language: str, width: int = 1200) -> Iterator[Page]:
    """Open a page; whatever the browser complains about fails the test."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale=language)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def outside(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            complaints.append(request.url)

    page.on("request", outside)
    yield page
    context.close()
    assert complaints == []


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    page.wait_for_load_state("load")  # not wait_for_function: it evaluates text, which the pages forbid
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
