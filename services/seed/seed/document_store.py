"""Writes companies and trials to the document store, in batches, changing only what differs."""

from collections.abc import Callable, Sequence
from typing import Any

from pymongo import ReplaceOne
from pymongo.collection import Collection
from pymongo.database import Database

from seed.batches import Progress, batches
from seed.documents import SOURCE, Document

Store = Database[Document]


def write_documents(
    collection: Collection[Document], documents: Sequence[Document], report: Callable[[str], None]
) -> None:
    """Makes our documents hold the given ones, writing only what differs.

    A run that was broken off is simply run again: what it had written is found unchanged.
    """
    progress = Progress(f"documents: {collection.name}", len(documents), report)
    for batch in batches(documents):
        stored = _stored_hashes(collection, [document["_id"] for document in batch])
        changed = [d for d in batch if stored.get(d["_id"]) != d["contentHash"]]
        if changed:
            collection.bulk_write(
                [ReplaceOne({"_id": document["_id"]}, document, upsert=True) for document in changed],
                ordered=False,
            )
        progress.advance(len(batch), len(changed))


def remove_gone_documents(collection: Collection[Document], wanted: set[str]) -> None:
    """Removes documents of our source whose identifier is not wanted any more."""
    stored = {document["_id"] for document in collection.find({"source": SOURCE}, {"_id": 1})}
    for batch in batches(sorted(stored - wanted)):
        collection.delete_many({"_id": {"$in": list(batch)}})


def count_ours(collection: Collection[Document]) -> int:
    """How many documents of our source the collection holds."""
    return collection.count_documents({"source": SOURCE})


def _stored_hashes(collection: Collection[Document], ids: list[str]) -> dict[str, Any]:
    found = collection.find({"_id": {"$in": ids}}, {"contentHash": 1})
    return {document["_id"]: document.get("contentHash") for document in found}
