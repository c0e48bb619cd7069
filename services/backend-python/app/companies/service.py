"""Companies: one, and their list."""

from app.cache import ReadThrough
from app.companies.repository import SORT_FIELDS, CompanyRepository, list_filter
from app.companies.schemas import Company, CompanyListQuery, CompanyPage
from app.cursors import CursorCodec
from app.errors import Problem
from app.keyset import PageRequest, Row, sort_of
from app.schemas import Page


class CompanyService:
    """Answers about companies, as JSON text."""

    def __init__(self, companies: CompanyRepository, cursors: CursorCodec, cached: ReadThrough) -> None:
        self._companies = companies
        self._cursors = cursors
        self._cached = cached

    async def get(self, company_id: str) -> str:
        async def load() -> Company | None:
            row = await self._companies.find(company_id)
            return _company(row) if row else None

        body = await self._cached.item(f"company:{company_id}", load)
        if body is None:
            raise Problem("not-found", "There is no such company.")
        return body

    async def list(self, query: CompanyListQuery) -> str:
        async def load() -> CompanyPage:
            return await self._page(query)

        key = {"kind": "companies", **query.model_dump(by_alias=True)}
        return await self._cached.list("companies", key, load)

    async def _page(self, query: CompanyListQuery) -> CompanyPage:
        scope = f"companies:{query.sort}"
        field, descending = sort_of(query.sort, SORT_FIELDS)
        after = None if query.cursor is None else self._cursors.decode(scope, query.cursor)
        matching = list_filter(query)
        found = await self._companies.read_page(
            PageRequest(matching, field, descending, query.limit, after, {"query": 0})
        )
        return CompanyPage(
            data=[_company(row) for row in found.rows],
            page=Page(
                limit=query.limit,
                next_cursor=found.end and self._cursors.encode(scope, found.end),
                total=await self._companies.count(matching) if query.count else None,
            ),
        )


def _company(row: Row) -> Company:
    return Company.model_validate({**row, "companyId": row["_id"]})
