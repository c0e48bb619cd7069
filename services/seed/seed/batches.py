"""Working through many rows in parts, and saying how far it has come."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

BATCH_SIZE = 500

Row = TypeVar("Row")


def batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """The rows in parts of at most BATCH_SIZE."""
    for start in range(0, len(rows), BATCH_SIZE):
        yield rows[start : start + BATCH_SIZE]


@dataclass
class Progress:
    """Counts rows of one kind and reports a line after each batch."""

    label: str
    total: int
    report: Callable[[str], None]
    done: int = 0
    written: int = 0

    def advance(self, rows: int, written: int) -> None:
        self.done += rows
        self.written += written
        present = self.done - self.written
        self.report(
            f"{self.label} {self.done}/{self.total} ({self.written} written, {present} already there)"
        )
