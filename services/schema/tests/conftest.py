import os
import uuid
from collections.abc import Iterator

import pytest
from neo4j import GraphDatabase

from schema.config import Settings
from schema.document_store import DocumentStore
from schema.graph_store import GraphStore
from schema.main import open_stores

_FORGET = ("MATCH (m:SchemaMigration) DELETE m", "MATCH (m:EntityMapping) DETACH DELETE m")


def required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        pytest.fail(f"{name} is not set: start the stores with services/test-stores.sh", pytrace=False)
    return value


@pytest.fixture
def settings() -> Settings:
    return Settings(
        mongodb_url=required("TEST_MONGODB_URL"),
        mongodb_database=f"schema_{uuid.uuid4().hex[:12]}",
        neo4j_url=required("TEST_NEO4J_URL"),
        neo4j_user=required("TEST_NEO4J_USER"),
        neo4j_password=required("TEST_NEO4J_PASSWORD"),
        neo4j_database="neo4j",
        wait_seconds=30,
    )


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    return {
        "MONGODB_URL": settings.mongodb_url,
        "MONGODB_DATABASE": settings.mongodb_database,
        "NEO4J_URL": settings.neo4j_url,
        "NEO4J_USER": settings.neo4j_user,
        "NEO4J_PASSWORD": settings.neo4j_password,
    }


@pytest.fixture
def stores(settings: Settings) -> Iterator[tuple[DocumentStore, GraphStore]]:
    """Both without a schema; the free edition of the graph has one database for all tests."""
    _empty_graph(settings)
    with open_stores(settings) as (documents, graph):
        yield documents, graph
        documents.drop()
    _empty_graph(settings)


def _empty_graph(settings: Settings) -> None:
    auth = (settings.neo4j_user, settings.neo4j_password)
    with GraphDatabase.driver(settings.neo4j_url, auth=auth) as driver:
        for statement in _FORGET:
            driver.execute_query(statement)
        constraints, _, _ = driver.execute_query("SHOW CONSTRAINTS YIELD name RETURN name")
        for record in constraints:
            driver.execute_query(f"DROP CONSTRAINT {record['name']} IF EXISTS")
        indexes, _, _ = driver.execute_query(
            "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"
        )
        for record in indexes:
            driver.execute_query(f"DROP INDEX {record['name']} IF EXISTS")
