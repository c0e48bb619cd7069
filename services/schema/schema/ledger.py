"""What a store's ledger tells: which migrations it has, and which were broken off."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from schema.migration import Migration

State = Literal["applying", "applied", "undoing"]


@dataclass(frozen=True)
class Entry:
    """A migration in a ledger. It is there before the first change, and `applied` after the last."""

    number: int
    name: str
    checksum: str
    state: State


class Store(Protocol):
    """One store with a schema. Changes are harmless when they are made again."""

    name: str

    def read_ledger(self) -> list[Entry]:
        """All entries, in order."""

    def write_entry(self, entry: Entry) -> None:
        """Adds or replaces an entry."""

    def remove_entry(self, number: int) -> None:
        """Forgets one that is undone."""

    def apply(self, migration: Migration) -> None:
        """Makes its changes."""

    def undo(self, migration: Migration) -> None:
        """Takes its changes back."""


class LedgerError(Exception):
    """The ledger and this program do not go together."""


def version_of(ledger: Sequence[Entry]) -> int:
    """The newest migration before the first one that is not wholly there."""
    version = 0
    for entry in ledger:
        if entry.number != version + 1 or entry.state != "applied":
            break
        version = entry.number
    return version


def check_ledger(store: str, ledger: Sequence[Entry], known: Sequence[Migration]) -> None:
    """Raises LedgerError where the store has migrations that are unknown here, or known otherwise."""
    for entry in ledger:
        if entry.number > len(known):
            raise LedgerError(
                f"{store} has migration {entry.number} ({entry.name}), this program knows {len(known)}: "
                f"go down to {len(known)} with the program that brought it"
            )
        if entry.checksum != known[entry.number - 1].checksum:
            raise LedgerError(
                f"migration {entry.number} ({entry.name}) of {store} was applied with another content: "
                "a released migration must not change"
            )
