from seed.companies import assign_ids, derive_companies
from tests.facts import trial


def collaborator(name: str, class_: str = "OTHER") -> dict[str, str]:
    return {"name": name, "class": class_}


class TestDeriveCompanies:
    def test_counts_each_trial_once_and_by_role(self) -> None:
        companies = derive_companies(
            [
                trial(1),
                trial(2, collaborators=[collaborator("Beta")]),
                trial(
                    3, sponsor=collaborator("Beta"), collaborators=[collaborator("Acme Pharma", "INDUSTRY")]
                ),
            ]
        )
        acme = companies["acme pharma"]
        assert (acme.company_id, acme.class_) == ("acme-pharma", "INDUSTRY")
        assert (acme.trial_count, acme.lead_trial_count, acme.collaborator_trial_count) == (3, 2, 1)
        assert companies["beta"].trial_count == 2

    def test_one_company_of_several_spellings_takes_the_commonest(self) -> None:
        spellings = ["ACME Pharma", "Acme Pharma", "Acme  Pharma", "Acme Pharma"]
        trials = [trial(n, sponsor=collaborator(name)) for n, name in enumerate(spellings, start=1)]
        (acme,) = derive_companies(trials).values()
        assert acme.name == "Acme Pharma"
        assert acme.aliases == ("ACME Pharma", "Acme  Pharma")

    def test_does_not_depend_on_the_order_of_the_trials(self) -> None:
        trials = [trial(1, sponsor=collaborator("A B")), trial(2, sponsor=collaborator("a b"))]
        assert derive_companies(trials) == derive_companies(reversed(trials))


class TestAssignIds:
    def test_names_that_share_a_slug_all_get_a_suffix(self) -> None:
        ids = assign_ids(['luigi "vanvitelli"', "luigi vanvitelli", "other"])
        assert len(set(ids.values())) == 3
        assert ids["other"] == "other"
        assert all(ids[name].startswith("luigi-vanvitelli-") for name in ids if name != "other")

    def test_an_identifier_never_passes_to_another_name(self) -> None:
        before = assign_ids(["b c"])
        after = assign_ids(["b c", "b, c"])
        assert before["b c"] not in after.values()
