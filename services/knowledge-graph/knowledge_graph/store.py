"""Writes rows in batches; each batch leaves its checkpoint in the same transaction.

Labels, types and property names come from `schema`, never from a file; values are parameters. Neo4j Community
is enough: uniqueness constraints, indexes, plain Cypher.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from neo4j import Driver, ManagedTransaction, Session

from knowledge_graph.rows import GraphRows, NodeRows, RelationRows, Row
from knowledge_graph.schema import NODE_TYPES, NodeType, RelationType, find_node_type

BATCH_SIZE = 1_000

Report = Callable[[str], None]


@dataclass(frozen=True)
class Step:
    """All rows of one kind and the statement that writes a batch of them."""

    name: str
    statement: str
    rows: list[Row]


class GraphStore:
    """One database and one run; the run's identity is that of the files."""

    def __init__(self, driver: Driver, database: str, run_id: str) -> None:
        self._driver = driver
        self._database = database
        self._run_id = run_id

    def prepare(self) -> None:
        """Constraints and indexes, all before the first row."""
        with self._session() as session:
            for statement in _constraints():
                session.execute_write(_run, statement)

    def write(self, rows: GraphRows, report: Report) -> int:
        """Writes what the run has not written yet; gives the number of rows that were left to write."""
        written = 0
        with self._session() as session:
            for step in _steps(rows):
                done = self._done(session, step)
                for batch in _batches(step.rows[done:]):
                    done += len(batch)
                    session.execute_write(self._write_batch, step, batch, done=done)
                    written += len(batch)
                    report(f"{step.name}: {done}/{len(step.rows)}")
        return written

    def counts(self, rows: GraphRows) -> dict[str, tuple[int, int]]:
        """By label and type: what there should be, and what there is."""
        with self._session() as session:
            return {step.name: (len(step.rows), self._count(session, step.name)) for step in _steps(rows)}

    def forget(self) -> None:
        """Lets the run begin anew: what it had recorded does not match what is there."""
        with self._session() as session:
            session.execute_write(_run, "MATCH (r:IngestRun {runId: $run}) DELETE r", run=self._run_id)

    def finish(self) -> None:
        """Records that everything was there at the end."""
        with self._session() as session:
            finished = "MERGE (r:IngestRun {runId: $run}) SET r.state = 'done', r.finishedAt = datetime()"
            session.execute_write(_run, finished, run=self._run_id)

    def _session(self) -> Session:
        return self._driver.session(database=self._database)

    def _done(self, session: Session, step: Step) -> int:
        record = session.run(
            "MATCH (r:IngestRun {runId: $run}) RETURN r[$step] AS done", run=self._run_id, step=step.name
        ).single()
        return int(record["done"] or 0) if record else 0

    def _write_batch(self, tx: ManagedTransaction, step: Step, batch: Sequence[Row], *, done: int) -> None:
        _run(tx, step.statement, rows=list(batch), run=self._run_id)
        _run(
            tx,
            """MERGE (r:IngestRun {runId: $run})
            ON CREATE SET r.startedAt = datetime(), r.state = 'running' SET r += $progress""",
            run=self._run_id,
            progress={step.name: done},
        )

    def _count(self, session: Session, name: str) -> int:
        kind, _, what = name.partition(" ")
        pattern = f"(x:{what} {{ingest: $run}})" if kind == "node" else f"()-[x:{what} {{ingest: $run}}]->()"
        record = session.run(f"MATCH {pattern} RETURN count(x) AS count", run=self._run_id)
        return int(record.single(strict=True)["count"])


def _run(tx: ManagedTransaction, /, statement: str, **parameters: object) -> None:
    tx.run(statement, parameters).consume()


def _constraints() -> Iterator[str]:
    for each in NODE_TYPES:
        name = f"{each.label}_{each.key}".lower()
        yield f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR (n:{each.label}) REQUIRE n.{each.key} IS UNIQUE"
    yield "CREATE CONSTRAINT ingestrun_runid IF NOT EXISTS FOR (n:IngestRun) REQUIRE n.runId IS UNIQUE"
    yield "CREATE INDEX trial_phase IF NOT EXISTS FOR (t:Trial) ON (t.phase)"
    yield """CREATE FULLTEXT INDEX entity_name IF NOT EXISTS
        FOR (n:Drug|Condition|AdverseEvent|Company) ON EACH [n.name, n.aliases]"""


def _steps(rows: GraphRows) -> Iterator[Step]:
    for nodes in rows.nodes:
        yield _node_step(nodes)
    for relations in rows.relations:
        yield _relation_step(relations)


def _node_step(nodes: NodeRows) -> Step:
    """A trial that the backends' seed has brought keeps what is said there: only what is missing is added."""
    each = nodes.node_type
    statement = f"""UNWIND $rows AS row MERGE (n:{each.label} {{{each.key}: row.key}})
        ON CREATE SET n += row.properties SET n.ingest = $run"""
    return Step(f"node {each.label}", statement, nodes.rows)


def _relation_step(relations: RelationRows) -> Step:
    each = relations.relation
    told_apart = f" {{{each.distinguished_by}: row.distinguished}}" if each.distinguished_by else ""
    statement = f"""UNWIND $rows AS row
        MATCH (a:{_end(each, each.head)}: row.head}}), (b:{_end(each, each.tail)}: row.tail}})
        MERGE (a)-[r:{each.type}{told_apart}]->(b) SET r += row.properties, r.ingest = $run"""
    return Step(f"relation {each.type}", statement, relations.rows)


def _end(relation: RelationType, name: str) -> str:
    node_type: NodeType | None = find_node_type(name)
    if node_type is None:
        raise ValueError(f"{relation.name}: there is no node type {name}")
    return f"{node_type.label} {{{node_type.key}"


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), BATCH_SIZE):
        yield rows[start : start + BATCH_SIZE]
