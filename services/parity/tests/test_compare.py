import json
from typing import Any

import pytest

from parity.compare import Answer, Verdict, judge
from parity.endpoints import OTHER, endpoint_of
from parity.samples import Samples, disguise


def answer(body: Any, status: int = 200, content_type: str = "application/json") -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, content_type, raw, 0.01)


def pointers(node: Any, python: Any, again: Any = None) -> list[str]:
    verdict = judge(answer(node), answer(node if again is None else again), answer(python))
    assert verdict.judged
    return [difference.pointer for difference in verdict.differences]


@pytest.mark.parametrize(
    ("node", "python"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"n": 1}, {"n": 1.0}),
        ({"n": 0.1 + 0.2}, {"n": 0.3}),
        ({"requestId": "x", "title": "t"}, {"requestId": "y", "title": "t"}),
        ([{"latencyMs": 1}], [{"latencyMs": 7}]),
    ],
)
def test_the_same_in_another_form(node: Any, python: Any) -> None:
    assert pointers(node, python) == []


@pytest.mark.parametrize(
    ("node", "python", "found"),
    [
        ({"a": {"b/c": 1}}, {"a": {"b/c": 2}}, ["/a/b~1c"]),
        ({"a": None}, {}, ["/a"]),
        ({"a": True}, {"a": 1}, ["/a"]),
        ({"a": "1"}, {"a": 1}, ["/a"]),
        ({"a": [1, 2]}, {"a": [1]}, ["/a/(length)"]),
        ({"a": [1, 2]}, {"a": [2, 1]}, ["/a/0", "/a/1"]),
        (b"plain", b"other", ["(body)"]),
    ],
)
def test_names_what_differs(node: Any, python: Any, found: list[str]) -> None:
    assert pointers(node, python) == found


def test_what_node_says_otherwise_the_second_time_is_noise() -> None:
    node, again = {"now": {"at": 1}, "name": "a"}, {"now": 2, "name": "a"}
    assert pointers(node, {"now": {"at": 3}, "name": "a"}, again) == []
    assert pointers(node, {"now": {"at": 3}, "name": "b"}, again) == ["/name"]


def test_status_and_content_type_count() -> None:
    node = answer({})
    assert judge(node, node, answer({}, 404)).differences[0].pointer == "(status)"
    other = judge(node, node, answer({}, content_type="text/plain")).differences
    assert [d.pointer for d in other] == ["(content-type)"]
    assert judge(node, node, Answer(0, "", b"", 1.0)).differences[0].pointer == "(status)"


def test_nothing_is_judged_by_a_node_that_fails_or_wavers() -> None:
    node = answer({})
    assert judge(answer({}, 503), node, node) == Verdict(judged=False)
    assert judge(node, Answer(0, "", b"", 1.0), node) == Verdict(judged=False)
    assert judge(node, answer({}, 404), node) == Verdict(judged=False)


def test_names_endpoints_and_no_identifiers() -> None:
    assert endpoint_of("/v1/trials/NCT00000102") == "/v1/trials/{nctId}"
    assert endpoint_of("/v1/companies/acme/trials") == "/v1/companies/{companyId}/trials"
    assert endpoint_of("/v1/trials") == "/v1/trials"
    assert endpoint_of("/v1/x/y/z") == OTHER


def test_samples_are_bounded_and_keep_no_text() -> None:
    samples = Samples(2)
    node, python = answer({"email": "someone@example.com", "n": 1}), answer({"email": {}, "n": [2]})
    for number in range(3):
        samples.add(f"/{number}", "q=secret&q=b&limit=", judge(node, node, python).differences)
    latest = samples.latest()
    assert [sample["endpoint"] for sample in latest] == ["/2", "/1"]
    assert latest[0]["parameters"] == ["limit", "q"]
    assert latest[0]["differences"][0]["node"].startswith("text of 19 characters, ")
    assert latest[0]["differences"][1]["node"] == 1
    assert "example.com" not in str(latest)
    assert "secret" not in str(latest)
    assert list(map(disguise, [None, True, 1.5, {}, []])) == [None, True, 1.5, "object", "array"]
