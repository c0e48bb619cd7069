from seed.companies import derive_companies
from seed.graph import GraphRows, graph_rows
from seed.source import TrialRecord
from tests.facts import trial


def rows_of(*trials: TrialRecord) -> GraphRows:
    return graph_rows(trials, derive_companies(trials))


class TestGraphRows:
    def test_an_intervention_without_a_name_gets_no_node(self) -> None:
        rows = rows_of(
            trial(1, interventions=[{"type": "DRUG", "name": None}, {"type": "DRUG", "name": "X"}])
        )
        assert [row["key"] for row in rows.interventions] == ["DRUG:x"]
        assert rows.relation_counts()["TESTS_INTERVENTION"] == 1

    def test_the_same_name_twice_in_a_trial_is_one_relation(self) -> None:
        rows = rows_of(trial(1, conditions=["Asthma", "asthma"]))
        assert rows.trials[0]["conditions"] == [{"key": "asthma", "name": "Asthma"}]

    def test_spellings_share_a_node_with_a_stable_name(self) -> None:
        rows = rows_of(trial(1, conditions=["asthma"]), trial(2, conditions=["Asthma"]))
        assert [row["properties"]["name"] for row in rows.conditions] == ["Asthma"]

    def test_a_hash_changes_with_the_relations(self) -> None:
        before = rows_of(trial(1)).trials[0]["contentHash"]
        after = rows_of(trial(1, conditions=["Asthma"])).trials[0]["contentHash"]
        assert before != after
