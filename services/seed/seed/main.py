"""The seeding job: reads the facts, fills both stores and checks what they hold."""

import sys
import time
from collections.abc import Callable, Mapping

from neo4j import Driver, GraphDatabase, NotificationMinimumSeverity
from neo4j.exceptions import DriverError, Neo4jError
from pymongo import MongoClient
from pymongo.errors import PyMongoError
from redis import Redis, RedisError

from seed.companies import Company, derive_companies
from seed.config import ConfigError, Settings, read_settings
from seed.document_store import Store, count_ours, remove_gone_documents, write_documents
from seed.documents import Document, alias_documents, company_document, trial_document
from seed.graph import GraphRows, graph_rows
from seed.graph_store import graph_counts, only_job, remove_gone_nodes, write_graph
from seed.source import Facts, read_facts

Report = Callable[[str], None]


def main(environment: Mapping[str, str]) -> int:
    """Runs the job: 0 done and verified, 1 failed or not as expected, 2 wrongly configured."""
    try:
        settings = read_settings(environment)
    except ConfigError as error:
        _say(str(error))
        return 2
    try:
        return seed(settings, _say)
    except (PyMongoError, DriverError, Neo4jError, OSError, EOFError) as error:
        _say(f"failed: {type(error).__name__}: {error}")
        return 1


def seed(settings: Settings, report: Report) -> int:
    """Loads the data file into both stores and compares the counts afterwards.

    Only a file without refused lines may remove what earlier files had brought.
    """
    facts = read_facts(settings.data_file)
    companies = derive_companies(facts.trials)
    report(
        f"facts: {len(facts.trials)} trials, {len(companies)} companies, {len(facts.refused)} lines refused"
    )
    for reason in facts.refused:
        report(f"refused: {reason}")
    if not facts.trials:
        report(f"failed: {settings.data_file} holds no trial")
        return 1
    rows = graph_rows(facts.trials, companies)
    with (
        MongoClient[Document](settings.mongodb_url, serverSelectionTimeoutMS=2000) as mongo,
        GraphDatabase.driver(
            settings.neo4j_url,
            auth=(settings.neo4j_user, settings.neo4j_password),
            notifications_min_severity=NotificationMinimumSeverity.OFF,
        ) as driver,
    ):
        database = mongo[settings.mongodb_database]
        patience = settings.wait_seconds
        _wait_until_up("document store", lambda: mongo.admin.command("ping"), seconds=patience, report=report)
        _wait_until_up("graph store", driver.verify_connectivity, seconds=patience, report=report)
        differences = _fill_documents(database, facts, companies, report=report)
        differences += _fill_graph(
            driver, settings.neo4j_database, rows, remove=not facts.refused, report=report
        )
    _forget_cached_lists(settings, report)
    return _verdict(differences, len(facts.refused), report)


def _fill_documents(
    database: Store, facts: Facts, companies: Mapping[str, Company], *, report: Report
) -> list[str]:
    wanted: dict[str, list[Document]] = {
        "companies": [company_document(company) for company in companies.values()],
        "trial_aliases": [alias for trial in facts.trials for alias in alias_documents(trial)],
        "trials": [trial_document(trial, companies) for trial in facts.trials],
    }
    for name, documents in wanted.items():
        if not facts.refused:
            remove_gone_documents(database[name], {document["_id"] for document in documents})
        write_documents(database[name], documents, report)
    stored = {name: count_ours(database[name]) for name in wanted}
    return _compare({name: len(documents) for name, documents in wanted.items()}, stored, report)


def _fill_graph(driver: Driver, database: str, rows: GraphRows, *, remove: bool, report: Report) -> list[str]:
    with only_job(driver, database):
        write_graph(driver, database, rows, report=report)
        if remove:
            remove_gone_nodes(driver, database, rows)
        return _compare(_expected_graph(rows), graph_counts(driver, database), report)


def _expected_graph(rows: GraphRows) -> dict[str, int]:
    return {
        "Trial": len(rows.trials),
        "Company": len(rows.companies),
        "Condition": len(rows.conditions),
        "Intervention": len(rows.interventions),
        **rows.relation_counts(),
    }


def _compare(expected: Mapping[str, int], found: Mapping[str, int], report: Report) -> list[str]:
    report("verify: " + ", ".join(f"{name} {found.get(name, 0)}/{count}" for name, count in expected.items()))
    return [
        f"{name}: expected {count}, found {found.get(name, 0)}"
        for name, count in expected.items()
        if found.get(name, 0) != count
    ]


def _verdict(differences: list[str], refused: int, report: Report) -> int:
    for difference in differences:
        report(f"mismatch: {difference}")
    if differences or refused:
        report(f"not complete: {len(differences)} mismatches, {refused} lines refused")
        return 1
    report("done: both stores hold exactly the data file")
    return 0


def _wait_until_up(name: str, probe: Callable[[], object], *, seconds: float, report: Report) -> None:
    """Stores may start together with this job: ask until the deadline, then let the last answer stand."""
    deadline = time.monotonic() + seconds
    told = False
    while True:
        try:
            probe()
        except (PyMongoError, DriverError, Neo4jError) as error:
            if time.monotonic() >= deadline:
                raise
            if not told:
                report(f"waiting: {name} does not answer yet ({type(error).__name__})")
                told = True
            time.sleep(min(1.0, max(0.0, deadline - time.monotonic())))
        else:
            return


def _forget_cached_lists(settings: Settings, report: Report) -> None:
    """Lists are cached under a generation number; the next one makes every service read anew."""
    if settings.cache_url is None:
        return
    try:
        with Redis.from_url(settings.cache_url, socket_timeout=2, socket_connect_timeout=2) as cache:
            for kind in ("trials", "companies"):
                cache.incr(f"{settings.cache_prefix}gen:{kind}")
    except RedisError as error:
        report(f"cache: not reached ({type(error).__name__}); lists are fresh after their minute")


def _say(line: str) -> None:
    sys.stdout.write(f"seed: {line}\n")
    sys.stdout.flush()
