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
    """From where to where, and how."""

    source_url: str
    source_database: str
    target_url: str
    target_database: str
    batch_size: int
    """Documents a write; a run that is broken off repeats at most one batch."""
    wait_seconds: float
    report_file: Path | None
    remove_extra: bool
    """Whether documents that only the target has are removed; otherwise they are named and the job fails."""
    follow: bool = False
    """Whether to go on for as long as it runs."""
    port: int | None = None
    """Where whoever asks is told of the last round while it follows."""


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

    def number(name: str, default: float, least: float) -> float:
        text = environment.get(name) or str(default)
        try:
            value = float(text)
        except ValueError:
            value = least - 1
        if value < least:
            problems.append(f"{name} is {text!r}: a number from {least:g} is needed")
        return value

    report = environment.get("REPORT")
    settings = Settings(
        source_url=required("SOURCE_URL"),
        source_database=required("SOURCE_DATABASE"),
        target_url=required("TARGET_URL"),
        target_database=required("TARGET_DATABASE"),
        batch_size=int(number("BATCH_SIZE", 500, 1)),
        wait_seconds=number("WAIT_SECONDS", 180, 0),
        report_file=Path(report) if report else None,
        remove_extra=environment.get("REMOVE_EXTRA") == "true",
        follow=environment.get("FOLLOW") == "true",
        port=int(number("PORT", 8080, 1)) if environment.get("PORT") else None,
    )
    if settings.port is not None and not (settings.follow and settings.report_file):
        problems.append("PORT is set: FOLLOW=true and REPORT are needed, for there is nothing else to tell")
    same_place = (settings.source_url, settings.source_database) == (
        settings.target_url,
        settings.target_database,
    )
    if same_place and not problems:
        problems.append("SOURCE and TARGET are the same database")
    if problems:
        raise ConfigError(problems)
    return settings
