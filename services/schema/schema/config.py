"""The job's settings, read once from the environment; every problem is told at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class ConfigError(Exception):
    """The environment does not say what the job needs to know."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("the configuration is not usable:\n" + "\n".join(f"  {p}" for p in problems))


@dataclass(frozen=True)
class Settings:
    """Where the stores are."""

    mongodb_url: str
    mongodb_database: str
    neo4j_url: str
    neo4j_user: str
    neo4j_password: str
    neo4j_database: str
    wait_seconds: float


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from variables; a secret may be given as NAME_FILE, the path of a file that holds it."""
    problems: list[str] = []

    def optional(name: str) -> str | None:
        path = environment.get(f"{name}_FILE")
        if path:
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                problems.append(f"{name}_FILE: {path}: {error.strerror}")
                return ""
        return environment.get(name) or None

    def required(name: str) -> str:
        value = optional(name)
        if value is None:
            problems.append(f"{name} is not set (nor {name}_FILE)")
        return value or ""

    def seconds(name: str, default: float) -> float:
        try:
            return float(optional(name) or default)
        except ValueError:
            problems.append(f"{name} is not a number of seconds")
            return default

    settings = Settings(
        mongodb_url=required("MONGODB_URL"),
        mongodb_database=required("MONGODB_DATABASE"),
        neo4j_url=required("NEO4J_URL"),
        neo4j_user=required("NEO4J_USER"),
        neo4j_password=required("NEO4J_PASSWORD"),
        neo4j_database=optional("NEO4J_DATABASE") or "neo4j",
        wait_seconds=seconds("WAIT_SECONDS", 180),
    )
    if problems:
        raise ConfigError(problems)
    return settings
