"""Brings a store's schema up or down, one migration at a time; goes on where a run was broken off."""

from collections.abc import Callable, Sequence

from schema.ledger import Entry, LedgerError, State, Store, check_ledger
from schema.migration import Migration

Report = Callable[[str], None]


def go_up(store: Store, known: Sequence[Migration], *, to: int, report: Report) -> None:
    """Applies what is missing up to a version; what was broken off is done again."""
    check_ledger(store.name, store.read_ledger(), known)
    states = {entry.number: entry.state for entry in store.read_ledger()}
    for migration in known[:to]:
        if states.get(migration.number) == "applied":
            continue
        report(f"{store.name}: applying {migration.number} {migration.name}")
        store.write_entry(_entry(migration, "applying"))
        report(f"{store.name}: changing")
        store.apply(migration)
        report(f"{store.name}: changed")
        store.write_entry(_entry(migration, "applied"))


def go_down(store: Store, known: Sequence[Migration], *, to: int, report: Report) -> None:
    """Undoes what is beyond a version, newest first, also what was only begun."""
    ledger = store.read_ledger()
    check_ledger(store.name, ledger, known)
    for entry in sorted(ledger, key=lambda each: -each.number):
        if entry.number <= to:
            continue
        migration = known[entry.number - 1]
        report(f"{store.name}: undoing {migration.number} {migration.name} ({migration.down.safety})")
        store.write_entry(_entry(migration, "undoing"))
        report(f"{store.name}: changing")
        store.undo(migration)
        report(f"{store.name}: changed")
        store.remove_entry(migration.number)


def check_version(version: int, known: Sequence[Migration]) -> None:
    """Raises LedgerError where there is no such version."""
    if not 0 <= version <= len(known):
        raise LedgerError(f"there is no schema version {version}: this program knows 0 to {len(known)}")


def _entry(migration: Migration, state: State) -> Entry:
    return Entry(migration.number, migration.name, migration.checksum, state)
