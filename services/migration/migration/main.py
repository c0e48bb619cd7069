"""The migration job: copies every collection, then proves that both databases hold the same bytes."""

import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from threading import Event
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from migration.config import ConfigError, Settings, read_settings
from migration.copy_collection import Report, ShouldStop, StoppedError
from migration.definitions import NotCopiedError
from migration.follow import Pause, follow
from migration.ledger import OtherSourceError
from migration.migrate import migrate_database, write_report
from migration.serve import serving


def main(environment: Mapping[str, str]) -> int:
    """Runs the job.

    Exit codes: 0 copied and verified, 1 failed or not equal, 2 wrongly configured, 3 stopped on request.
    """
    try:
        settings = read_settings(environment)
    except ConfigError as error:
        _say(str(error))
        return 2
    asked = Event()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())

    def rest(seconds: float) -> None:
        asked.wait(seconds)

    try:
        return migrate(settings, _say, stop=asked.is_set, pause=rest)
    except StoppedError as error:
        _say(f"stopped in {error}: what is copied is recorded; run the job again to go on")
        return 3
    except (NotCopiedError, OtherSourceError, PyMongoError, OSError) as error:
        _say(f"failed: {type(error).__name__}: {error}")
        return 1


def migrate(
    settings: Settings, report: Report, *, stop: ShouldStop = lambda: False, pause: Pause = time.sleep
) -> int:
    """Copies what is not copied yet and compares all of it; follows the source where that was asked for."""
    with (
        MongoClient[Any](settings.source_url, serverSelectionTimeoutMS=2000) as source,
        MongoClient[Any](settings.target_url, serverSelectionTimeoutMS=2000) as target,
    ):
        _wait_until_up("source", lambda: source.admin.command("ping"), settings.wait_seconds, report)
        _wait_until_up("target", lambda: target.admin.command("ping"), settings.wait_seconds, report)
        if settings.follow:
            with _told(settings):
                follow(settings, source, target, stop=stop, report=report, pause=pause)
            return 0
        result = migrate_database(settings, source, target, stop=stop, report=report)
    write_report(settings, result)
    documents = sum(found["source"]["documents"] for found in result["collections"].values())
    if not result["equal"]:
        report("not equal: see the differences named above")
        return 1
    report(f"done: {len(result['collections'])} collections, {documents} documents, equal to the byte")
    return 0


def _told(settings: Settings) -> AbstractContextManager[object]:
    if settings.port is None or settings.report_file is None:
        return nullcontext()
    return serving(settings.port, settings.report_file)


def _wait_until_up(name: str, probe: Callable[[], object], seconds: float, report: Report) -> None:
    """A store may start together with this job: ask until the deadline, then let the last answer stand."""
    deadline = time.monotonic() + seconds
    told = False
    while True:
        try:
            probe()
        except PyMongoError as error:
            if time.monotonic() >= deadline:
                raise
            if not told:
                report(f"waiting: the {name} does not answer yet ({type(error).__name__})")
                told = True
            time.sleep(min(1.0, max(0.0, deadline - time.monotonic())))
        else:
            return


def _say(line: str) -> None:
    sys.stdout.write(f"migration: {line}\n")
    sys.stdout.flush()
