"""The model as it is served: a vocabulary, word weights and one linear head a task, in plain numpy."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from planet.arm import Arm, features, intervention_features

Floats = npt.NDArray[np.float64]

SAFETY = "safety"


@dataclass(frozen=True)
class Contribution:
    """How much a feature moves the log-odds."""

    feature: str
    log_odds: float


@dataclass(frozen=True)
class LinearModel:
    """Logistic heads over TF-IDF features.

    `heads[0]` is safety, the others are adverse-event terms. Shapes: idf (features,), coefficients
    (heads, features), intercepts (heads,).
    """

    vocabulary: tuple[str, ...]
    heads: tuple[str, ...]
    idf: Floats
    coefficients: Floats
    intercepts: Floats

    @cached_property
    def columns(self) -> dict[str, int]:
        return {feature: column for column, feature in enumerate(self.vocabulary)}

    def knows_intervention(self, arm: Arm) -> bool:
        """Whether anything that the arm is given occurred while training."""
        return any(feature in self.columns for feature in intervention_features(arm))

    def probabilities(self, arm: Arm) -> dict[str, float]:
        """By head, 0 to 1."""
        columns, values = self._vector(features(arm))
        scores = self.coefficients[:, columns] @ values + self.intercepts
        return {head: 1 / (1 + math.exp(-score)) for head, score in zip(self.heads, scores, strict=True)}

    def explain(self, arm: Arm, head: str, count: int) -> list[Contribution]:
        """The features that move a head most, the strongest first."""
        columns, values = self._vector(features(arm))
        moves = self.coefficients[self.heads.index(head), columns] * values
        strongest = np.argsort(-np.abs(moves), kind="stable")[:count]
        return [Contribution(self.vocabulary[columns[i]], float(moves[i])) for i in strongest]

    def _vector(self, found: Sequence[str]) -> tuple[list[int], Floats]:
        """Known features as columns and weights: (1 + ln count) x idf, at unit length."""
        counts = Counter(column for feature in found if (column := self.columns.get(feature)) is not None)
        columns = sorted(counts)
        weights = np.array([1 + math.log(counts[column]) for column in columns]) * self.idf[columns]
        length = float(np.sqrt(weights @ weights)) or 1.0
        return columns, weights / length
