from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from neo4j import Driver
from redis import Redis

from seed.config import Settings
from seed.document_store import Store
from seed.main import main, seed
from tests.facts import raw_trial, write_lines


def environment(settings: Settings) -> dict[str, str]:
    return {
        "MONGODB_URL": settings.mongodb_url,
        "MONGODB_DATABASE": settings.mongodb_database,
        "NEO4J_URL": settings.neo4j_url,
        "NEO4J_USER": settings.neo4j_user,
        "NEO4J_PASSWORD": settings.neo4j_password,
        "DATA_FILE": str(settings.data_file),
    }


def relations(graph: Driver) -> list[list[str]]:
    records, _, _ = graph.execute_query(
        """MATCH (t:Trial)-[r]->(n) RETURN t.nctId AS trial, type(r) AS type,
           coalesce(n.companyId, n.key) AS target ORDER BY trial, type, target"""
    )
    return [list(record.values()) for record in records]


class TestSeed:
    def test_fills_both_stores_and_verifies(
        self, settings: Settings, documents: Store, graph: Driver
    ) -> None:
        write_lines(
            settings.data_file,
            raw_trial(
                1,
                nctIdAliases=["NCT00000101"],
                collaborators=[{"name": "Beta", "class": "OTHER"}],
                interventions=[{"type": "DRUG", "name": "X"}],
            ),
            raw_trial(2, conditions=[]),
        )
        said: list[str] = []
        assert seed(settings, said.append) == 0
        assert said[-1] == "done: both stores hold exactly the data file"
        assert sorted(c["_id"] for c in documents["companies"].find()) == ["acme-pharma", "beta"]
        alias = documents["trial_aliases"].find_one({"_id": "NCT00000101"})
        assert alias is not None
        assert alias["nctId"] == "NCT00000001"
        assert relations(graph) == [
            ["NCT00000001", "COLLABORATES_WITH", "beta"],
            ["NCT00000001", "SPONSORED_BY", "acme-pharma"],
            ["NCT00000001", "STUDIES_CONDITION", "heart failure"],
            ["NCT00000001", "TESTS_INTERVENTION", "DRUG:x"],
            ["NCT00000002", "SPONSORED_BY", "acme-pharma"],
        ]

    @pytest.mark.usefixtures("documents", "graph")
    def test_a_second_run_writes_nothing(self, settings: Settings) -> None:
        write_lines(settings.data_file, raw_trial(1), raw_trial(2))
        seed(settings, lambda _: None)
        said: list[str] = []
        assert seed(settings, said.append) == 0
        steps = [line for line in said if "written" in line]
        assert steps
        assert all("(0 written" in line for line in steps)

    def test_follows_changes_of_the_file(self, settings: Settings, documents: Store, graph: Driver) -> None:
        write_lines(settings.data_file, raw_trial(1), raw_trial(2), raw_trial(3))
        seed(settings, lambda _: None)
        other = {"name": "Gamma", "class": "NIH"}
        write_lines(settings.data_file, raw_trial(1), raw_trial(2, sponsor=other, conditions=["Asthma"]))
        assert seed(settings, lambda _: None) == 0
        assert documents["trials"].count_documents({}) == 2
        acme = documents["companies"].find_one({"_id": "acme-pharma"})
        assert acme is not None
        assert acme["trialCount"] == 1
        assert relations(graph) == [
            ["NCT00000001", "SPONSORED_BY", "acme-pharma"],
            ["NCT00000001", "STUDIES_CONDITION", "heart failure"],
            ["NCT00000002", "SPONSORED_BY", "gamma"],
            ["NCT00000002", "STUDIES_CONDITION", "asthma"],
        ]

    def test_two_jobs_may_fill_one_graph_at_once(
        self, settings: Settings, documents: Store, graph: Driver
    ) -> None:
        write_lines(
            settings.data_file,
            *(
                raw_trial(n, conditions=["Asthma"], interventions=[{"type": "DRUG", "name": f"X{n % 7}"}])
                for n in range(1, 1200)
            ),
        )
        other = replace(settings, mongodb_database=f"{settings.mongodb_database}_other")
        with ThreadPoolExecutor() as pool:
            said: list[str] = []
            codes = list(pool.map(lambda job: seed(job, said.append), (settings, other)))
        assert codes == [0, 0]
        trials = sorted(line for line in said if line.startswith("graph: trials 1199/1199"))
        assert ["(0 written" in line for line in trials] == [True, False]
        assert len(relations(graph)) == 3 * 1199
        documents.client.drop_database(other.mongodb_database)

    @pytest.mark.usefixtures("graph")
    def test_refused_lines_are_told_and_remove_nothing(self, settings: Settings, documents: Store) -> None:
        write_lines(settings.data_file, raw_trial(1), raw_trial(2))
        seed(settings, lambda _: None)
        write_lines(settings.data_file, raw_trial(1), "cut off {")
        said: list[str] = []
        assert seed(settings, said.append) == 1
        assert documents["trials"].count_documents({}) == 2
        assert any(line.startswith("refused: line 2") for line in said)
        assert "mismatch: trials: expected 1, found 2" in said

    @pytest.mark.usefixtures("documents", "graph")
    def test_makes_cached_lists_stale(self, settings: Settings, cache: Redis) -> None:
        write_lines(settings.data_file, raw_trial(1))
        assert seed(settings, lambda _: None) == 0
        assert cache.get(f"{settings.cache_prefix}gen:trials") == "1"

    @pytest.mark.usefixtures("documents", "graph")
    def test_an_unreachable_cache_is_only_told(self, settings: Settings) -> None:
        write_lines(settings.data_file, raw_trial(1))
        said: list[str] = []
        assert seed(replace(settings, cache_url="redis://127.0.0.1:1"), said.append) == 0
        assert any(line.startswith("cache: not reached") for line in said)

    def test_an_empty_file_is_a_failure(self, settings: Settings) -> None:
        write_lines(settings.data_file, "")
        assert seed(settings, lambda _: None) == 1


class TestMain:
    @pytest.mark.usefixtures("documents", "graph")
    def test_runs_from_the_environment(self, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
        write_lines(settings.data_file, raw_trial(1))
        assert main(environment(settings)) == 0
        assert "seed: done" in capsys.readouterr().out

    def test_a_wrong_configuration_exits_with_two(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main({}) == 2
        assert "MONGODB_URL is not set" in capsys.readouterr().out

    def test_a_store_that_never_answers_exits_with_one(
        self, settings: Settings, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write_lines(settings.data_file, raw_trial(1))
        absent = {"MONGODB_URL": "mongodb://127.0.0.1:1", "WAIT_SECONDS": "0"}
        assert main({**environment(settings), **absent}) == 1
        out = capsys.readouterr().out
        assert "failed: ServerSelectionTimeoutError" in out
        assert settings.neo4j_password not in out

    def test_a_damaged_file_exits_with_one(self, settings: Settings, tmp_path: Path) -> None:
        damaged = tmp_path / "trials.ndjson.gz"
        damaged.write_bytes(b"not gzip")
        assert main({**environment(settings), "DATA_FILE": str(damaged)}) == 1
