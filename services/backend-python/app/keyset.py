"""Pages read by position, not by offset: rows that come or go meanwhile shift nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection

from app.cursors import Position, sort_value
from app.words import words

Row = dict[str, Any]
Filter = dict[str, Any]


@dataclass(frozen=True)
class PageRequest:
    """Which rows, in which order, from where, how many."""

    filter: Filter
    field: str
    descending: bool
    limit: int
    after: Position | None
    projection: Mapping[str, int]


@dataclass(frozen=True)
class PageOfRows:
    """The rows of a page and where it ended, if more rows follow."""

    rows: list[Row]
    end: Position | None


def sort_of(sort: str, fields: Mapping[str, str]) -> tuple[str, bool]:
    """The stored field that a `sort` parameter (name or -name) means, and whether it descends."""
    return fields[sort.removeprefix("-")], sort.startswith("-")


async def read_page(collection: AsyncCollection[Row], request: PageRequest) -> PageOfRows:
    """Rows that are equal in the sort field follow each other by _id."""
    direction = -1 if request.descending else 1
    order = [("_id", direction)]
    if request.field != "_id":
        order.insert(0, (request.field, direction))
    cursor = collection.find(_with_position(request), dict(request.projection)).sort(order)
    rows = await cursor.limit(request.limit + 1).to_list()
    page = rows[: request.limit]
    if len(rows) <= request.limit:
        return PageOfRows(page, None)
    return PageOfRows(page, (sort_value(page[-1], request.field), str(page[-1]["_id"])))


def word_filters(field: str, text: str | None) -> list[Filter]:
    """A condition for each word of a text: a stored word begins with it.

    Words hold only letters and digits, so they need no escaping inside an expression.
    """
    return [{field: {"$regex": f"^{word}"}} for word in dict.fromkeys(words(text or ""))]


def in_filter(field: str, values: tuple[str, ...]) -> list[Filter]:
    """One of several values; no value is no condition."""
    return [{field: {"$in": list(values)}}] if values else []


def all_of(conditions: list[Filter]) -> Filter:
    """Rows that meet every condition."""
    return {"$and": conditions} if conditions else {}


def _with_position(request: PageRequest) -> Filter:
    if request.after is None:
        return request.filter
    value, identifier = request.after
    beyond = "$lt" if request.descending else "$gt"
    field = request.field
    rest: Filter = (
        {"_id": {beyond: identifier}}
        if field == "_id"
        else {"$or": [{field: {beyond: value}}, {field: value, "_id": {beyond: identifier}}]}
    )
    return {"$and": [request.filter, rest]}
