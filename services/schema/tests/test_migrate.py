from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import pytest
from neo4j import Driver, GraphDatabase
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from schema.config import Settings
from schema.document_store import DocumentStore
from schema.graph_store import GraphStore
from schema.ledger import Entry, LedgerError, version_of
from schema.main import Goal, migrate, open_stores
from schema.migrate import go_down, go_up
from schema.migration import DocumentChange
from schema.migrations import MIGRATIONS

Stores = tuple[DocumentStore, GraphStore]
NEWEST = len(MIGRATIONS)


class KilledError(BaseException):
    """Nothing of ours catches it: what comes after the kill does not happen."""


class KillAfter:
    """A report that ends the run when so many lines have been said."""

    def __init__(self, lines: int) -> None:
        self.left = lines

    def __call__(self, line: str) -> None:
        if self.left == 0:
            raise KilledError(line)
        self.left -= 1


def silent(_: str) -> None:
    return None


def to_version(stores: Stores, version: int, report: Any = silent) -> None:
    """Down to it, and up to it."""
    migrate(*stores, Goal(False, version), report)
    migrate(*stores, Goal(True, version), report)


def walk(newest: int) -> list[int]:
    """Goes from each version to each other one, and to itself."""
    known = range(newest + 1)
    return [version for low in known for high in known[low:] for version in (low, high, low)]


def kill_points() -> list[int]:
    """Of each store one before, one amid and one after the changes, each in another migration than the last.

    As many lines are said before: three a migration, first those of one store, then those of the other.
    """
    return [
        3 * (store * NEWEST + (3 * store + moment) % NEWEST) + moment
        for store, moment in product(range(2), range(3))
    ]


def versions(stores: Stores) -> tuple[int, int]:
    documents, graph = stores
    return version_of(documents.read_ledger()), version_of(graph.read_ledger())


@pytest.fixture
def database(settings: Settings) -> Any:
    with MongoClient[dict[str, Any]](settings.mongodb_url) as client:
        yield client[settings.mongodb_database]


@pytest.fixture
def driver(settings: Settings) -> Any:
    auth = (settings.neo4j_user, settings.neo4j_password)
    with GraphDatabase.driver(settings.neo4j_url, auth=auth) as driver:
        yield driver


def shape(database: Database[dict[str, Any]], driver: Driver) -> set[str]:
    """Names of all indexes and constraints that the stores have."""
    found = {
        f"{name}.{index}"
        for name in database.list_collection_names()
        for index in database[name].index_information()
        if index != "_id_"
    }
    records, _, _ = driver.execute_query("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name")
    return found | {record["name"] for record in records}


class TestWalk:
    def test_has_every_pair_of_versions(self) -> None:
        assert set(pairwise(walk(NEWEST))) == set(product(range(NEWEST + 1), repeat=2))


class TestMigrations:
    def test_are_numbered_without_a_gap_and_say_what_undoing_them_means(self) -> None:
        assert [migration.number for migration in MIGRATIONS] == list(range(1, NEWEST + 1))
        assert len({migration.name for migration in MIGRATIONS}) == NEWEST
        assert all(migration.down.why for migration in MIGRATIONS)
        assert {migration.down.safety for migration in MIGRATIONS} == {"safe", "lossy"}

    def test_every_pair_of_versions_is_walked_and_leaves_the_same_shape(
        self, stores: Stores, database: Database[dict[str, Any]], driver: Driver
    ) -> None:
        shapes: dict[int, set[str]] = {}
        for version in range(NEWEST + 1):
            to_version(stores, version)
            shapes[version] = shape(database, driver)
        assert len(shapes[0]) < len(shapes[1]) < len(shapes[NEWEST])
        before = NEWEST
        for version in walk(NEWEST):
            to_version(stores, version)
            assert versions(stores) == (version, version)
            assert shape(database, driver) == shapes[version], (before, version)
            before = version

    @pytest.mark.parametrize("up", [True, False])
    def test_a_run_killed_at_any_kind_of_point_is_gone_on_with_in_both_directions(
        self, stores: Stores, database: Database[dict[str, Any]], driver: Driver, *, up: bool
    ) -> None:
        whole = NEWEST if up else 0
        to_version(stores, NEWEST)
        full = shape(database, driver)
        to_version(stores, 0)
        bare = shape(database, driver)
        for lines, resumed in product(kill_points(), (NEWEST, 0)):
            to_version(stores, NEWEST - whole)
            with pytest.raises(KilledError):
                migrate(*stores, Goal(up, whole), KillAfter(lines))
            to_version(stores, resumed)
            assert versions(stores) == (resumed, resumed)
            assert shape(database, driver) == (full if resumed else bare)

    def test_again_changes_nothing(self, stores: Stores) -> None:
        migrate(*stores, Goal(True, NEWEST), silent)
        said: list[str] = []
        migrate(*stores, Goal(True, NEWEST), said.append)
        migrate(*stores, Goal(False, NEWEST), said.append)
        assert said == []

    def test_two_jobs_at_once_apply_each_migration_once(self, settings: Settings, stores: Stores) -> None:
        said: list[str] = []

        def run(_: int) -> None:
            with open_stores(settings) as opened:
                migrate(*opened, Goal(True, NEWEST), said.append)

        with ThreadPoolExecutor() as pool:
            list(pool.map(run, range(2)))
        assert len([line for line in said if "applying" in line]) == 2 * NEWEST
        assert versions(stores) == (NEWEST, NEWEST)

    def test_lookups_refuse_doubles_until_they_are_undone(
        self, stores: Stores, database: Database[dict[str, Any]]
    ) -> None:
        to_version(stores, 1)
        database["companies"].insert_one({"_id": "one", "nameNorm": "acme"})
        with pytest.raises(DuplicateKeyError):
            database["companies"].insert_one({"_id": "two", "nameNorm": "acme"})
        to_version(stores, 0)
        database["companies"].insert_one({"_id": "two", "nameNorm": "acme"})
        assert database["companies"].count_documents({}) == 2

    def test_what_is_lossy_loses_its_own_data_and_no_other(
        self, stores: Stores, database: Database[dict[str, Any]], driver: Driver
    ) -> None:
        to_version(stores, NEWEST)
        database["entity_mappings"].insert_one({"_id": "m", "source": "s", "vocabulary": "v", "key": "k"})
        database["trials"].insert_one({"_id": "NCT00000001"})
        driver.execute_query("CREATE (:EntityMapping {mappingId: 'm'})")
        to_version(stores, 3)
        assert "entity_mappings" not in database.list_collection_names()
        assert database["trials"].count_documents({}) == 1
        left, _, _ = driver.execute_query("MATCH (m:EntityMapping) RETURN count(m) AS count")
        assert left[0]["count"] == 0


class TestLedgers:
    def test_newer_than_the_program_are_left_alone(self, stores: Stores) -> None:
        documents, _ = stores
        documents.write_entry(Entry(NEWEST + 1, "to-come", "0" * 64, "applied"))
        for move in (go_up, go_down):
            with pytest.raises(LedgerError, match=f"migration {NEWEST + 1} \\(to-come\\)"):
                move(documents, MIGRATIONS, to=0, report=silent)

    def test_notice_a_released_migration_that_was_changed(self, stores: Stores) -> None:
        documents, _ = stores
        go_up(documents, MIGRATIONS, to=1, report=silent)
        changed = (replace(MIGRATIONS[0], documents=DocumentChange()), *MIGRATIONS[1:])
        with pytest.raises(LedgerError, match="another content"):
            go_up(documents, changed, to=1, report=silent)

    def test_a_version_that_is_not_there_is_refused(self, stores: Stores) -> None:
        with pytest.raises(LedgerError, match="knows 0 to"):
            migrate(*stores, Goal(True, NEWEST + 1), silent)

    def test_a_version_counts_up_to_the_first_that_is_not_whole(self) -> None:
        def entry(number: int, state: Any) -> Entry:
            return Entry(number, "n", "c", state)

        assert version_of([]) == 0
        assert version_of([entry(1, "applied"), entry(2, "undoing"), entry(3, "applied")]) == 1
        assert version_of([entry(2, "applied")]) == 0
