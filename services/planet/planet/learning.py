"""Fits the linear model with scikit-learn."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from planet.arm import features
from planet.facts import FactsError, ReportedArm
from planet.model import SAFETY, Floats, LinearModel
from planet.spread import Spread, in_process

SERIOUS_RATE = 0.10
EVENT_RATE = 0.02
MIN_ARMS_OF_TERM = 100
"""A term is learnt when at least so many of the training arms report it at EVENT_RATE or more."""

_MIN_AT_RISK = 10
_MIN_TRIALS_OF_FEATURE = 2
_REGULARISATION = 10.0

Labels = npt.NDArray[np.bool_]


def usable(arms: Sequence[ReportedArm]) -> list[ReportedArm]:
    """Rates of tiny groups say nothing."""
    return [arm for arm in arms if arm.at_risk >= _MIN_AT_RISK]


def labels(arms: Sequence[ReportedArm], head: str) -> Labels:
    """Whether each arm's rate is high: above 10 % for serious events, 2 % or more for a term."""
    if head == SAFETY:
        return np.array([arm.serious_rate > SERIOUS_RATE for arm in arms])
    return np.array([arm.event_rates.get(head, 0.0) >= EVENT_RATE for arm in arms])


def common_terms(arms: Sequence[ReportedArm]) -> list[str]:
    """The terms that enough of these arms report, and not all; the commonest first."""
    counts = Counter(term for arm in arms for term, rate in arm.event_rates.items() if rate >= EVENT_RATE)
    enough = [(term, count) for term, count in counts.items() if MIN_ARMS_OF_TERM <= count < len(arms)]
    return [term for term, _ in sorted(enough, key=lambda item: (-item[1], item[0]))]


def fit(
    arms: Sequence[ReportedArm], heads: Sequence[str], *, seed: int, spread: Spread = in_process
) -> LinearModel:
    """One logistic regression a head over shared TF-IDF features; the same arms and seed give the same model.

    Raises:
        FactsError: the arms do not differ in what a head has to learn.
    """
    vectorizer = TfidfVectorizer(
        analyzer=lambda arm: features(arm.arm), min_df=_MIN_TRIALS_OF_FEATURE, sublinear_tf=True
    )
    matrix = vectorizer.fit_transform(arms)
    truths = [labels(arms, head) for head in heads]
    for head, truth in zip(heads, truths, strict=True):
        if truth.all() or not truth.any():
            raise FactsError(f"{head}: nothing can be learnt, all {len(arms)} arms are alike")

    def regress(truth: Labels) -> tuple[Floats, float]:
        regression = LogisticRegression(C=_REGULARISATION, solver="liblinear", random_state=seed)
        regression.fit(matrix, truth)
        return regression.coef_[0], float(regression.intercept_[0])

    regressions = spread(regress, truths)
    return LinearModel(
        vocabulary=tuple(vectorizer.get_feature_names_out().tolist()),
        heads=tuple(heads),
        idf=np.asarray(vectorizer.idf_, dtype=np.float64),
        coefficients=np.array([coefficients for coefficients, _ in regressions]),
        intercepts=np.array([intercept for _, intercept in regressions]),
    )
