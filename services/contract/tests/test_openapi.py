from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.backends import Backend, Both
from tests.schemas import CONTRACT, normalise


def backend_of(both: Both, name: str) -> Backend:
    return {"node": both.node, "python": both.python}[name]


class TestOpenapi:
    def test_the_contract_is_valid(self) -> None:
        OpenAPIV31SpecValidator(CONTRACT).validate()

    @pytest.mark.parametrize("name", ["node", "python"])
    def test_each_backend_serves_a_valid_document(self, both: Both, name: str) -> None:
        OpenAPIV31SpecValidator(backend_of(both, name).ask("/openapi.json").json()).validate()

    @pytest.mark.parametrize("name", ["node", "python"])
    def test_each_backend_promises_exactly_the_contract(self, both: Both, name: str) -> None:
        served: dict[str, Any] = normalise(backend_of(both, name).ask("/openapi.json").json())
        contract = normalise(CONTRACT)
        assert sorted(served) == sorted(contract)
        for path, operations in contract.items():
            assert served[path] == operations, path

    def test_python_shows_it_to_people(self, both: Both) -> None:
        answer = both.python.ask("/docs")
        assert answer.status == 200
        assert "GET /v1/trials/{nctId}" in answer.text
