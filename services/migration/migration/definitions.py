"""What a collection is besides its documents: its validator and its indexes."""

from collections.abc import Mapping
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from migration.ledger import LEDGER

Definition = Mapping[str, Any]

_VALIDATION = ("validator", "validationLevel", "validationAction")
_OF_THE_SERVER = ("v", "ns", "background")


class NotCopiedError(Exception):
    """The source holds something that this job does not copy."""


def collections_of(database: Database[Definition]) -> dict[str, dict[str, Any]]:
    """Names of the collections with their validation options, sorted.

    Raises NotCopiedError for views, capped and time series collections: leaving them out loses something.
    """
    found = list(database.list_collections())
    others = [c["name"] for c in found if not _is_plain(c) and not c["name"].startswith("system.")]
    if others:
        raise NotCopiedError(
            f"the source has views, capped or time series collections, which this job does not copy: "
            f"{', '.join(sorted(others))}; make them in the target by hand and drop them from the source"
        )
    plain = [c for c in found if not c["name"].startswith("system.") and c["name"] != LEDGER]
    return {
        c["name"]: {key: c.get("options", {})[key] for key in _VALIDATION if key in c.get("options", {})}
        for c in sorted(plain, key=lambda c: str(c["name"]))
    }


def _is_plain(collection: Mapping[str, Any]) -> bool:
    options = collection.get("options", {})
    return collection.get("type", "collection") == "collection" and not options.get("capped")


def define_collection(target: Database[Definition], name: str, validation: Mapping[str, Any]) -> None:
    """Makes the collection, or gives it the source's validation."""
    if name not in target.list_collection_names():
        target.create_collection(name, **validation)
    elif validation:
        target.command("collMod", name, **validation)


def indexes_of(database: Database[Definition], name: str) -> dict[str, dict[str, Any]]:
    """Indexes by name: keys in their order, and options; `_id` left out, which every collection has."""
    return {
        index["name"]: {
            "keys": list(index["key"].items()),
            **{k: v for k, v in index.items() if k not in ("name", "key", *_OF_THE_SERVER)},
        }
        for index in database[name].list_indexes()
        if index["name"] != "_id_"
    }


def define_indexes(target: Database[Definition], name: str, indexes: Mapping[str, Mapping[str, Any]]) -> None:
    """Makes the indexes that are missing, before the documents come: a duplicate is refused at once."""
    present = indexes_of(target, name)
    missing = [
        IndexModel(index["keys"], name=key, **{k: v for k, v in index.items() if k != "keys"})
        for key, index in indexes.items()
        if key not in present
    ]
    if missing:
        target[name].create_indexes(missing)
