import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from planet.arm import features
from planet.artifact import load_artifact
from planet.evaluation import TEMPORAL_CUT, cross_validation, temporal_split
from planet.facts import BUNDLED_FACTS, FactsError, read_facts
from planet.learning import common_terms, fit, labels, usable
from planet.model import SAFETY
from planet.training import train
from tests.facts import trial, write_facts


class TestTrain:
    def test_gives_the_same_model_for_the_same_facts(self, model_folder: Path, tmp_path: Path) -> None:
        again = train(BUNDLED_FACTS, tmp_path, lambda _line: None)
        assert again == load_artifact(model_folder).model_id
        for name in ("model.json", "weights.npz"):
            assert (tmp_path / again / name).read_bytes() == (model_folder / again / name).read_bytes()

    def test_gives_another_model_for_other_facts_and_keeps_the_earlier_one(self, tmp_path: Path) -> None:
        trials = [trial(number) for number in range(1, 121)]
        first = train(write_facts(tmp_path / "a.ndjson", trials), tmp_path, lambda _line: None)
        second = train(write_facts(tmp_path / "b.ndjson", trials[:-6]), tmp_path, lambda _line: None)
        assert first != second
        assert load_artifact(tmp_path).model_id == second
        assert (tmp_path / first / "model.json").is_file()

    def test_writes_a_card_with_data_code_metrics_and_limits_and_no_time_of_its_own(
        self, model_folder: Path
    ) -> None:
        card = load_artifact(model_folder).card
        assert card["data"]["date"] == "2026-03-13"
        assert len(card["data"]["sha256"]) == len(card["code"]["sha256"]) == 64
        assert card["libraries"]["numpy"] == np.__version__
        assert "not drawn at random" in json.dumps(card["limitations"])
        assert "research" in card["intendedUse"]

    def test_reaches_the_floor_that_was_measured_for_this_kind_of_model(self, model_folder: Path) -> None:
        metrics = load_artifact(model_folder).card["metrics"]
        crossed, temporal = metrics["safety, cross-validation"], metrics["safety, temporal"]
        assert crossed["auroc"] >= 0.843 - 0.02
        assert temporal["auroc"] >= 0.823 - 0.02
        events = metrics["adverse-events, temporal"]
        assert events["macroAuroc"] >= 0.76
        assert events["macroAuprc"] >= 2 * events["prevalence"]
        for found in (crossed, temporal):
            low, high = found["auroc95"]
            assert low < found["auroc"] < high
            assert found["auprc"] > found["prevalence"] + 0.2
            assert found["brier"] < found["prevalence"] * (1 - found["prevalence"])


class TestEvaluation:
    def test_keeps_a_trial_on_one_side_so_that_its_words_alone_give_nothing(self) -> None:
        """Labels by chance, one for each trial: only a leak between its arms could be learnt."""
        random = np.random.default_rng(7)
        arms = []
        for arm in usable(read_facts(BUNDLED_FACTS).arms)[:400]:
            arms.append(replace(arm, serious_rate=float(random.integers(2))))
        by_trial = {arm.nct_id: arm.serious_rate for arm in arms}
        same = [replace(arm, serious_rate=by_trial[arm.nct_id]) for arm in arms]
        assert cross_validation(same, seed=1)["auroc"] < 0.65

    def test_tests_only_trials_completed_since_the_cut(self) -> None:
        arms = usable(read_facts(BUNDLED_FACTS).arms)
        found = temporal_split(arms, seed=1)[SAFETY]
        assert found["arms"] == sum(arm.completed >= TEMPORAL_CUT for arm in arms)

    def test_refuses_arms_that_are_all_alike(self, tmp_path: Path) -> None:
        alike = [trial(number) for number in range(1, 61) if number % 3]
        with pytest.raises(FactsError, match="nothing can be learnt"):
            train(write_facts(tmp_path / "f", alike), tmp_path, lambda _line: None)

    def test_says_nothing_of_terms_that_too_few_arms_report(self, tmp_path: Path) -> None:
        arms = usable(read_facts(write_facts(tmp_path / "f", [trial(n) for n in range(1, 61)])).arms)
        events = temporal_split(arms, seed=1)["adverse-events"]
        assert (events["terms"], events["termsTested"], events["macroAuroc"]) == (0, 0, None)


class TestServedModel:
    @pytest.mark.parametrize("head", [SAFETY, "nausea", "headache"])
    def test_answers_as_scikit_learn_does(self, model_folder: Path, head: str) -> None:
        arms = usable(read_facts(BUNDLED_FACTS).arms)
        vectorizer = TfidfVectorizer(analyzer=lambda a: features(a.arm), min_df=2, sublinear_tf=True)
        matrix = vectorizer.fit_transform(arms)
        regression = LogisticRegression(C=10.0, solver="liblinear", random_state=20260101)
        expected = regression.fit(matrix, labels(arms, head)).predict_proba(matrix)[:, 1]
        model = load_artifact(model_folder).model
        served = [model.probabilities(arm.arm)[head] for arm in arms]
        assert np.max(np.abs(np.array(served) - expected)) < 1e-6

    def test_learns_only_terms_that_enough_arms_report(self, model_folder: Path) -> None:
        arms = usable(read_facts(BUNDLED_FACTS).arms)
        assert load_artifact(model_folder).model.heads == (SAFETY, *common_terms(arms))

    def test_explains_by_what_moves_the_answer_most(self, tmp_path: Path) -> None:
        arms = usable(read_facts(write_facts(tmp_path / "f", [trial(n) for n in range(1, 61)])).arms)
        model = fit(arms, [SAFETY], seed=1)
        harsh = next(arm.arm for arm in arms if arm.serious_rate > 0.1)
        moves = model.explain(harsh, SAFETY, 3)
        assert len(moves) == 3
        assert all(move.log_odds > 0 for move in moves)
        assert {move.feature for move in moves} & {"phase=PHASE3", "title:harshimab", "title:of harshimab"}
