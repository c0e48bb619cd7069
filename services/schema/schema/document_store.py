"""The schema of the document store: indexes, validators, collections."""

from functools import cached_property
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database
from pymongo.errors import OperationFailure, WriteError

from schema.ledger import Entry
from schema.migration import Index, Migration

LEDGER = "schema_migrations"
PROBE = "schema_probe"
INDEX_NOT_FOUND = 27

Document = dict[str, Any]


class DocumentStore:
    """One document database and its ledger, a collection in it."""

    name = "documents"

    def __init__(self, database: Database[Document]) -> None:
        self._database = database

    def read_ledger(self) -> list[Entry]:
        """All entries, in order."""
        rows = self._database[LEDGER].find().sort("_id", 1)
        return [Entry(row["_id"], row["name"], row["checksum"], row["state"]) for row in rows]

    def write_entry(self, entry: Entry) -> None:
        """Adds or replaces an entry."""
        row = {"_id": entry.number, "name": entry.name, "checksum": entry.checksum, "state": entry.state}
        self._database[LEDGER].replace_one({"_id": entry.number}, row, upsert=True)

    def remove_entry(self, number: int) -> None:
        """Forgets one that is undone."""
        self._database[LEDGER].delete_one({"_id": number})

    def apply(self, migration: Migration) -> None:
        """Makes its changes; what the server cannot do is left to the services."""
        change = migration.documents
        for index in change.indexes:
            if index.needs == "nothing" or self.is_full_server:
                self._database[index.collection].create_indexes([_model(index)])
        for validator in change.validators:
            if self.is_full_server:
                self._ensure_collection(validator.collection)
                self._database.command("collMod", validator.collection, validator=validator.rule)

    def undo(self, migration: Migration) -> None:
        """Takes its changes back."""
        change = migration.documents
        for validator in change.validators:
            if self.is_full_server and validator.collection in self._database.list_collection_names():
                self._database.command("collMod", validator.collection, validator={})
        for index in change.indexes:
            self._drop_index(index)
        for collection in change.collections:
            self._database.drop_collection(collection)

    def drop(self) -> None:
        """Drops the whole database."""
        self._database.client.drop_database(self._database.name)

    @cached_property
    def is_full_server(self) -> bool:
        """Whether it refuses what a validator forbids; a server that cannot has no text search either."""
        probe = self._database[PROBE]
        try:
            probe.drop()
            self._database.create_collection(PROBE, validator={"n": {"$type": "int"}})
            probe.insert_one({"n": "text"})
        except WriteError:
            return True
        except OperationFailure:
            return False
        else:
            return False
        finally:
            probe.drop()

    def _ensure_collection(self, name: str) -> None:
        if name not in self._database.list_collection_names():
            self._database.create_collection(name)

    def _drop_index(self, index: Index) -> None:
        """Unasked whether it is there: the embedded store lists none whose namesake was dropped."""
        try:
            self._database[index.collection].drop_index(index.name)
        except OperationFailure as failure:
            if failure.code != INDEX_NOT_FOUND:
                raise


def _model(index: Index) -> IndexModel:
    return IndexModel(list(index.keys), name=index.name, unique=index.unique)
