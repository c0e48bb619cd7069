import gzip
from pathlib import Path

import pytest

from knowledge_graph.config import BUNDLED_DATA
from knowledge_graph.rows import graph_rows
from knowledge_graph.source import SourceError, read_source
from tests.folder import REPORTED, TRIPLETS, write_folder


def refused(folder: Path) -> list[str]:
    source = read_source(folder)
    return [*source.refused, *graph_rows(source).refused]


class TestReadSource:
    def test_reads_entities_with_commas_and_quotes_and_edges_with_their_attributes(
        self, tmp_path: Path
    ) -> None:
        source = read_source(write_folder(tmp_path / "ctkg"))
        assert source.refused == []
        assert source.entities["Condition"]["1"] == {"name": "Heart failure, congestive"}
        assert source.entities["EventGroup"]["10"] == {"title": "Aspirin, low dose", "seriousAffected": 7}
        edges = source.edges["EventGroup-AdverseEvent"]
        assert [(edge.properties["kind"], edge.properties["affected"]) for edge in edges] == [
            ("serious", 1),
            ("other", 5),
        ]

    def test_says_what_it_leaves_out(self, tmp_path: Path) -> None:
        assert read_source(write_folder(tmp_path / "ctkg")).left_out == {"Study-BaselineGroup": 1}

    def test_reads_compressed_files_alike(self, tmp_path: Path) -> None:
        folder = write_folder(tmp_path / "ctkg")
        plain = read_source(folder)
        for path in [*folder.rglob("*.txt"), folder / "ctkg.tsv"]:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
            path.unlink()
        packed = read_source(folder)
        assert (packed.entities, packed.refused) == (plain.entities, [])
        assert packed.fingerprint != plain.fingerprint

    def test_needs_triplets(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match=r"has no ctkg\.tsv"):
            read_source(tmp_path)

    @pytest.mark.parametrize(
        ("name", "text", "message"),
        [
            (
                "drugterm",
                "DrugTermID:1,Aspirin\nDrugTermID:1,Again\n",
                "drugterm_attribute.txt:2: 'DrugTermID:1' occurs",
            ),
            (
                "drugterm",
                "DrugTermID:1,Aspirin\nDrugTermID:2,\n",
                "drugterm_attribute.txt:2: 'DrugTermID:2' has no name",
            ),
            ("drugterm", "DrugTermID:1,Aspirin\nOrganID:2,Skin\n", "'OrganID:2' is no DrugTerm"),
            (
                "drugterm",
                "DrugTermID:1,Aspirin\nnonsense,x\n",
                "drugterm_attribute.txt:2: 'nonsense' is neither",
            ),
            (
                "eventgroup",
                "id,title,serious_affected\nEventGroupID:10,x,7\nEventGroupID:11,y,many\n",
                "eventgroup_attribute.txt:3: serious_affected is 'many', not a whole number",
            ),
        ],
    )
    def test_refuses_a_bad_entity_with_its_file_and_line(
        self, tmp_path: Path, name: str, text: str, message: str
    ) -> None:
        [reason] = refused(write_folder(tmp_path / "ctkg", attributes={name: text}))
        assert message in reason

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("only two\tcolumns", "ctkg.tsv:8: 2 columns instead of head, relation, tail"),
            ("nonsense\tStudy-Condition\tCondition::1", "ctkg.tsv:8: 'nonsense' is neither"),
            ("Organ::1\tStudy-Condition\tCondition::1", "ctkg.tsv:8: 'Organ::1' is no Study"),
            ("Study::NCT00000001\tStudy-Condition\tCondition::9", "ctkg.tsv:8: there is no Condition 9"),
            (
                "Study::NCT00000009\tStudy-Condition\tCondition::1",
                "ctkg.tsv:8: there is no Study NCT00000009",
            ),
            (
                "EventGroup::11\tEventGroup-AdverseEvent\tAdverseEvent::1",
                "ctkg.tsv:8: has no row in eventgroup-adverseevent_attribute.txt",
            ),
        ],
    )
    def test_refuses_a_bad_edge_with_its_file_and_line(self, tmp_path: Path, line: str, message: str) -> None:
        [reason] = refused(write_folder(tmp_path / "ctkg", triplets=(*TRIPLETS, line)))
        assert message in reason

    @pytest.mark.parametrize(
        ("row", "message"),
        [
            (
                "EventGroup::10,AdverseEvent::2,other,x,1,2",
                ":4: EventGroup::10 and AdverseEvent::2 are not related",
            ),
            ("EventGroup::10,AdverseEvent::1", ":4: zip()"),
            ("EventGroup::10,AdverseEvent::1,,nausea,1,2", ":4: its kind is not known"),
        ],
    )
    def test_refuses_bad_attributes_of_an_edge(self, tmp_path: Path, row: str, message: str) -> None:
        [reason] = refused(write_folder(tmp_path / "ctkg", reported=f"{REPORTED}{row}\n"))
        assert message in reason


class TestGraphRows:
    def test_takes_names_that_differ_in_case_and_spacing_for_one_thing(self, tmp_path: Path) -> None:
        rows = graph_rows(read_source(write_folder(tmp_path / "ctkg")))
        found = {each.node_type.label: [row["key"] for row in each.rows] for each in rows.nodes}
        assert found["Drug"] == ["aspirin"]
        assert found["Condition"] == ["heart failure, congestive"]
        assert found["OrganClass"] == ["Gastrointestinal disorders"]

    def test_keeps_serious_and_other_apart_and_nothing_twice(self, tmp_path: Path) -> None:
        twice = (*TRIPLETS, TRIPLETS[0], TRIPLETS[0].replace("DrugTerm::1", "DrugTerm::2"))
        rows = graph_rows(read_source(write_folder(tmp_path / "ctkg", triplets=twice)))
        counts = {each.relation.type: len(each.rows) for each in rows.relations}
        assert (counts["REPORTED_AE"], counts["STUDIES_DRUG"]) == (2, 1)

    def test_the_bundled_sample_is_whole(self) -> None:
        source = read_source(BUNDLED_DATA)
        rows = graph_rows(source)
        assert [*source.refused, *rows.refused] == []
        assert source.left_out == {}
        assert sum(len(each.rows) for each in rows.nodes) == 20_859
        assert {each.relation.type: len(each.rows) for each in rows.relations}["REPORTED_AE"] == 84_961
