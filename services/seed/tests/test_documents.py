from seed.companies import derive_companies
from seed.documents import alias_documents, company_document, trial_document
from tests.facts import trial


class TestTrialDocument:
    def test_absent_facts_are_null_or_empty_and_sort_first(self) -> None:
        record = trial(1)
        document = trial_document(record, derive_companies([record]))
        assert document["startDate"] is None
        assert document["phases"] == []
        assert document["enrollment"] is None
        assert document["query"]["startDate"] == ""

    def test_dates_keep_their_precision_and_sort_by_first_day(self) -> None:
        record = trial(1, startDate="1999-05")
        document = trial_document(record, derive_companies([record]))
        assert document["startDate"] == {"date": "1999-05-01", "precision": "month"}
        assert document["query"]["startDate"] == "1999-05-01"

    def test_is_found_by_number_title_sponsor_condition_and_intervention(self) -> None:
        record = trial(
            1, interventions=[{"type": "DRUG", "name": "Aliskiren"}, {"type": "DRUG", "name": None}]
        )
        document = trial_document(record, derive_companies([record]))
        assert {"nct00000001", "trial", "acme", "heart", "aliskiren"} <= set(document["query"]["words"])
        assert document["query"]["conditionWords"] == ["failure", "heart"]

    def test_the_sponsor_refers_to_its_company(self) -> None:
        record = trial(1)
        companies = derive_companies([record])
        company = company_document(companies["acme pharma"])
        document = trial_document(record, companies)
        assert document["sponsor"]["companyId"] == company["_id"] == "acme-pharma"


class TestAliasDocuments:
    def test_point_at_the_present_identifier(self) -> None:
        (alias,) = alias_documents(trial(1, nctIdAliases=["NCT00000009"]))
        assert (alias["_id"], alias["nctId"]) == ("NCT00000009", "NCT00000001")
