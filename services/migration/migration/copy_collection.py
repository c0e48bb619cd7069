"""Copies one collection: streamed, in batches, from where an earlier run stopped."""

from collections.abc import Callable

from pymongo import ReplaceOne

from migration.compare import find_differences
from migration.documents import Documents, batches, in_order
from migration.ledger import Ledger, Progress

Report = Callable[[str], None]
ShouldStop = Callable[[], bool]


class StoppedError(Exception):
    """The job was asked to stop; everything written is recorded."""


def copy_collection(
    source: Documents, target: Documents, ledger: Ledger, *, batch_size: int, stop: ShouldStop, report: Report
) -> Progress:
    """Writes every document of the source into the target, replacing what is there under the same `_id`.

    A batch counts once the target has it: a run that is killed repeats its last batch, which changes nothing.
    """
    progress = ledger.read(source.name)
    if progress.finished:
        progress = Progress()
    elif progress.copied:
        report(f"copy: {source.name} goes on after {progress.copied} documents")
    total = source.estimated_document_count()
    for batch in batches(in_order(source, progress.last_id), batch_size):
        target.bulk_write([ReplaceOne({"_id": d["_id"]}, d, upsert=True) for d in batch], ordered=False)
        progress.copied += len(batch)
        progress.last_id = batch[-1]["_id"]
        ledger.write(source.name, progress)
        report(f"copy: {source.name} {progress.copied}/{total}")
        if stop():
            raise StoppedError(source.name)
    progress.finished = True
    ledger.write(source.name, progress)
    return progress


def rewrite_different(source: Documents, target: Documents, batch_size: int) -> None:
    """Takes documents that a replacement did not make equal out of the target and puts them in anew.

    A server may take a replacement for what it has when only the order of fields or the kind of a
    number differs.
    """
    differences = find_differences(source, target, batch_size)
    different = [difference.id for difference in differences if difference.kind == "different"]
    for ids in batches(different, batch_size):
        target.delete_many({"_id": {"$in": ids}})
        target.insert_many(list(source.find({"_id": {"$in": ids}})))
