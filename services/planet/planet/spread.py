"""Where the parts of a training run: in this process, or on a Ray cluster. The results are the same."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class Spread(Protocol):
    """Calls a function with each item and gives the results in the order of the items."""

    def __call__(
        self, function: Callable[[_Item], _Result], items: Sequence[_Item]
    ) -> list[_Result]: ...  # pragma: no cover


def in_process(function: Callable[[_Item], _Result], items: Sequence[_Item]) -> list[_Result]:
    """One after the other."""
    return [function(item) for item in items]


def on_ray(function: Callable[[_Item], _Result], items: Sequence[_Item]) -> list[_Result]:
    """Each a task of the Ray cluster that this process is a job of."""
    ray = importlib.import_module("ray")
    ray.init(address="auto", ignore_reinit_error=True, log_to_driver=False)
    task = ray.remote(lambda item: function(item))
    results: list[_Result] = ray.get([task.remote(item) for item in items])
    return results


def choose_spread(environment: Mapping[str, str], report: Callable[[str], None]) -> Spread:
    """Ray where this is one of its jobs (it sets RAY_ADDRESS) and the image has it."""
    if not environment.get("RAY_ADDRESS"):
        return in_process
    try:
        importlib.import_module("ray")
    except ImportError:
        report("RAY_ADDRESS is set, but ray is not installed: trains in this process")
        return in_process
    report(f"trains on Ray at {environment['RAY_ADDRESS']}")
    return on_ray
