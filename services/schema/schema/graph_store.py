"""The schema of the graph store: constraints and indexes."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import LiteralString

from neo4j import Driver, ManagedTransaction
from neo4j.exceptions import DriverError, Neo4jError

from schema.ledger import Entry
from schema.migration import Migration

_SETUP: tuple[LiteralString, ...] = (
    "CREATE CONSTRAINT schema_migration IF NOT EXISTS FOR (m:SchemaMigration) REQUIRE m.number IS UNIQUE",
    "CREATE CONSTRAINT schema_lock IF NOT EXISTS FOR (l:SchemaLock) REQUIRE l.name IS UNIQUE",
)
_LOCK: LiteralString = "MERGE (l:SchemaLock {name: 'schema'})"
_READ: LiteralString = """MATCH (m:SchemaMigration)
    RETURN m.number AS number, m.name AS name, m.checksum AS checksum, m.state AS state ORDER BY number"""
_WRITE: LiteralString = """MERGE (m:SchemaMigration {number: $number})
    SET m.name = $name, m.checksum = $checksum, m.state = $state"""
_REMOVE: LiteralString = "MATCH (m:SchemaMigration {number: $number}) DELETE m"


class GraphStore:
    """One graph database and its ledger, nodes in it."""

    name = "graph"

    def __init__(self, driver: Driver, database: str) -> None:
        self._driver = driver
        self._database = database

    @contextmanager
    def only_job(self) -> Iterator[None]:
        """Makes a second job wait, whichever backend it is for: all of them share the graph.

        The lock is an unfinished transaction; it ends with the job, however the job ends, and leaves nothing.
        """
        for statement in _SETUP:
            self._run(statement)
        with self._driver.session(database=self._database) as session:
            transaction = session.begin_transaction()
            transaction.run(_LOCK).consume()
            try:
                yield
            finally:
                with suppress(DriverError, Neo4jError):
                    transaction.rollback()

    def read_ledger(self) -> list[Entry]:
        """All entries, in order."""
        records, _, _ = self._driver.execute_query(_READ, database_=self._database)
        return [Entry(r["number"], r["name"], r["checksum"], r["state"]) for r in records]

    def write_entry(self, entry: Entry) -> None:
        """Adds or replaces an entry."""
        self._run(_WRITE, number=entry.number, name=entry.name, checksum=entry.checksum, state=entry.state)

    def remove_entry(self, number: int) -> None:
        """Forgets one that is undone."""
        self._run(_REMOVE, number=number)

    def apply(self, migration: Migration) -> None:
        """Makes its changes."""
        for statement in migration.graph.up:
            self._run(statement)

    def undo(self, migration: Migration) -> None:
        """Takes its changes back."""
        for statement in migration.graph.down:
            self._run(statement)

    def _run(self, statement: LiteralString, **parameters: object) -> None:
        with self._driver.session(database=self._database) as session:
            session.execute_write(_run, statement, parameters)


def _run(tx: ManagedTransaction, statement: LiteralString, parameters: dict[str, object]) -> None:
    tx.run(statement, parameters).consume()
