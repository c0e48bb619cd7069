"""Keeps the target a copy of a source that is written to: goes through all of it, again and again."""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient, ReplaceOne
from pymongo.errors import PyMongoError

from migration.compare import Content, find_differences, read_content
from migration.config import Settings
from migration.copy_collection import Report, ShouldStop, rewrite_different
from migration.definitions import collections_of, define_collection, define_indexes, indexes_of
from migration.documents import Documents, batches

_RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
_SHORTEST_PAUSE = 1.0

Pause = Callable[[float], None]


@dataclass(frozen=True)
class Round:
    """One way through all collections."""

    equal: bool
    changed: int
    """Documents written to or removed from the target."""
    collections: dict[str, dict[str, Any]]


def follow(
    settings: Settings,
    source: MongoClient[Any],
    target: MongoClient[Any],
    *,
    stop: ShouldStop,
    report: Report,
    pause: Pause,
) -> None:
    """Rounds until it is asked to stop; after each the report says what was found.

    Report: `{run, round, startedAt, seconds, error, equal, changed, collections}`; of a collection
    `{documents, sha256, equal}`.
    A round with `equal` that began after the last write proves that nothing is behind.
    """
    run, number = uuid.uuid4().hex, 0
    while not stop():
        number += 1
        started_at, started = datetime.now(UTC), time.monotonic()
        found, error = Round(equal=False, changed=0, collections={}), None
        try:
            found = synchronise(settings, source, target)
        except PyMongoError as problem:
            error = type(problem).__name__
        seconds = round(time.monotonic() - started, 3)
        if found.changed or error:
            report(f"round {number}: {error or f'{found.changed} documents changed'}, {seconds} s")
        _write(
            settings.report_file,
            {
                "run": run,
                "round": number,
                "startedAt": started_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "seconds": seconds,
                "error": error,
                **vars(found),
            },
        )
        pause(max(_SHORTEST_PAUSE, seconds))


def synchronise(settings: Settings, source: MongoClient[Any], target: MongoClient[Any]) -> Round:
    """Makes every collection of the target equal to the source's as it is read now."""
    mine, theirs = source[settings.source_database], target[settings.target_database]
    raw_mine = source.get_database(settings.source_database, codec_options=_RAW)
    raw_theirs = target.get_database(settings.target_database, codec_options=_RAW)
    changed, collections = 0, {}
    for name, validation in collections_of(mine).items():
        define_collection(theirs, name, validation)
        define_indexes(theirs, name, indexes_of(mine, name))
        written, content, equal = _collection(raw_mine[name], raw_theirs[name], settings)
        changed += written
        collections[name] = {"documents": content.documents, "sha256": content.sha256, "equal": equal}
    return Round(all(found["equal"] for found in collections.values()), changed, collections)


def _collection(source: Documents, target: Documents, settings: Settings) -> tuple[int, Content, bool]:
    content = read_content(source)
    if content == read_content(target):
        return 0, content, True
    written = _apply_differences(source, target, settings)
    content, copied = read_content(source), read_content(target)
    if content != copied:
        rewrite_different(source, target, settings.batch_size)
        content, copied = read_content(source), read_content(target)
    return written, content, content == copied


def _apply_differences(source: Documents, target: Documents, settings: Settings) -> int:
    """What is gone goes first: another document may have its place in a unique index."""
    differences = list(find_differences(source, target, settings.batch_size))
    extra = [found.id for found in differences if found.kind == "extra"] if settings.remove_extra else []
    behind = [found.id for found in differences if found.kind != "extra"]
    for ids in batches(extra, settings.batch_size):
        target.delete_many({"_id": {"$in": ids}})
    for ids in batches(behind, settings.batch_size):
        documents = source.find({"_id": {"$in": ids}})
        target.bulk_write([ReplaceOne({"_id": d["_id"]}, d, upsert=True) for d in documents], ordered=False)
    return len(extra) + len(behind)


def _write(file: Path | None, content: dict[str, Any]) -> None:
    """Whoever reads it finds a whole report, always."""
    if file is not None:
        partial = file.with_suffix(".partial")
        partial.write_text(json.dumps(content) + "\n", encoding="utf-8")
        partial.replace(file)
