"""Trials in the document store."""

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from app.keyset import Filter, PageOfRows, PageRequest, Row, all_of, in_filter, read_page, word_filters
from app.trials.schemas import TrialListQuery

SORT_FIELDS = {"nctId": "_id", "startDate": "query.startDate", "lastUpdateDate": "lastUpdateDate"}

SUMMARY_FIELDS = dict.fromkeys(
    (
        "briefTitle",
        "overallStatus",
        "studyType",
        "phases",
        "startDate",
        "lastUpdateDate",
        "enrollment",
        "sponsor",
        "conditions",
        "hasResults",
        "query.startDate",
    ),
    1,
)


class TrialRepository:
    """Reads trials; nothing else builds queries for them."""

    def __init__(self, database: AsyncDatabase[Row]) -> None:
        self._trials = database["trials"]
        self._aliases = database["trial_aliases"]

    async def find(self, nct_id: str) -> Row | None:
        return await self._trials.find_one({"_id": nct_id})

    async def find_current_id(self, alias: str) -> str | None:
        """The present identifier of a trial that was renumbered."""
        row = await self._aliases.find_one({"_id": alias})
        return str(row["nctId"]) if row else None

    async def read_page(self, request: PageRequest) -> PageOfRows:
        return await read_page(self._trials, request)

    async def count(self, matching: Filter) -> int:
        return await self._trials.count_documents(matching)


def list_filter(query: TrialListQuery) -> Filter:
    """A condition for each wish."""
    conditions: list[Filter] = [
        *word_filters("query.words", query.q),
        *word_filters("query.conditionWords", query.condition),
        *in_filter("phases", query.phase),
        *in_filter("overallStatus", query.status),
        *in_filter("studyType", query.study_type),
    ]
    wishes: list[tuple[Any, Filter]] = [
        (query.sponsor_id, {"sponsor.companyId": query.sponsor_id}),
        (query.has_results, {"hasResults": query.has_results}),
        (query.start_from, {"query.startDate": {"$gte": query.start_from}}),
        (query.start_to, {"query.startDate": {"$gt": "", "$lte": query.start_to}}),
    ]
    return all_of(conditions + [condition for wish, condition in wishes if wish is not None])


def company_filter(company_id: str, role: str) -> Filter:
    """The trials that a company leads, takes part in, or either."""
    lead: Filter = {"sponsor.companyId": company_id}
    collaborator: Filter = {"collaborators.companyId": company_id}
    return {"lead": lead, "collaborator": collaborator}.get(role, {"$or": [lead, collaborator]})
