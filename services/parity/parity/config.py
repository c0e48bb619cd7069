"""The service's settings, read once from the environment; every problem is told at once."""

from collections.abc import Mapping
from dataclasses import dataclass


class ConfigError(Exception):
    """The environment does not say what the service needs to know."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("the configuration is not usable:\n" + "\n".join(f"  {p}" for p in problems))


@dataclass(frozen=True)
class Settings:
    """Whom to ask, and how much at most."""

    node_url: str
    python_url: str
    port: int
    waiting: int
    """Requests that wait for their comparison; more are left out."""
    concurrency: int
    """Comparisons at once."""
    samples: int
    """Differing answers that are kept."""
    timeout_seconds: float


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from variables.

    Raises ConfigError with all that is wrong.
    """
    problems: list[str] = []

    def url(name: str) -> str:
        value = environment.get(name, "")
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal():
            problems.append(f"{name} is {value!r}: host:port is needed")
        return f"http://{value}"

    def whole(name: str, default: int, most: int) -> int:
        text = environment.get(name) or str(default)
        if not text.isdecimal() or not 1 <= int(text) <= most:
            problems.append(f"{name} is {text!r}: a whole number from 1 to {most} is needed")
            return default
        return int(text)

    settings = Settings(
        node_url=url("NODE_BACKEND"),
        python_url=url("PYTHON_BACKEND"),
        port=whole("PORT", 8080, 65535),
        waiting=whole("WAITING", 200, 10_000),
        concurrency=whole("CONCURRENCY", 4, 64),
        samples=whole("SAMPLES", 50, 1000),
        timeout_seconds=whole("TIMEOUT_SECONDS", 5, 60),
    )
    if problems:
        raise ConfigError(problems)
    return settings
