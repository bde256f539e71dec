"""A registry on each database it supports; PostgreSQL is a real cluster this session starts itself."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest

from inventory.registry.engine import Registry, open_registry
from inventory.registry.tables import METADATA

if TYPE_CHECKING:
    from collections.abc import Iterator


def _server_programs() -> Path | None:
    """Return the folder of the newest installed PostgreSQL server."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def _unprivileged(folder: Path) -> list[str]:
    """Return the command prefix that starts the server as an account it accepts: it refuses root."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root without setpriv cannot start PostgreSQL")
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        account = pwd.getpwnam("nobody")
    os.chown(folder, account.pw_uid, account.pw_gid)
    # Should this session be killed, the server ends with it.
    ids = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", "--pdeathsig=QUIT"]
    return ["setpriv", *ids]


@contextmanager
def _cluster() -> Iterator[str]:
    """Run a PostgreSQL server on a socket of its own; yield the connection string of its first database."""
    programs = _server_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed (package postgresql)")
    # Not below tmp_path: a socket's path has at most 107 bytes, and root's folders are closed to the server's account.
    folder = Path(tempfile.mkdtemp(prefix="netaudit-pg-", dir="/tmp"))
    try:
        prefix = _unprivileged(folder)
        data = folder / "data"
        initdb: list[str | Path] = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "netaudit",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        subprocess.run([*prefix, *initdb], cwd=folder, check=True, capture_output=True)
        options: list[str | Path] = [
            "-F",
            "-c",
            "listen_addresses=",
            "-c",
            "unix_socket_permissions=0777",
            "-k",
            folder,
        ]
        log = (folder / "log").open("wb")
        server = subprocess.Popen(
            [*prefix, programs / "postgres", "-D", data, *options], cwd=folder, stdout=log, stderr=log
        )
        try:
            connection = f"host={folder} user=netaudit dbname=postgres"
            _wait(connection, server)
            yield connection
        finally:
            server.terminate()
            try:
                server.wait(timeout=120)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
            log.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(connection: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            psycopg.connect(connection).close()
        except psycopg.OperationalError:
            if server.poll() is not None:
                pytest.fail("PostgreSQL ended at once")
            time.sleep(0.05)
        else:
            return
    pytest.fail("PostgreSQL did not start within 15 s")


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The connection string of a running PostgreSQL server."""
    with _cluster() as connection:
        yield connection


@contextmanager
def _database(cluster: str) -> Iterator[str]:
    """Create a database, yield its URL, drop it."""
    name = f"t{uuid4().hex}"
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
    host = cluster.split(maxsplit=1)[0].removeprefix("host=")
    yield f"postgresql://netaudit@/{name}?host={host}"
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="session")
def migrated(cluster: str) -> Iterator[str]:
    """The URL of a PostgreSQL database that has the schema, emptied for each test: faster than a new one."""
    with _database(cluster) as url:
        open_registry(url).close()
        yield url


@pytest.fixture
def postgresql_url(cluster: str) -> Iterator[str]:
    """The URL of an empty database."""
    with _database(cluster) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'registry.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, of each kind in turn."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def registry(request: pytest.FixtureRequest) -> Iterator[Registry]:
    """An open, empty registry, of each kind in turn."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url: str = request.getfixturevalue("sqlite_url")
        else:
            url = request.getfixturevalue("migrated")
            with psycopg.connect(url) as connection:
                names = ", ".join(f'"{table.name}"' for table in METADATA.sorted_tables)
                connection.execute(f"TRUNCATE {names} RESTART IDENTITY".encode())
        yield stack.enter_context(open_registry(url))
