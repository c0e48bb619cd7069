from typing import Any

from schema.document_store import DocumentStore
from schema.migrations import SEARCH, VALIDATION


class FullServer(DocumentStore):
    """What is asked of a server that can do everything; the store of the tests cannot."""

    is_full_server = True


class Recorder:
    """Notes the calls that a database gets."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def __getitem__(self, collection: str) -> "Recorder":
        self.calls.append(("collection", collection))
        return self

    def create_indexes(self, models: list[Any]) -> None:
        self.calls.append(("create_indexes", *[model.document["name"] for model in models]))

    def command(self, name: str, collection: str, validator: Any) -> None:
        self.calls.append((name, collection, bool(validator)))

    def list_collection_names(self) -> list[str]:
        return ["trials"]

    def create_collection(self, name: str) -> None:
        self.calls.append(("create_collection", name))


class TestFullServer:
    def test_gets_validators_and_a_text_index(self) -> None:
        recorder: Any = Recorder()
        store = FullServer(recorder)
        store.apply(VALIDATION)
        store.apply(SEARCH)
        assert recorder.calls == [
            ("collMod", "trials", True),
            ("create_collection", "companies"),
            ("collMod", "companies", True),
            ("collection", "trials"),
            ("create_indexes", "text"),
        ]

    def test_loses_its_validators_again(self) -> None:
        recorder: Any = Recorder()
        FullServer(recorder).undo(VALIDATION)
        assert recorder.calls == [("collMod", "trials", False)]


class TestCapabilities:
    def test_are_asked_for_and_leave_nothing(self, stores: tuple[DocumentStore, Any]) -> None:
        documents, _ = stores
        assert isinstance(documents.is_full_server, bool)
        assert documents.read_ledger() == []
