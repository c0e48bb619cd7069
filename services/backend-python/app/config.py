"""Everything the service is told from outside, read once at start; every problem is told at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LOG_LEVELS = ("fatal", "error", "warn", "info", "debug")
_MIN_KEY_LENGTH = 32
_MIN_PASSWORD_LENGTH = 12


class ConfigError(Exception):
    """The environment does not say what the service needs to know."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("the configuration is not usable:\n" + "\n".join(f"  {p}" for p in problems))


@dataclass(frozen=True)
class Settings:
    """The configuration of one process. Secrets stay out of its representation."""

    port: int
    metrics_port: int
    service_name: str
    environment: str
    log_level: str
    trusted_proxies: tuple[str, ...]
    mongodb_url: str = field(repr=False)
    mongodb_database: str
    neo4j_url: str
    neo4j_user: str
    neo4j_password: str = field(repr=False)
    neo4j_database: str
    cache_url: str = field(repr=False)
    jwt_key: str = field(repr=False)
    jwt_key_id: str
    cursor_key: str = field(repr=False)
    admin_email: str
    admin_password: str = field(repr=False)

    @property
    def cache_prefix(self) -> str:
        return f"ct:{self.environment}:v1:"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Reads the configuration; a value may be given as NAME_FILE, the path of a file that holds it."""
    reader = _Reader(environment)
    settings = Settings(
        port=reader.port("PORT", 8080),
        metrics_port=reader.port("METRICS_PORT", 8404),
        service_name=reader.optional("SERVICE_NAME") or "backend-python",
        environment=reader.optional("ENVIRONMENT") or "local",
        log_level=reader.one_of("LOG_LEVEL", LOG_LEVELS, "info"),
        trusted_proxies=tuple(p for p in (reader.optional("TRUSTED_PROXIES") or "").split(",") if p),
        mongodb_url=reader.required("MONGODB_URL"),
        mongodb_database=reader.required("MONGODB_DATABASE"),
        neo4j_url=reader.required("NEO4J_URL"),
        neo4j_user=reader.required("NEO4J_USER"),
        neo4j_password=reader.required("NEO4J_PASSWORD"),
        neo4j_database=reader.optional("NEO4J_DATABASE") or "neo4j",
        cache_url=reader.required("CACHE_URL"),
        jwt_key=reader.required("JWT_KEY", _MIN_KEY_LENGTH),
        jwt_key_id=reader.required("JWT_KEY_ID"),
        cursor_key=reader.required("CURSOR_KEY", _MIN_KEY_LENGTH),
        admin_email=reader.required("ADMIN_EMAIL"),
        admin_password=reader.required("ADMIN_PASSWORD", _MIN_PASSWORD_LENGTH),
    )
    if reader.problems:
        raise ConfigError(reader.problems)
    return settings


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []

    def optional(self, name: str) -> str | None:
        path = self._environment.get(f"{name}_FILE")
        if not path:
            return self._environment.get(name) or None
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            self.problems.append(f"{name}_FILE: {path}: {error.strerror}")
            return ""

    def required(self, name: str, min_length: int = 0) -> str:
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
