"""Everything the service and the job are told from outside, read once; every problem is told at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from planet.facts import BUNDLED_FACTS

_LOG_LEVELS = ("debug", "info", "warn", "error")
_MIN_KEY_LENGTH = 32
_MODELS = "/models"


class ConfigError(Exception):
    """The environment does not say what is needed."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("the configuration is not usable:\n" + "\n".join(f"  {p}" for p in problems))


@dataclass(frozen=True)
class ServiceSettings:
    """What the service needs. Secrets stay out of its representation."""

    port: int
    metrics_port: int
    service_name: str
    log_level: str
    model_folder: Path
    jwt_key: str = field(repr=False)
    jwt_key_id: str


@dataclass(frozen=True)
class TrainingSettings:
    """What the training job needs."""

    facts_file: Path
    model_folder: Path


def read_service_settings(environment: Mapping[str, str]) -> ServiceSettings:
    """The service's settings; a value may be given as NAME_FILE, the path of a file that holds it."""
    reader = _Reader(environment)
    settings = ServiceSettings(
        port=reader.port("PORT", 8080),
        metrics_port=reader.port("METRICS_PORT", 8404),
        service_name=reader.optional("SERVICE_NAME") or "planet",
        log_level=reader.one_of("LOG_LEVEL", _LOG_LEVELS, "info"),
        model_folder=Path(reader.optional("MODEL_FOLDER") or _MODELS),
        jwt_key=reader.required("JWT_KEY", _MIN_KEY_LENGTH),
        jwt_key_id=reader.required("JWT_KEY_ID"),
    )
    reader.check()
    return settings


def read_training_settings(environment: Mapping[str, str]) -> TrainingSettings:
    """The job's settings."""
    reader = _Reader(environment)
    facts_file = Path(reader.optional("FACTS_FILE") or BUNDLED_FACTS)
    if not facts_file.is_file():
        reader.problems.append(f"FACTS_FILE: {facts_file} is not a file")
    reader.check()
    return TrainingSettings(facts_file, Path(reader.optional("MODEL_FOLDER") or _MODELS))


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []

    def check(self) -> None:
        if self.problems:
            raise ConfigError(self.problems)

    def optional(self, name: str) -> str | None:
        path = self._environment.get(f"{name}_FILE")
        if not path:
            return self._environment.get(name) or None
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            self.problems.append(f"{name}_FILE: {path}: {error.strerror}")
            return ""

    def required(self, name: str, min_length: int = 1) -> str:
        problems_before = len(self.problems)
        value = self.optional(name)
        if len(self.problems) > problems_before:
            return ""
        if value is None:
            self.problems.append(f"{name} is not set (nor {name}_FILE)")
        elif len(value) < min_length:
            self.problems.append(f"{name} is shorter than {min_length} characters")
        return value or ""

    def port(self, name: str, fallback: int) -> int:
        text = self.optional(name)
        if text is None:
            return fallback
        if text.isascii() and text.isdigit() and int(text) <= 65_535:
            return int(text)
        self.problems.append(f"{name} is not a port number")
        return fallback

    def one_of(self, name: str, values: tuple[str, ...], fallback: str) -> str:
        text = self.optional(name)
        if text is not None and text not in values:
            self.problems.append(f"{name} is not one of {', '.join(values)}")
        return text or fallback
