from dataclasses import fields

from planet.arm import Arm, features, intervention_features

ARM = Arm(
    title="Aspirin in heart failure",
    label="Aspirin 100 mg",
    interventions=("Drug: Aspirin",),
    conditions=("Heart Failure",),
    phases=("PHASE2", "PHASE3"),
    mesh_ids=("D001241",),
    sex="ALL",
)


class TestFeatures:
    def test_are_words_and_pairs_marked_with_their_place_and_structured_values(self) -> None:
        found = features(ARM)
        for expected in (
            "title:aspirin",
            "title:heart failure",
            "label:100 mg",
            "condition:failure",
            "intervention:aspirin",
            "mesh=D001241",
            "phase=PHASE2",
            "phase=PHASE3",
            "sex=ALL",
        ):
            assert expected in found
        assert not [feature for feature in found if "None" in feature]

    def test_do_not_take_the_type_of_an_intervention_for_its_name(self) -> None:
        assert intervention_features(ARM) == ["intervention:aspirin"]

    def test_see_nothing_that_is_known_only_afterwards(self) -> None:
        afterwards = {
            "status",
            "result",
            "serious",
            "affected",
            "risk",
            "stop",
            "date",
            "completion",
            "enrollment",
        }
        names = {field.name for field in fields(Arm)}
        assert not [name for name in names if any(word in name for word in afterwards)]
