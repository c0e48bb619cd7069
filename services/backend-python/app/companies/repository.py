"""Companies in the document store."""

from pymongo.asynchronous.database import AsyncDatabase

from app.companies.schemas import CompanyListQuery
from app.keyset import Filter, PageOfRows, PageRequest, Row, all_of, in_filter, read_page, word_filters

SORT_FIELDS = {"name": "nameNorm", "trialCount": "trialCount"}


class CompanyRepository:
    """Reads companies; nothing else builds queries for them."""

    def __init__(self, database: AsyncDatabase[Row]) -> None:
        self._companies = database["companies"]

    async def find(self, company_id: str) -> Row | None:
        return await self._companies.find_one({"_id": company_id})

    async def read_page(self, request: PageRequest) -> PageOfRows:
        return await read_page(self._companies, request)

    async def count(self, matching: Filter) -> int:
        return await self._companies.count_documents(matching)


def list_filter(query: CompanyListQuery) -> Filter:
    """A condition for each wish."""
    return all_of([*word_filters("query.words", query.q), *in_filter("class", query.class_)])
