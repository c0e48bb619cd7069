import pytest

from seed.dates import parse_partial_date


class TestParsePartialDate:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("2020", ("2020-01-01", "year")),
            ("1999-05", ("1999-05-01", "month")),
            ("2024-02-29", ("2024-02-29", "day")),
        ],
    )
    def test_keeps_the_precision(self, text: str, expected: tuple[str, str]) -> None:
        assert parse_partial_date(text) == expected

    @pytest.mark.parametrize("text", ["", "May 1999", "2023-02-29", "2020-13", "2020-1-1"])
    def test_refuses_what_is_no_date(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"."):
            parse_partial_date(text)
