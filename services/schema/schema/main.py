"""The schema job: `up [--to N]`, `down --to N`, each `[--store S]`; `status [--json]`."""

import json
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from neo4j import GraphDatabase, NotificationMinimumSeverity
from neo4j.exceptions import DriverError, Neo4jError
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from schema.config import ConfigError, Settings, read_settings
from schema.document_store import Document, DocumentStore
from schema.graph_store import GraphStore
from schema.ledger import LedgerError, version_of
from schema.migrate import Report, check_version, go_down, go_up
from schema.migrations import MIGRATIONS


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Runs the job: 0 done, 1 failed, 2 wrongly called or configured."""
    try:
        wanted = _parse(arguments)
        settings = read_settings(environment)
    except ConfigError as error:
        _say(str(error))
        return 2
    except SystemExit as ended:
        return int(ended.code or 0)
    try:
        with open_stores(settings) as (documents, graph):
            _perform(wanted, documents, graph)
    except (PyMongoError, DriverError, Neo4jError, OSError, LedgerError) as error:
        _say(f"failed: {type(error).__name__}: {error}")
        return 1
    return 0


@contextmanager
def open_stores(settings: Settings) -> Iterator[tuple[DocumentStore, GraphStore]]:
    """Both stores, once they answer."""
    with (
        MongoClient[Document](settings.mongodb_url, serverSelectionTimeoutMS=2000) as mongo,
        GraphDatabase.driver(
            settings.neo4j_url,
            auth=(settings.neo4j_user, settings.neo4j_password),
            notifications_min_severity=NotificationMinimumSeverity.OFF,
        ) as driver,
    ):
        _wait_until_up(lambda: mongo.admin.command("ping"), seconds=settings.wait_seconds)
        _wait_until_up(driver.verify_connectivity, seconds=settings.wait_seconds)
        database = mongo[settings.mongodb_database]
        yield DocumentStore(database), GraphStore(driver, settings.neo4j_database)


@dataclass(frozen=True)
class Goal:
    """Where to go: up or down to a version, in both stores or in the named one."""

    up: bool
    to: int
    store: str | None = None


def migrate(documents: DocumentStore, graph: GraphStore, goal: Goal, report: Report) -> None:
    """Brings the stores to a version; of two jobs at once the second waits."""
    check_version(goal.to, MIGRATIONS)
    with graph.only_job():
        for store in (documents, graph):
            if goal.store in (None, store.name):
                (go_up if goal.up else go_down)(store, MIGRATIONS, to=goal.to, report=report)


def _perform(wanted: Namespace, documents: DocumentStore, graph: GraphStore) -> None:
    if wanted.action == "status":
        _say_status(documents, graph, as_json=wanted.json)
        return
    to = len(MIGRATIONS) if wanted.to is None else wanted.to
    migrate(documents, graph, Goal(wanted.action == "up", to, wanted.store), _say)
    _say(f"done: documents {_version(documents)}, graph {_version(graph)}")


def _version(store: DocumentStore | GraphStore) -> int:
    return version_of(store.read_ledger())


def _say_status(documents: DocumentStore, graph: GraphStore, *, as_json: bool) -> None:
    versions = {store.name: _version(store) for store in (documents, graph)}
    if as_json:
        migrations = [{"number": m.number, "name": m.name, "down": asdict(m.down)} for m in MIGRATIONS]
        sys.stdout.write(json.dumps({"versions": versions, "migrations": migrations}) + "\n")
        return
    for store, version in versions.items():
        _say(f"{store}: version {version} of {len(MIGRATIONS)}")


def _parse(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(prog="schema", description="Versions the schemas of both stores.")
    actions = parser.add_subparsers(dest="action")
    up = actions.add_parser("up", help="apply what is missing")
    up.add_argument("--to", type=int)
    down = actions.add_parser("down", help="undo what is beyond a version")
    down.add_argument("--to", type=int, required=True)
    for action in (up, down):
        action.add_argument("--store", choices=["documents", "graph"], help="this one only")
    status = actions.add_parser("status", help="the version of each store")
    status.add_argument("--json", action="store_true")
    return parser.parse_args(arguments or ["up"])


def _wait_until_up(probe: Callable[[], object], *, seconds: float) -> None:
    """Stores may start together with this job: ask until the deadline, then let the last answer stand."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            probe()
        except (PyMongoError, DriverError, Neo4jError):
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.5)
        else:
            return


def _say(line: str) -> None:
    sys.stdout.write(f"schema: {line}\n")
    sys.stdout.flush()
