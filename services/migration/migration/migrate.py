"""Goes through the collections of a database: copy, compare, say what differs."""

import json
import time
from collections.abc import Mapping
from typing import Any

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient

from migration.compare import Content, find_differences, read_content
from migration.config import Settings
from migration.copy_collection import Report, ShouldStop, copy_collection, rewrite_different
from migration.definitions import collections_of, define_collection, define_indexes, indexes_of
from migration.documents import Store
from migration.ledger import LEDGER, Ledger, Progress, name_source

NAMED_DIFFERENCES = 20
_RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)


def migrate_database(
    settings: Settings,
    source: MongoClient[Any],
    target: MongoClient[Any],
    *,
    stop: ShouldStop,
    report: Report,
) -> dict[str, Any]:
    """Copies what is not copied yet and compares all of it.

    Gives `{equal, seconds, collections: {name: {equal, source, target, indexesEqual, seconds}}}`.
    """
    started = time.monotonic()
    results = _Migration(settings, source, target, stop, report).run()
    equal = all(result["equal"] for result in results.values())
    return {"equal": equal, "seconds": round(time.monotonic() - started, 3), "collections": results}


def write_report(settings: Settings, result: Mapping[str, Any]) -> None:
    """Writes the result where the settings ask for it."""
    if settings.report_file is not None:
        settings.report_file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


class _Migration:
    """One run over all collections of a database."""

    def __init__(
        self,
        settings: Settings,
        source: MongoClient[Any],
        target: MongoClient[Any],
        stop: ShouldStop,
        report: Report,
    ) -> None:
        self._settings = settings
        self._stop = stop
        self._report = report
        self._source = source[settings.source_database]
        self._target = target[settings.target_database]
        self._raw_source: Store = source.get_database(settings.source_database, codec_options=_RAW)
        self._raw_target: Store = target.get_database(settings.target_database, codec_options=_RAW)
        self._ledger = Ledger(
            self._target[LEDGER], name_source(settings.source_url, settings.source_database)
        )

    def run(self) -> dict[str, dict[str, Any]]:
        collections = collections_of(self._source)
        for name, validation in collections.items():
            define_collection(self._target, name, validation)
            define_indexes(self._target, name, indexes_of(self._source, name))
        return {name: self._collection(name) for name in collections}

    def _collection(self, name: str) -> dict[str, Any]:
        started = time.monotonic()
        contents = self._contents(name) if self._ledger.read(name).finished else None
        if contents is None or contents[0] != contents[1]:
            self._copy(name)
            contents = self._contents(name)
        if contents[0] != contents[1]:
            rewrite_different(self._raw_source[name], self._raw_target[name], self._settings.batch_size)
            contents = self._contents(name)
        return {**self._verdict(name, *contents), "seconds": round(time.monotonic() - started, 3)}

    def _copy(self, name: str) -> None:
        copy_collection(
            self._raw_source[name],
            self._raw_target[name],
            self._ledger,
            batch_size=self._settings.batch_size,
            stop=self._stop,
            report=self._report,
        )

    def _contents(self, name: str) -> tuple[Content, Content]:
        return read_content(self._raw_source[name]), read_content(self._raw_target[name])

    def _verdict(self, name: str, source: Content, target: Content) -> dict[str, Any]:
        if source != target and self._remove_extra(name):
            target = read_content(self._raw_target[name])
        indexes = indexes_of(self._source, name) == indexes_of(self._target, name)
        equal = source == target and indexes
        self._report(f"verify: {name} {_render(source)} in the source, {_render(target)} in the target")
        if not equal:
            self._name_differences(name, indexes=indexes)
            self._ledger.write(name, Progress())
        return {"equal": equal, "source": vars(source), "target": vars(target), "indexesEqual": indexes}

    def _remove_extra(self, name: str) -> bool:
        """Removes what only the target has, where that was asked for; tells whether it did."""
        if not self._settings.remove_extra:
            return False
        differences = find_differences(
            self._raw_source[name], self._raw_target[name], self._settings.batch_size
        )
        extra = [difference.id for difference in differences if difference.kind == "extra"]
        if extra:
            removed = self._target[name].delete_many({"_id": {"$in": extra}}).deleted_count
            self._report(f"removed: {removed} documents of {name} that the source does not have")
        return bool(extra)

    def _name_differences(self, name: str, *, indexes: bool) -> None:
        if not indexes:
            self._report(f"difference: the indexes of {name} are not the same")
        differences = find_differences(
            self._raw_source[name], self._raw_target[name], self._settings.batch_size
        )
        for count, difference in enumerate(differences):
            if count == NAMED_DIFFERENCES:
                self._report(f"difference: … and more in {name}")
                break
            self._report(f"difference: {name} {difference.id!r} {difference.kind}")


def _render(content: Content) -> str:
    return f"{content.documents} documents, {content.size} bytes, sha256 {content.sha256[:12]}"
