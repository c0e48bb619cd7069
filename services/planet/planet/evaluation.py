"""How well the model does on arms that it has not seen."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score
from sklearn.model_selection import GroupKFold

from planet.facts import ReportedArm
from planet.learning import Labels, common_terms, fit, labels
from planet.model import SAFETY, Floats, LinearModel

TEMPORAL_CUT = "2022-01-01"
_FOLDS = 5
_BOOTSTRAPS = 200
_MIN_POSITIVES = 10
_DIGITS = 3

Metrics = dict[str, Any]


def cross_validation(arms: Sequence[ReportedArm], *, seed: int) -> Metrics:
    """Safety in five folds; the arms of a trial are all on one side."""
    groups = np.array([arm.nct_id for arm in arms])
    scores = np.zeros(len(arms))
    for train, test in GroupKFold(_FOLDS).split(np.zeros(len(arms)), groups=groups):
        model = fit([arms[i] for i in train], [SAFETY], seed=seed)
        scores[test] = _scores(model, [arms[i] for i in test])[SAFETY]
    truth = labels(arms, SAFETY)
    return {"method": f"grouped by trial, {_FOLDS} folds", **_metrics(truth, scores, groups, seed=seed)}


def temporal_split(arms: Sequence[ReportedArm], *, seed: int) -> dict[str, Metrics]:
    """Learns from trials completed before the cut and tests on the others; terms are chosen before it."""
    train = [arm for arm in arms if arm.completed < TEMPORAL_CUT]
    test = [arm for arm in arms if arm.completed >= TEMPORAL_CUT]
    model = fit(train, [SAFETY, *common_terms(train)], seed=seed)
    scores = _scores(model, test)
    groups = np.array([arm.nct_id for arm in test])
    method = f"primary completion before {TEMPORAL_CUT}: {len(train)} arms; since: {len(test)} arms"
    safety = _metrics(labels(test, SAFETY), scores[SAFETY], groups, seed=seed)
    events = _macro(test, {head: scores[head] for head in model.heads[1:]})
    return {SAFETY: {"method": method, **safety}, "adverse-events": {"method": method, **events}}


def _scores(model: LinearModel, arms: Sequence[ReportedArm]) -> dict[str, Floats]:
    answers = [model.probabilities(arm.arm) for arm in arms]
    return {head: np.array([answer[head] for answer in answers]) for head in model.heads}


def _metrics(truth: Labels, scores: Floats, groups: npt.NDArray[np.str_], *, seed: int) -> Metrics:
    def area(rows: npt.NDArray[np.intp]) -> float:
        return float(roc_auc_score(truth[rows], scores[rows]))

    low, high = _interval(area, truth, groups, seed=seed)
    return {
        "arms": len(truth),
        "trials": len(set(groups)),
        "prevalence": round(float(truth.mean()), _DIGITS),
        "auroc": round(area(np.arange(len(truth))), _DIGITS),
        "auroc95": [round(low, _DIGITS), round(high, _DIGITS)],
        "auprc": round(float(average_precision_score(truth, scores)), _DIGITS),
        "brier": round(float(brier_score_loss(truth, scores)), _DIGITS),
    }


def _interval(
    metric: Callable[[npt.NDArray[np.intp]], float],
    truth: Labels,
    groups: npt.NDArray[np.str_],
    *,
    seed: int,
) -> tuple[float, float]:
    """95 % by drawing trials, not arms: arms of one trial are alike."""
    random = np.random.default_rng(seed)
    members = [np.flatnonzero(groups == group) for group in sorted(set(groups))]
    values = []
    for _ in range(_BOOTSTRAPS):
        drawn = random.integers(len(members), size=len(members))
        rows = np.concatenate([members[i] for i in drawn])
        if len(set(truth[rows])) == 2:
            values.append(metric(rows))
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def _macro(arms: Sequence[ReportedArm], scores: dict[str, Floats]) -> Metrics:
    """The mean over the terms that at least ten of the tested arms report, and not all."""
    truths = {term: labels(arms, term) for term in scores}
    tested = [term for term, truth in truths.items() if _MIN_POSITIVES <= truth.sum() < len(truth)]

    def mean(metric: Callable[[Labels, Floats], float]) -> float | None:
        values = [float(metric(truths[term], scores[term])) for term in tested]
        return round(sum(values) / len(values), _DIGITS) if values else None

    return {
        "terms": len(scores),
        "termsTested": len(tested),
        "prevalence": mean(lambda truth, _: float(truth.mean())),
        "macroAuroc": mean(roc_auc_score),
        "macroAuprc": mean(average_precision_score),
    }
