"""Documents as the bytes they are: nothing is decoded and encoded again on the way."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from bson.raw_bson import RawBSONDocument
from pymongo import ASCENDING
from pymongo.collection import Collection
from pymongo.cursor import Cursor
from pymongo.database import Database

Store = Database[RawBSONDocument]
Documents = Collection[RawBSONDocument]
Item = TypeVar("Item")


def in_order(documents: Documents, after: Any = None) -> Cursor[RawBSONDocument]:
    """All documents by `_id`, or those after one of them."""
    wanted = {} if after is None else {"_id": {"$gt": after}}
    return documents.find(wanted).sort("_id", ASCENDING)


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in parts of at most `size`, without holding more than one part."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
