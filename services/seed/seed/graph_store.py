"""Writes the graph: nodes, then trials with their relations, in batches; constraints are the schema job's."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, LiteralString

from neo4j import Driver, ManagedTransaction, Query, ResultSummary, Session
from neo4j.exceptions import DriverError, Neo4jError

from seed.batches import Progress, batches
from seed.documents import SOURCE
from seed.graph import GraphRows, Row

_LOCK_CONSTRAINT: LiteralString = (
    "CREATE CONSTRAINT ingest_lock IF NOT EXISTS FOR (l:IngestLock) REQUIRE l.source IS UNIQUE"
)
_LOCK: LiteralString = "MERGE (l:IngestLock {source: $source})"

_UPSERT_NODES: dict[str, LiteralString] = {
    "companies": "UNWIND $rows AS row MERGE (n:Company {companyId: row.key}) SET n += row.properties",
    "conditions": "UNWIND $rows AS row MERGE (n:Condition {key: row.key}) SET n += row.properties",
    "interventions": "UNWIND $rows AS row MERGE (n:Intervention {key: row.key}) SET n += row.properties",
}

_WRITE_TRIALS: LiteralString = """UNWIND $rows AS row MERGE (t:Trial {nctId: row.nctId})
    SET t += row.properties, t.contentHash = row.contentHash"""

_FORGET_RELATIONS: LiteralString = """UNWIND $ids AS id MATCH (t:Trial {nctId: id})
    -[r:SPONSORED_BY|COLLABORATES_WITH|STUDIES_CONDITION|TESTS_INTERVENTION]->() DELETE r"""

_WRITE_RELATIONS: dict[str, LiteralString] = {
    "sponsors": """UNWIND $rows AS row
        MATCH (t:Trial {nctId: row.trial}), (c:Company {companyId: row.key})
        CREATE (t)-[:SPONSORED_BY {class: row.class}]->(c)""",
    "collaborators": """UNWIND $rows AS row
        MATCH (t:Trial {nctId: row.trial}), (c:Company {companyId: row.key})
        CREATE (t)-[:COLLABORATES_WITH {class: row.class}]->(c)""",
    "conditions": """UNWIND $rows AS row
        MATCH (t:Trial {nctId: row.trial}), (c:Condition {key: row.key})
        CREATE (t)-[:STUDIES_CONDITION {name: row.name}]->(c)""",
    "interventions": """UNWIND $rows AS row
        MATCH (t:Trial {nctId: row.trial}), (i:Intervention {key: row.key})
        CREATE (t)-[:TESTS_INTERVENTION {name: row.name}]->(i)""",
}

_REMOVE_GONE: list[LiteralString] = [
    "MATCH (n:Trial {source: $source}) WHERE NOT n.nctId IN $trials DETACH DELETE n",
    "MATCH (n:Company {source: $source}) WHERE NOT n.companyId IN $companies DETACH DELETE n",
    "MATCH (n:Condition {source: $source}) WHERE NOT n.key IN $conditions DETACH DELETE n",
    "MATCH (n:Intervention {source: $source}) WHERE NOT n.key IN $interventions DETACH DELETE n",
]

_COUNT_NODES: LiteralString = """MATCH (n:Trial|Company|Condition|Intervention {source: $source})
    RETURN labels(n)[0] AS name, count(n) AS count"""
_COUNT_RELATIONS: LiteralString = """MATCH (:Trial {source: $source})-[r]->()
    RETURN type(r) AS name, count(r) AS count"""


@contextmanager
def only_job(driver: Driver, database: str) -> Iterator[None]:
    """Makes a second job for the same source wait: it then finds everything there and writes nothing.

    The lock is an unfinished transaction; it ends with the job, however the job ends, and leaves nothing.
    """
    with driver.session(database=database) as session:
        session.execute_write(_run, _LOCK_CONSTRAINT)
        transaction = session.begin_transaction()
        transaction.run(_LOCK, source=SOURCE).consume()
        try:
            yield
        finally:
            with suppress(DriverError, Neo4jError):
                transaction.rollback()


def write_graph(driver: Driver, database: str, rows: GraphRows, *, report: Callable[[str], None]) -> None:
    """Makes the graph of our source hold the rows, writing only the trials that differ."""
    with driver.session(database=database) as session:
        nodes = {
            "companies": rows.companies,
            "conditions": rows.conditions,
            "interventions": rows.interventions,
        }
        for kind, statement in _UPSERT_NODES.items():
            progress = Progress(f"graph: {kind}", len(nodes[kind]), report)
            for batch in batches(nodes[kind]):
                summary = session.execute_write(_run, statement, {"rows": list(batch)})
                progress.advance(len(batch), summary.counters.nodes_created)
        _write_trials(session, rows.trials, report)


def remove_gone_nodes(driver: Driver, database: str, rows: GraphRows) -> None:
    """Removes the nodes of our source that the rows no longer name."""
    with driver.session(database=database) as session:
        session.execute_write(_remove_gone, rows)


def graph_counts(driver: Driver, database: str) -> dict[str, int]:
    """Nodes and relations of our source by label and type."""
    with driver.session(database=database) as session:
        records = [
            record
            for statement in (_COUNT_NODES, _COUNT_RELATIONS)
            for record in session.run(Query(statement), source=SOURCE)
        ]
    return {record["name"]: record["count"] for record in records}


def _run(
    transaction: ManagedTransaction, statement: LiteralString, parameters: Row | None = None
) -> ResultSummary:
    """A managed transaction is retried where another job that fills the same graph got in its way."""
    return transaction.run(statement, parameters or {}).consume()


def _write_trials(session: Session, rows: Sequence[Row], report: Callable[[str], None]) -> None:
    progress = Progress("graph: trials", len(rows), report)
    for batch in batches(rows):
        progress.advance(len(batch), session.execute_write(_write_trial_batch, list(batch)))


def _write_trial_batch(transaction: ManagedTransaction, batch: list[Row]) -> int:
    """One transaction: a trial has its hash only together with all its relations."""
    stored = transaction.run(
        "MATCH (t:Trial) WHERE t.nctId IN $ids RETURN t.nctId AS nctId, t.contentHash AS hash",
        ids=[row["nctId"] for row in batch],
    )
    hashes = {record["nctId"]: record["hash"] for record in stored}
    changed = [row for row in batch if hashes.get(row["nctId"]) != row["contentHash"]]
    if changed:
        columns = ("nctId", "properties", "contentHash")
        _run(transaction, _WRITE_TRIALS, {"rows": [{c: row[c] for c in columns} for row in changed]})
        _run(transaction, _FORGET_RELATIONS, {"ids": [r["nctId"] for r in changed if r["nctId"] in hashes]})
        for kind, statement in _WRITE_RELATIONS.items():
            relations = [{"trial": row["nctId"], **relation} for row in changed for relation in row[kind]]
            _run(transaction, statement, {"rows": relations})
    return len(changed)


def _remove_gone(transaction: ManagedTransaction, rows: GraphRows) -> None:
    wanted: dict[str, Any] = {
        "source": SOURCE,
        "trials": [row["nctId"] for row in rows.trials],
        "companies": [row["key"] for row in rows.companies],
        "conditions": [row["key"] for row in rows.conditions],
        "interventions": [row["key"] for row in rows.interventions],
    }
    for statement in _REMOVE_GONE:
        transaction.run(statement, wanted).consume()
