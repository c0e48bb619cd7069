import os
from collections.abc import Iterator

import pytest
from neo4j import Driver, GraphDatabase


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
    auth = (store_environment["NEO4J_USER"], store_environment["NEO4J_PASSWORD"])
    with GraphDatabase.driver(store_environment["NEO4J_URL"], auth=auth) as made:
        yield made
        empty(made)


@pytest.fixture
def graph(driver: Driver) -> Driver:
    """The graph, empty: projects of the services run one after the other."""
    empty(driver)
    return driver


def empty(driver: Driver) -> None:
    """Leaves nothing for the tests of another service to stumble over."""
    with driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 200 ROWS").consume()
