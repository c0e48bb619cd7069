"""Companies are derived from the sponsors and collaborators that trials name."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from seed.source import TrialRecord
from seed.text import name_key, short_hash, slug


@dataclass(frozen=True)
class Company:
    """A sponsor or collaborator with the number of trials in which it leads or takes part."""

    company_id: str
    name: str
    aliases: tuple[str, ...]
    class_: str
    trial_count: int
    lead_trial_count: int
    collaborator_trial_count: int


@dataclass
class _Mentions:
    spellings: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    lead: set[str] = field(default_factory=set)
    collaborator: set[str] = field(default_factory=set)


def derive_companies(trials: Iterable[TrialRecord]) -> dict[str, Company]:
    """Companies by name key. The same trials give the same companies, in whatever order they come."""
    mentions = _collect(trials)
    ids = assign_ids(mentions)
    return {key: _company(ids[key], mentions[key]) for key in sorted(mentions)}


def assign_ids(keys: Iterable[str]) -> dict[str, str]:
    """A slug for each name key.

    Where names share a slug every one of them gets its own hash as a suffix: had one kept the plain
    slug, a newcomer that sorts before it would silently take over its identifier.
    """
    by_slug: defaultdict[str, list[str]] = defaultdict(list)
    for key in keys:
        by_slug[slug(key)].append(key)
    return {
        key: plain if len(group) == 1 else f"{plain}-{short_hash(key)}"
        for plain, group in by_slug.items()
        for key in group
    }


def _collect(trials: Iterable[TrialRecord]) -> dict[str, _Mentions]:
    mentions: defaultdict[str, _Mentions] = defaultdict(_Mentions)
    for trial in trials:
        lead = mentions[name_key(trial.sponsor.name)]
        lead.lead.add(trial.nct_id)
        lead.spellings[trial.sponsor.name] += 1
        lead.classes[trial.sponsor.class_] += 1
        for organisation in trial.collaborators:
            other = mentions[name_key(organisation.name)]
            other.collaborator.add(trial.nct_id)
            other.spellings[organisation.name] += 1
            other.classes[organisation.class_] += 1
    return dict(mentions)


def _company(company_id: str, mentions: _Mentions) -> Company:
    name = _commonest(mentions.spellings)
    return Company(
        company_id=company_id,
        name=name,
        aliases=tuple(sorted(spelling for spelling in mentions.spellings if spelling != name)),
        class_=_commonest(mentions.classes),
        trial_count=len(mentions.lead | mentions.collaborator),
        lead_trial_count=len(mentions.lead),
        collaborator_trial_count=len(mentions.collaborator),
    )


def _commonest(counts: Counter[str]) -> str:
    return min(counts, key=lambda value: (-counts[value], value))
