from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j import Driver
from neo4j.exceptions import ClientError

from notebooks.graph import Graph, wilson


@pytest.fixture
def graph(driver: Driver, store_environment: dict[str, str]) -> Iterator[Graph]:
    assert driver is not None
    with Graph(store_environment) as made:
        yield made


class TestGraph:
    def test_counts_trials_by_an_attribute(self, graph: Graph) -> None:
        assert graph.trials_by("phase").values.tolist() == [["NA", 1], ["PHASE1/PHASE2", 1], ["none", 1]]
        assert graph.trials_by("overallStatus").values.tolist() == [["COMPLETED", 2], ["TERMINATED", 1]]

    def test_finds_what_is_studied(self, graph: Graph) -> None:
        assert graph.common_conditions().values.tolist() == [["Heart Failure", 1]]
        assert graph.studied_drugs().values.tolist() == [["Aspirin", 1, 1]]

    def test_sums_a_drugs_events_by_organ_class_and_kind(self, graph: Graph) -> None:
        assert graph.adverse_events(" ASPIRIN ").values.tolist() == [
            ["Gastrointestinal disorders", "other", 1, 5],
            ["Gastrointestinal disorders", "serious", 1, 1],
        ]
        assert graph.adverse_events("unknown").empty

    def test_gives_rates_with_their_interval(self, graph: Graph) -> None:
        [row] = graph.serious_rates().itertuples()
        assert (row.drug, row.affected, row.atRisk, row.rate) == ("Aspirin", 3, 50, 0.06)
        assert (round(row.low, 4), round(row.high, 4)) == (0.0206, 0.1622)

    def test_says_why_people_left(self, graph: Graph) -> None:
        assert graph.drop_outs().values.tolist() == [["Death", 2]]

    def test_cannot_write(self, graph: Graph) -> None:
        with pytest.raises(ClientError, match="read access mode"):
            graph.ask("CREATE (:Trial {nctId: 'NCT00000009'})")

    def test_says_what_is_not_set(self) -> None:
        with pytest.raises(ValueError, match="NEO4J_USER, NEO4J_PASSWORD not set"):
            Graph({"NEO4J_URL": "bolt://graph"})

    def test_reads_the_password_from_a_file(
        self, driver: Driver, store_environment: dict[str, str], tmp_path: Path
    ) -> None:
        assert driver is not None
        path = tmp_path / "password"
        path.write_text(store_environment["NEO4J_PASSWORD"] + "\n", encoding="utf-8")
        with Graph({**store_environment, "NEO4J_PASSWORD": "", "NEO4J_PASSWORD_FILE": str(path)}) as graph:
            assert not graph.drop_outs().empty


class TestWilson:
    @pytest.mark.parametrize(
        ("affected", "at_risk", "low", "high"),
        [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (12, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634)],
    )
    def test_is_that_of_the_textbooks(self, affected: int, at_risk: int, low: float, high: float) -> None:
        found = wilson(affected, at_risk)
        assert (round(found[0], 4), round(found[1], 4)) == (low, high)
