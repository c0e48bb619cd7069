"""Trials: one, a list, the list of a company."""

from app.cache import ReadThrough
from app.cursors import CursorCodec
from app.errors import Problem
from app.keyset import Filter, PageRequest, Row, sort_of
from app.schemas import Page
from app.trials.repository import (
    SORT_FIELDS,
    SUMMARY_FIELDS,
    TrialRepository,
    company_filter,
    list_filter,
)
from app.trials.schemas import (
    CompanyTrialQuery,
    Trial,
    TrialListQuery,
    TrialPage,
    TrialPageQuery,
    TrialSummary,
)


class TrialService:
    """Answers about trials, as JSON text."""

    def __init__(self, trials: TrialRepository, cursors: CursorCodec, cached: ReadThrough) -> None:
        self._trials = trials
        self._cursors = cursors
        self._cached = cached

    async def get(self, nct_id: str) -> str | None:
        async def load() -> Trial | None:
            row = await self._trials.find(nct_id)
            return Trial.model_validate(_named(row)) if row else None

        return await self._cached.item(f"trial:{nct_id}", load)

    async def current_id(self, alias: str) -> str:
        """Where an obsolete identifier leads to."""
        current = await self._trials.find_current_id(alias)
        if current is None:
            raise Problem("not-found", "There is no such trial.")
        return current

    async def list(self, query: TrialListQuery) -> str:
        async def load() -> TrialPage:
            return await self._page(list_filter(query), query, "trials")

        return await self._cached.list("trials", _key("trials", query), load)

    async def list_of_company(self, company_id: str, query: CompanyTrialQuery) -> str:
        async def load() -> TrialPage:
            matching = company_filter(company_id, query.role)
            return await self._page(matching, query, f"company-trials:{company_id}")

        key = {**_key("company-trials", query), "companyId": company_id}
        return await self._cached.list("trials", key, load)

    async def _page(self, matching: Filter, query: TrialPageQuery, name: str) -> TrialPage:
        scope = f"{name}:{query.sort}"
        field, descending = sort_of(query.sort, SORT_FIELDS)
        after = None if query.cursor is None else self._cursors.decode(scope, query.cursor)
        found = await self._trials.read_page(
            PageRequest(matching, field, descending, query.limit, after, SUMMARY_FIELDS)
        )
        return TrialPage(
            data=[TrialSummary.model_validate(_named(row)) for row in found.rows],
            page=Page(
                limit=query.limit,
                next_cursor=found.end and self._cursors.encode(scope, found.end),
                total=await self._trials.count(matching) if query.count else None,
            ),
        )


def _named(row: Row) -> Row:
    return {**row, "nctId": row["_id"]}


def _key(kind: str, query: TrialPageQuery) -> dict[str, object]:
    return {"kind": kind, **query.model_dump(by_alias=True)}
