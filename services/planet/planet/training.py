"""The training job: facts in, a model and its card out."""

import hashlib
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import sklearn

from planet import __version__
from planet.artifact import write_artifact
from planet.evaluation import cross_validation, temporal_split
from planet.facts import Facts, read_facts
from planet.learning import EVENT_RATE, SERIOUS_RATE, common_terms, fit, usable
from planet.model import SAFETY
from planet.spread import Spread, in_process

SEED = 20260101

INTENDED_USE = "For research. Not medical advice, and not for deciding about a trial or a patient."

_LIMITATIONS = (
    "The trials were gathered by topic (heart failure is about a quarter), not drawn at random.",
    "Labels are absolute rates, not odds ratios against a control arm: they do not say what a drug causes.",
    "An arm's label is its group's title in the adverse-event table; a planned arm may be called otherwise.",
    "Terms are as reported, lower-cased: spellings of one event are separate terms.",
    "A registry record is seen as it is now; what was changed after the trial began cannot be told apart.",
)

_SOURCES = ("arm.py", "facts.py", "learning.py", "model.py", "training.py", "evaluation.py")


def train(facts_file: Path, folder: Path, report: Callable[[str], None], spread: Spread = in_process) -> str:
    """Evaluates, then fits on everything and writes the model; gives its id.

    Raises:
        FactsError: the facts cannot be used.
    """
    facts = read_facts(facts_file)
    arms = usable(facts.arms)
    terms = common_terms(arms)
    report(
        f"facts: {len(arms)} arms of {len({arm.nct_id for arm in arms})} trials, {len(terms)} common terms"
    )
    metrics = evaluate(facts)
    for name, values in metrics.items():
        report(f"{name}: " + ", ".join(f"{key} {value}" for key, value in values.items()))
    model = fit(arms, [SAFETY, *terms], seed=SEED, spread=spread)
    model_id = write_artifact(folder, model, describe(facts, metrics))
    report(f"written: model {model_id}, {len(model.heads)} heads, {len(model.vocabulary)} features")
    return model_id


def evaluate(facts: Facts) -> dict[str, dict[str, Any]]:
    """The figures of the card, by task and split."""
    arms = usable(facts.arms)
    temporal = temporal_split(arms, seed=SEED)
    return {
        "safety, cross-validation": cross_validation(arms, seed=SEED),
        "safety, temporal": temporal[SAFETY],
        "adverse-events, temporal": temporal["adverse-events"],
    }


def describe(facts: Facts, metrics: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The model card. Its dates are those of the data: the same facts give the same card."""
    return {
        "intendedUse": INTENDED_USE,
        "method": "TF-IDF over planned facts, a logistic regression a head; the served model saw all arms",
        "labels": {
            SAFETY: f"more than {SERIOUS_RATE:.0%} of those at risk had a serious adverse event",
            "adverse-events": f"at least {EVENT_RATE:.0%} of those at risk had the event",
        },
        "metrics": metrics,
        "limitations": list(_LIMITATIONS),
        "data": {"source": "ClinicalTrials.gov, modified", "date": facts.date, "sha256": facts.sha256},
        "code": {"version": __version__, "sha256": _code_fingerprint(), "seed": SEED},
        "libraries": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
        },
    }


def _code_fingerprint() -> str:
    folder = Path(__file__).parent
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in _SOURCES)).hexdigest()
