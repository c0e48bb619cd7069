import pytest

from knowledge_graph.identifiers import IdentifierError, parse_identifier


class TestParseIdentifier:
    @pytest.mark.parametrize(
        ("text", "name", "local"),
        [
            ("DrugTerm::5", "DrugTerm", "5"),
            ("DrugTermID:5", "DrugTerm", "5"),
            ("drugID:5", "DrugTerm", "5"),
            ("Term::5", "DrugTerm", "5"),
            ("DropRecrodID:9", "DropRecord", "9"),
            ("study::NCT00000001", "Study", "NCT00000001"),
            ("EventGroupID:NCT00000001#EG000", "EventGroup", "NCT00000001#EG000"),
        ],
    )
    def test_takes_both_spellings_and_the_slips_of_the_schema(self, text: str, name: str, local: str) -> None:
        node_type, found = parse_identifier(text)
        assert node_type is not None
        assert (node_type.name, found) == (name, local)

    def test_knows_the_form_of_what_is_not_loaded(self) -> None:
        assert parse_identifier("BaselineGroup::1") == (None, "1")

    @pytest.mark.parametrize("text", ["", "5", "Drug:5", "Study::1", "StudyID:NCT1", "Drug::"])
    def test_refuses_what_identifies_nothing(self, text: str) -> None:
        with pytest.raises(IdentifierError):
            parse_identifier(text)
