"""How far each collection has come, kept in the target beside the data: what is there is what was copied."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from pymongo.collection import Collection

LEDGER = "migration_ledger"


class OtherSourceError(Exception):
    """The target holds a migration from somewhere else."""


@dataclass
class Progress:
    """Where the copy of one collection stands."""

    copied: int = 0
    last_id: Any = None
    finished: bool = False


class Ledger:
    """One row a collection: `{_id, source, copied, lastId, finished}`."""

    def __init__(self, rows: Collection[dict[str, Any]], source: str) -> None:
        self._rows = rows
        self._source = source

    def read(self, collection: str) -> Progress:
        """Where the collection stands.

        Raises OtherSourceError when another source was being copied into this target.
        """
        row = self._rows.find_one({"_id": collection})
        if row is None:
            return Progress()
        if row["source"] != self._source:
            raise OtherSourceError(
                f"the target's collection {collection} is being filled from another source: "
                f"empty the target and its {LEDGER}, or give the source that it was begun with"
            )
        return Progress(row["copied"], row["lastId"], row["finished"])

    def write(self, collection: str, progress: Progress) -> None:
        """Records what has been written to the target; called after the write, never before."""
        row = {
            "_id": collection,
            "source": self._source,
            "copied": progress.copied,
            "lastId": progress.last_id,
            "finished": progress.finished,
        }
        self._rows.replace_one({"_id": collection}, row, upsert=True)


def name_source(url: str, database: str) -> str:
    """Tells sources apart without keeping an address or a password."""
    hosts = urlsplit(url).netloc.rpartition("@")[2]
    return sha256(f"{hosts}/{database}".encode()).hexdigest()[:16]
