"""Logs as JSON lines."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

_LEVELS = {"error": "ERROR", "warn": "WARNING", "info": "INFO", "debug": "DEBUG"}
_NAMES = {python: name for name, python in _LEVELS.items()}
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "color_message"}


class JsonFormatter(logging.Formatter):
    """One object a line: time, level, service, message and whatever `extra` adds."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "level": _NAMES.get(record.levelname, record.levelname.lower()),
            "time": time.replace("+00:00", "Z"),
            "service": self._service,
        }
        line.update((k, v) for k, v in record.__dict__.items() if k not in _STANDARD)
        line["message"] = record.getMessage()
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up_logs(service: str, level: str, stream: TextIO = sys.stdout) -> None:
    """Sends every log of the process through the formatter."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter(service))
    logging.root.handlers = [handler]
    logging.root.setLevel(_LEVELS[level])
    logging.getLogger("asyncio").setLevel("WARNING")
