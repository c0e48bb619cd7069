from typing import Any, cast

import pytest
from pymongo.database import Database

from migration.definitions import NotCopiedError, collections_of, define_collection


class Listing:
    """Answers for what the embedded store does not have: views, capped collections, validators."""

    def __init__(self, collections: list[dict[str, Any]]) -> None:
        self.collections = collections
        self.commands: list[Any] = []

    def list_collections(self) -> list[dict[str, Any]]:
        return self.collections

    def list_collection_names(self) -> list[str]:
        return [c["name"] for c in self.collections]

    def command(self, *arguments: Any, **options: Any) -> None:
        self.commands.append((arguments, options))


def as_database(listing: Listing) -> Database[Any]:
    return cast(Database[Any], listing)


VALIDATOR = {"$jsonSchema": {"required": ["nct"]}}


class TestCollectionsOf:
    def test_keeps_validators_and_leaves_system_collections_out(self) -> None:
        listing = Listing(
            [
                {
                    "name": "trials",
                    "type": "collection",
                    "options": {"validator": VALIDATOR, "validationLevel": "strict", "flags": 1},
                },
                {"name": "system.views", "type": "collection"},
            ]
        )
        assert collections_of(as_database(listing)) == {
            "trials": {"validator": VALIDATOR, "validationLevel": "strict"}
        }

    @pytest.mark.parametrize(
        "other",
        [
            {"name": "recent", "type": "view"},
            {"name": "recent", "type": "timeseries"},
            {"name": "recent", "type": "collection", "options": {"capped": True}},
        ],
    )
    def test_refuses_what_it_does_not_copy(self, other: dict[str, Any]) -> None:
        with pytest.raises(NotCopiedError, match="recent"):
            collections_of(as_database(Listing([other])))


class TestDefineCollection:
    def test_gives_a_collection_that_is_there_the_validation_of_the_source(self) -> None:
        listing = Listing([{"name": "trials"}])
        define_collection(as_database(listing), "trials", {"validator": VALIDATOR})
        assert listing.commands == [(("collMod", "trials"), {"validator": VALIDATOR})]
