"""Opening a registry: created, migrated once, and every refusal says what to do."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, inspect

from inventory.model.batch import Batch
from inventory.model.errors import RegistryError
from inventory.model.records import UnitView
from inventory.registry import migrations
from inventory.registry.engine import keep_log, open_registry
from inventory.registry.errors import Reason, RefusedError
from inventory.registry.tables import METADATA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection


def refusal(url: str) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        open_registry(url)
    assert isinstance(caught.value, RegistryError)
    assert caught.value.hint is not None
    return caught.value


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.begin() as connection:
            if _is_sqlite(connection):
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")  # as every registry is
            yield connection
    finally:
        engine.dispose()


def upgrade(connection: Connection, version: str) -> None:
    """Run the migrations of an older database, as if it had been made when that version was the newest."""
    setup = Config(attributes={"connection": connection})
    setup.set_main_option("script_location", str(Path(migrations.__file__).parent))
    command.upgrade(setup, version)


def shape(connection: Connection) -> dict[str, Any]:
    """Return everything that two databases of one schema have in common; the order of columns is nobody's business."""
    found = inspect(connection)
    made: dict[str, str] = (
        {name: sql or "" for name, sql in connection.exec_driver_sql("SELECT name, sql FROM sqlite_master")}
        if _is_sqlite(connection)
        else {}
    )
    return {
        name: {
            "columns": by_name(found.get_columns(name)),
            "key": found.get_pk_constraint(name),
            "references": by_name(found.get_foreign_keys(name)),
            "unique": by_name(found.get_unique_constraints(name)),
            "indexes": by_name(found.get_indexes(name)),
            "checks": by_name(found.get_check_constraints(name)),
            "numbers are given once": "AUTOINCREMENT" in made.get(name, ""),
        }
        for name in found.get_table_names()
    }


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def by_name(described: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, object]]:
    return {one["name"]: {key: _plain(value) for key, value in one.items()} for one in described}


def _plain(value: object) -> object:
    return {key: str(part) for key, part in value.items()} if isinstance(value, dict) else str(value)


def test_the_migrations_lead_to_the_tables(url: str) -> None:
    with connected(url) as connection:
        upgrade(connection, "head")
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": lambda name, kind, _: kind != "table" or name != migrations.VERSION_TABLE,
            },
        )
        assert compare_metadata(context, METADATA) == []


def test_a_new_database_is_made_as_the_migrations_would(url: str) -> None:
    open_registry(url).close()
    with connected(url) as connection:
        made = shape(connection)
        query = f"SELECT version_num FROM {migrations.VERSION_TABLE}"  # noqa: S608 -- a constant
        assert connection.exec_driver_sql(query).scalars().all() == [migrations.HEAD]
        there = MetaData()
        there.reflect(connection)
        there.drop_all(connection)
        upgrade(connection, "head")
        assert shape(connection) == made


def test_the_newest_version_is_the_one_the_program_expects() -> None:
    folder = Path(migrations.__file__).parent
    assert ScriptDirectory(str(folder)).get_heads() == [migrations.HEAD]


def test_opening_again_keeps_everything(url: str) -> None:
    with open_registry(url) as registry:
        registry.apply(Batch(units=(UnitView("edu", "教育局"),)))
    with open_registry(url) as registry:
        assert registry.units() == (UnitView("edu", "教育局"),)


def test_facts_of_the_first_schema_are_kept(sqlite_url: str) -> None:
    with connected(sqlite_url) as connection:
        upgrade(connection, "0001")
    execute(sqlite_url, "INSERT INTO sweeps VALUES (1, '2026-11-23 04:00:00', NULL, NULL, '{}', '{}', '{}')")
    heard = "7, 'mac', '00:25:9e:00:00:01', 'local', '1', NULL, NULL, NULL, '2026-11-23 04:00:00', 1"
    execute(sqlite_url, f"INSERT INTO lldp_rows VALUES (1, 1, 'sw-1', NULL, {heard})")  # noqa: S608 -- constants

    with open_registry(sqlite_url) as registry:
        [row] = registry.facts(1).lldp
    assert (row.local_port, row.table, row.is_bridge_or_router) == (7, "lldpRemTable", True)


OPEN_TOGETHER = """
import sys
from inventory.registry.engine import open_registry
import alembic.command
print("ready", flush=True)
sys.stdin.readline()
with open_registry(sys.argv[1]) as registry:
    print(len(registry.units()), flush=True)
"""


@pytest.mark.parametrize("before", [None, "0001"])
def test_programs_that_start_at_once_migrate_once(url: str, before: str | None) -> None:
    if before is not None:
        with connected(url) as connection:
            upgrade(connection, before)
    program = [sys.executable, "-W", "error", "-c", OPEN_TOGETHER, url]
    children = [
        subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    told = [child.communicate(timeout=240) for child in children]
    assert [(child.returncode, *said) for child, said in zip(children, told, strict=True)] == [(0, "0\n", "")] * 4


def test_folders_and_file_are_for_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "new" / "er" / "registry.db"
    with open_registry(f"sqlite:///{file}") as registry:
        registry.apply(Batch(units=(UnitView("edu", "教育局"),)))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()}
    assert modes == {"registry.db": 0o600, "registry.db-wal": 0o600, "registry.db-shm": 0o600}
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_an_sqlite_connection_is_set_up_for_safety(sqlite_url: str) -> None:
    with open_registry(sqlite_url) as registry, registry._reading() as connection:  # noqa: SLF001 -- asks SQLite itself
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000, "synchronous": 2}


def test_a_registry_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_registry("sqlite://") as registry:
        registry.apply(Batch(units=(UnitView("edu", "教育局"),)))
        assert registry.units() == (UnitView("edu", "教育局"),)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content", [b"code,name\nedu,x\n", b"PK\x03\x04" + bytes(200), b"SQLite format 3\x00" + b"x" * 200]
)
def test_a_file_of_another_kind_is_left_alone(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "units.csv"
    file.write_bytes(content)
    refused = refusal(f"sqlite:///{file}")
    assert refused.reason in {Reason.NOT_A_DATABASE, Reason.DAMAGED}
    assert str(file) in str(refused.message)
    assert file.read_bytes() == content


def test_an_empty_file_becomes_a_registry(tmp_path: Path) -> None:
    file = tmp_path / "registry.db"
    file.touch()
    with open_registry(f"sqlite:///{file}") as registry:
        assert registry.units() == ()


def test_another_programs_database_is_left_alone(url: str) -> None:
    execute(url, "CREATE TABLE articles (id INTEGER)")
    assert refusal(url).reason is Reason.FOREIGN


def test_a_newer_schema_is_left_alone(url: str) -> None:
    open_registry(url).close()
    execute(url, f"UPDATE {migrations.VERSION_TABLE} SET version_num = '9999'")  # noqa: S608 -- a constant
    refused = refusal(url)
    assert refused.reason is Reason.NEWER
    assert "9999" in str(refused.message)


def execute(url: str, statement: str) -> None:
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        with connection:
            connection.execute(statement)
        connection.close()
    else:
        with psycopg.connect(url) as server:
            server.execute(statement.encode())


@pytest.mark.parametrize("place", ["a folder", "below a file"])
def test_an_impossible_path_is_unreachable(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    path = tmp_path if place == "a folder" else tmp_path / "file" / "registry.db"
    assert refusal(f"sqlite:///{path}").reason is Reason.UNREACHABLE


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_file_is_named(sqlite_url: str, tmp_path: Path) -> None:
    open_registry(sqlite_url).close()
    (tmp_path / "registry.db").chmod(0o400)
    assert refusal(sqlite_url).reason is Reason.READ_ONLY


def test_a_missing_server_is_unreachable_and_its_password_stays_secret(tmp_path: Path) -> None:
    refused = refusal(f"postgresql://netaudit:geheim@/netaudit?host={tmp_path}")
    assert refused.reason is Reason.UNREACHABLE
    assert "geheim" not in f"{refused} {refused!r} {refused.message.params} {refused.__cause__}"


def test_a_missing_database_is_unreachable(postgresql_url: str) -> None:
    assert refusal(postgresql_url.replace("?", "x?")).reason is Reason.UNREACHABLE


def test_a_server_that_refuses_writes_is_read_only(postgresql_url: str) -> None:
    assert refusal(f"{postgresql_url}&options=-c%20default_transaction_read_only%3Don").reason is Reason.READ_ONLY


@pytest.mark.parametrize("url", ["registry.db", "", "mysql://root:geheim@host/x", "postgresql://u:geheim@host:port/x"])
def test_a_url_that_names_no_supported_database(url: str) -> None:
    refused = refusal(url)
    assert refused.reason is Reason.UNREACHABLE
    assert "geheim" not in f"{refused} {refused!r} {refused.message.params} {refused.__cause__}"


def test_programs_that_come_to_a_new_file_at_once_give_way(tmp_path: Path) -> None:
    many = 6
    ready = threading.Barrier(many)

    def begin(file: Path) -> str:
        with closing(sqlite3.connect(file, timeout=10, isolation_level=None)) as raw:
            raw.execute("PRAGMA foreign_keys = ON")
            ready.wait(60)
            keep_log(raw)
            mode: str = raw.execute("PRAGMA journal_mode").fetchone()[0]
            return mode

    with ThreadPoolExecutor(many) as pool:
        for number in range(160):  # one round in fifty or so met the refusal
            assert set(pool.map(begin, [tmp_path / f"{number}.db"] * many)) == {"wal"}
