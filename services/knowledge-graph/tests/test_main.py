from pathlib import Path
from typing import Any

import pytest
from neo4j import Driver
from neo4j.exceptions import ClientError

from knowledge_graph import store as store_module
from knowledge_graph.main import main
from knowledge_graph.store import GraphStore
from tests.folder import TRIPLETS, write_folder


@pytest.fixture
def environment(store_environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    return {**store_environment, "DATA_FOLDER": str(write_folder(tmp_path / "ctkg")), "WAIT_SECONDS": "0"}


def ask(graph: Driver, query: str) -> list[dict[str, Any]]:
    return [record.data() for record in graph.execute_query(query).records]


class TestMain:
    def test_loads_nodes_and_relations_with_their_keys_and_properties(
        self, graph: Driver, environment: dict[str, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(environment) == 0
        assert "done: the graph holds the files" in capsys.readouterr().out
        profile = """MATCH (t:Trial)-[:STUDIES_DRUG]->(d:Drug)-[:GIVEN_IN]->(g:EventGroup)-[r:REPORTED_AE]->
            (e)-[:IN_ORGAN]->(o:OrganClass) WHERE (t)-[:HAS_EVENT_GROUP]->(g)
            RETURN t.nctId AS trial, d.name AS drug, e.termNorm AS term, r.kind AS kind,
                r.affected AS affected, r.atRisk AS atRisk, o.name AS organ ORDER BY kind"""
        expected = {"trial": "NCT00000001", "drug": "Aspirin", "term": "nausea", "atRisk": 50}
        organ = {"organ": "Gastrointestinal disorders"}
        assert ask(graph, profile) == [
            {**expected, **organ, "kind": "other", "affected": 5},
            {**expected, **organ, "kind": "serious", "affected": 1},
        ]

    def test_changes_nothing_the_second_time(self, graph: Driver, environment: dict[str, str]) -> None:
        assert main(environment) == 0
        before = ask(graph, "MATCH (n) RETURN count(n) AS n, sum(size(keys(n))) AS k")
        assert main(environment) == 0
        assert ask(graph, "MATCH (n) RETURN count(n) AS n, sum(size(keys(n))) AS k") == before

    def test_keeps_what_the_registry_says_of_a_trial(
        self, graph: Driver, environment: dict[str, str]
    ) -> None:
        graph.execute_query(
            "CREATE (:Trial {nctId: 'NCT00000001', briefTitle: 'From the registry', source: 's'})"
        )
        assert main(environment) == 0
        [trial] = ask(graph, "MATCH (t:Trial) RETURN t.briefTitle AS title, t.source AS source")
        assert trial == {"title": "From the registry", "source": "s"}

    def test_sets_constraints_so_that_a_key_is_there_once(
        self, graph: Driver, environment: dict[str, str]
    ) -> None:
        assert main(environment) == 0
        with pytest.raises(ClientError, match="already exists"):
            graph.execute_query("CREATE (:Drug {key: 'aspirin'})")

    def test_refuses_bad_lines_loads_the_rest_and_says_that_it_is_not_complete(
        self, graph: Driver, environment: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        bad = tuple(f"Study::NCT{number:08d}\tStudy-Condition\tCondition::1" for number in range(2, 70))
        folder = write_folder(tmp_path / "bad", triplets=(*TRIPLETS, *bad))
        assert main({**environment, "DATA_FOLDER": str(folder)}) == 1
        out = capsys.readouterr().out
        assert "refused: ctkg.tsv:8: there is no Study NCT00000002" in out
        assert "refused: and 18 more" in out
        assert "not complete: 0 mismatches, 68 lines refused" in out
        assert ask(graph, "MATCH (t:Trial) RETURN count(t) AS n") == [{"n": 1}]


class TestResuming:
    def test_goes_on_after_the_last_batch(
        self,
        graph: Driver,
        environment: dict[str, str],
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        names = "".join(f"AdverseEventID:{number},Event {number}\n" for number in range(1, 26))
        path = Path(environment["DATA_FOLDER"]) / "attributes" / "adverseevent_attribute.txt"
        path.write_text(names, encoding="utf-8")
        monkeypatch.setattr(store_module, "BATCH_SIZE", 10)
        write_batch = GraphStore._write_batch
        calls = 0

        def breaks_off(*args: Any, **kwargs: Any) -> None:
            nonlocal calls
            calls += 1
            if calls == 6:
                raise OSError("broken off")
            write_batch(*args, **kwargs)

        monkeypatch.setattr(GraphStore, "_write_batch", breaks_off)
        assert main(environment) == 1
        assert "failed: OSError: broken off" in capsys.readouterr().out
        [run] = ask(graph, "MATCH (r:IngestRun) RETURN r.state AS state, r['node AdverseEvent'] AS done")
        assert run == {"state": "running", "done": 20}

        monkeypatch.setattr(GraphStore, "_write_batch", write_batch)
        assert main(environment) == 0
        out = capsys.readouterr().out
        assert "node AdverseEvent: 25/25" in out
        assert "node AdverseEvent: 10/25" not in out
        assert "node Drug" not in out.split("verify")[0]
        assert ask(graph, "MATCH (r:IngestRun) RETURN r.state AS state") == [{"state": "done"}]

    def test_loads_anew_what_somebody_has_removed(
        self, graph: Driver, environment: dict[str, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(environment) == 0
        graph.execute_query("MATCH (d:Drug) DETACH DELETE d")
        assert main(environment) == 0
        assert "loading anew" in capsys.readouterr().out
        assert ask(graph, "MATCH (:Drug)-[r]-() RETURN count(r) AS n") == [{"n": 2}]


class TestFailure:
    def test_says_at_once_what_is_not_set(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        wrong = {
            "DATA_FOLDER": "/nowhere",
            "WAIT_SECONDS": "long",
            "NEO4J_PASSWORD_FILE": str(tmp_path / "no"),
        }
        assert main(wrong) == 2
        out = capsys.readouterr().out
        for part in (
            "NEO4J_URL is not set",
            "/nowhere is not a folder",
            "WAIT_SECONDS is not",
            "_PASSWORD_FILE",
        ):
            assert part in out

    def test_gives_up_on_a_store_that_does_not_answer(
        self, environment: dict[str, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main({**environment, "NEO4J_URL": "bolt://127.0.0.1:1", "WAIT_SECONDS": "1"}) == 1
        out = capsys.readouterr().out
        assert "waiting: the graph store does not answer yet" in out
        assert "failed: ServiceUnavailable" in out

    def test_reads_the_password_from_a_file(self, environment: dict[str, str], tmp_path: Path) -> None:
        path = tmp_path / "password"
        path.write_text(environment.pop("NEO4J_PASSWORD") + "\n", encoding="utf-8")
        assert main({**environment, "NEO4J_PASSWORD_FILE": str(path)}) == 0

    def test_says_that_a_folder_has_nothing_to_load(
        self, environment: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        empty = tmp_path / "empty"
        empty.mkdir()
        assert main({**environment, "DATA_FOLDER": str(empty)}) == 1
        assert "has no ctkg.tsv" in capsys.readouterr().out
