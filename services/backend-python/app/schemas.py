"""What answers have in common."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.json_schema import SkipJsonSchema


class Answer(BaseModel):
    """A part of an answer, in camel case."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    def json_text(self) -> str:
        return self.model_dump_json(by_alias=True)


class Page(Answer):
    """Where a page is in its list; the total is told only to those who ask."""

    limit: int
    next_cursor: str | None
    total: int | SkipJsonSchema[None] = Field(default=None, exclude_if=lambda total: total is None)
