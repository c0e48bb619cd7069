import os
from collections.abc import Iterator

import pytest
from neo4j import Driver, GraphDatabase

FACTS = """
    CREATE (t:Trial {nctId: 'NCT00000001', phase: 'PHASE1/PHASE2', overallStatus: 'COMPLETED'})
        -[:STUDIES_CONDITION]->(:Condition {key: 'heart failure', name: 'Heart Failure'}),
        (t)-[:STUDIES_DRUG]->(d:Drug {key: 'aspirin', name: 'Aspirin'}),
        (t)-[:HAS_EVENT_GROUP]->(g:EventGroup {groupId: 'g', seriousAffected: 3, seriousAtRisk: 50}),
        (d)-[:GIVEN_IN]->(g),
        (e:AdverseEvent {termNorm: 'nausea', name: 'Nausea'}),
        (g)-[:REPORTED_AE {kind: 'other', affected: 5, atRisk: 50}]->(e),
        (g)-[:REPORTED_AE {kind: 'serious', affected: 1, atRisk: 50}]->(e),
        (e)-[:IN_ORGAN]->(:OrganClass {name: 'Gastrointestinal disorders'}),
        (:Period {periodId: 'p'})-[:HAS_DROP_RECORD]->(:DropRecord {reason: 'Death', count: 2}),
        (:Trial {nctId: 'NCT00000002', phase: 'NA', overallStatus: 'COMPLETED'}),
        (:Trial {nctId: 'NCT00000003', overallStatus: 'TERMINATED'})"""


def store_setting(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        pytest.fail(f"{name} is not set: start the stores with services/test-stores.sh", pytrace=False)
    return value


@pytest.fixture(scope="session")
def store_environment() -> dict[str, str]:
    names = ("NEO4J_URL", "NEO4J_USER", "NEO4J_PASSWORD")
    return {name: store_setting(f"TEST_{name}") for name in names}


@pytest.fixture(scope="session")
def driver(store_environment: dict[str, str]) -> Iterator[Driver]:
    """The graph with a few facts and nothing else: projects of the services run one after the other."""
    auth = (store_environment["NEO4J_USER"], store_environment["NEO4J_PASSWORD"])
    with GraphDatabase.driver(store_environment["NEO4J_URL"], auth=auth) as made:
        empty(made)
        made.execute_query(FACTS)
        yield made
        empty(made)


def empty(driver: Driver) -> None:
    """Leaves nothing for the tests of another service to stumble over."""
    with driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 200 ROWS").consume()
