"""A CTKG folder of a few lines, which tests change."""

from pathlib import Path

TRIPLETS = (
    "Study::NCT00000001\tStudy-StudiedDrug\tDrugTerm::1",
    "Study::NCT00000001\tStudy-Condition\tCondition::1",
    "Study::NCT00000001\tStudy-EventGroup\tEventGroup::10",
    "DrugTerm::1\tDrugTerm-EventGroup\tEventGroup::10",
    "EventGroup::10\tEventGroup-AdverseEvent\tAdverseEvent::1",
    "AdverseEvent::1\tAdverseEvent-Organ\tOrgan::1",
    "Study::NCT00000001\tStudy-BaselineGroup\tBaselineGroup::1",
)
ATTRIBUTES = {
    "study": "id,brief_title,phase\nStudyID:NCT00000001,A trial,PHASE2\n",
    "drugterm": "DrugTermID:1,Aspirin\nDrugTermID:2,  ASPIRIN \n",
    "condition": "ConditionID:1,Heart failure, congestive\n",
    "adverseevent": "AdverseEventID:1,Nausea\n",
    "organ": "OrganID:1,Gastrointestinal disorders\n",
    "eventgroup": 'id,title,serious_affected\nEventGroupID:10,"Aspirin, low dose",7\n',
}
REPORTED = (
    "head,tail,type,original_term,num_affected,num_participants\n"
    "EventGroup::10,AdverseEvent::1,serious,nausea,1,50\n"
    "EventGroup::10,AdverseEvent::1,other,nausea,5,50\n"
)


def write_folder(
    folder: Path,
    *,
    triplets: tuple[str, ...] = TRIPLETS,
    reported: str = REPORTED,
    attributes: dict[str, str] | None = None,
) -> Path:
    (folder / "attributes").mkdir(parents=True)
    (folder / "relations").mkdir()
    (folder / "ctkg.tsv").write_text("".join(f"{line}\n" for line in triplets), encoding="utf-8")
    for name, text in {**ATTRIBUTES, **(attributes or {})}.items():
        (folder / "attributes" / f"{name}_attribute.txt").write_text(text, encoding="utf-8")
    path = folder / "relations" / "eventgroup-adverseevent_attribute.txt"
    path.write_text(reported, encoding="utf-8")
    return folder
