"""The kinds of query parameters. Text is read as strictly as the contract says."""

import re
import unicodedata
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

COMPANY_ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
NCT_ID_PATTERN = r"^NCT[0-9]{8}$"
MAX_LIMIT = 100


class QueryModel(BaseModel):
    """A set of query parameters in camel case; unknown ones are an error."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, frozen=True)


def _read_integer(text: object) -> object:
    if isinstance(text, str) and not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise PydanticCustomError("type", "must be an integer")
    return text


def _read_flag(text: object) -> object:
    if isinstance(text, str) and text not in ("true", "false"):
        raise PydanticCustomError("type", "must be true or false")
    return text


def _read_day(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII) or not _is_day(text):
        raise PydanticCustomError("format", "must be a date, YYYY-MM-DD")
    return text


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _read_search(text: str) -> str:
    if not any(unicodedata.category(character)[0] in "LN" for character in text):
        raise PydanticCustomError("format", "must contain a letter or a digit")
    return text


Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT), BeforeValidator(_read_integer)]
Flag = Annotated[bool, BeforeValidator(_read_flag)]
CalendarDay = Annotated[str, AfterValidator(_read_day), WithJsonSchema({"type": "string", "format": "date"})]
SearchText = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_read_search)]
CompanyId = Annotated[str, Field(pattern=COMPANY_ID_PATTERN)]
NctId = Annotated[str, Field(pattern=NCT_ID_PATTERN)]
