"""The loading job: reads a CTKG folder, fills the graph and checks what it holds."""

import sys
import time
from collections.abc import Mapping

from neo4j import Driver, GraphDatabase, NotificationMinimumSeverity
from neo4j.exceptions import DriverError, Neo4jError

from knowledge_graph import __version__
from knowledge_graph.config import ConfigError, Settings, read_settings
from knowledge_graph.rows import GraphRows, graph_rows
from knowledge_graph.source import Source, SourceError, read_source
from knowledge_graph.store import GraphStore, Report

_SHOWN_PROBLEMS = 50


def main(environment: Mapping[str, str]) -> int:
    """Runs the job: 0 done and verified, 1 failed or not as expected, 2 wrongly configured."""
    try:
        settings = read_settings(environment)
    except ConfigError as error:
        _say(str(error))
        return 2
    try:
        return load(settings, _say)
    except (SourceError, DriverError, Neo4jError, OSError, EOFError) as error:
        _say(f"failed: {type(error).__name__}: {error}")
        return 1


def load(settings: Settings, report: Report) -> int:
    """Loads a folder; a run that was broken off goes on after its last batch, a finished one verifies."""
    source = read_source(settings.data_folder)
    rows = graph_rows(source)
    refused = [*source.refused, *rows.refused]
    _tell(source, rows, refused, report)
    with GraphDatabase.driver(
        settings.neo4j_url,
        auth=(settings.neo4j_user, settings.neo4j_password),
        notifications_min_severity=NotificationMinimumSeverity.OFF,
    ) as driver:
        _wait_until_up(driver, seconds=settings.wait_seconds, report=report)
        run_id = f"ctkg-{source.fingerprint[:16]}-{__version__}"
        store = GraphStore(driver, settings.neo4j_database, run_id)
        store.prepare()
        written = store.write(rows, report)
        differences = _verify(store, rows, report)
        if differences and not written:
            report("the graph has lost what an earlier run had written: loading anew")
            store.forget()
            store.write(rows, report)
            differences = _verify(store, rows, report)
        if not differences:
            store.finish()
    return _verdict(differences, len(refused), report)


def _tell(source: Source, rows: GraphRows, refused: list[str], report: Report) -> None:
    nodes = sum(len(each.rows) for each in rows.nodes)
    relations = sum(len(each.rows) for each in rows.relations)
    report(f"files: {nodes} nodes, {relations} relations, {len(refused)} lines refused")
    for reason in refused[:_SHOWN_PROBLEMS]:
        report(f"refused: {reason}")
    if len(refused) > _SHOWN_PROBLEMS:
        report(f"refused: and {len(refused) - _SHOWN_PROBLEMS} more")
    for name, count in sorted(source.left_out.items()):
        report(f"not loaded: {count} relations {name}")


def _verify(store: GraphStore, rows: GraphRows, report: Report) -> list[str]:
    counts = store.counts(rows)
    report("verify: " + ", ".join(f"{name} {found}/{expected}" for name, (expected, found) in counts.items()))
    return [
        f"{name}: expected {expected}, found {found}"
        for name, (expected, found) in counts.items()
        if expected != found
    ]


def _verdict(differences: list[str], refused: int, report: Report) -> int:
    for difference in differences:
        report(f"mismatch: {difference}")
    if differences or refused:
        report(f"not complete: {len(differences)} mismatches, {refused} lines refused")
        return 1
    report("done: the graph holds the files")
    return 0


def _wait_until_up(driver: Driver, *, seconds: float, report: Report) -> None:
    """The store may start together with this job: ask until the deadline, then let the last answer stand."""
    deadline = time.monotonic() + seconds
    told = False
    while True:
        try:
            driver.verify_connectivity()
        except (DriverError, Neo4jError) as error:
            if time.monotonic() >= deadline:
                raise
            if not told:
                report(f"waiting: the graph store does not answer yet ({type(error).__name__})")
                told = True
            time.sleep(min(1.0, max(0.0, deadline - time.monotonic())))
        else:
            return


def _say(line: str) -> None:
    sys.stdout.write(f"knowledge-graph: {line}\n")
    sys.stdout.flush()
