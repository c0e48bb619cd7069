"""Runs the service until it is told to stop: 0 stopped, 2 wrongly configured."""

import signal
import sys
from collections.abc import Mapping
from typing import NoReturn

import uvicorn

from parity.config import ConfigError, read_settings
from parity.service import create_app


def main(environment: Mapping[str, str]) -> NoReturn:
    """Exits with 0 or 2."""
    try:
        settings = read_settings(environment)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    # uvicorn raises the signal again once it has stopped; by then there is nothing left to do.
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, lambda *_: sys.exit(0))
    uvicorn.run(
        create_app(settings),
        host="0.0.0.0",
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    sys.exit(0)
