"""Registry dates have day, month or year precision."""

import re
from datetime import date
from typing import Literal, NamedTuple

_FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class PartialDate(NamedTuple):
    """The first day that a date can mean, and how exact the registry was."""

    date: str
    precision: Literal["year", "month", "day"]


def parse_partial_date(text: str) -> PartialDate:
    """Reads YYYY, YYYY-MM or YYYY-MM-DD; anything else is a ValueError."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = match.groups()
    first = date(int(year), int(month or 1), int(day or 1)).isoformat()
    if day:
        return PartialDate(first, "day")
    return PartialDate(first, "month" if month else "year")
