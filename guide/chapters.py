"""The chapters of the guide: one for each role, ending with what everybody needs; and whose chapters they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from guide.markup import Block, Picture, Section, read
from guide.pictures import path_of
from units.access import Role
from units.models import Unit, UnitType, User

TEXTS = Path(__file__).parent / "texts"
COMMON = "chung"

SCORED = "can-bo-xa"
LEADS_SCORED = "lanh-dao-xa"
APPRAISES = "co-quan-tham-dinh"
COORDINATES = "dieu-phoi"
LEADS_PARENT = "lanh-dao-cap-tren"
ADMINISTERS = "quan-tri"
SLUGS = (SCORED, LEADS_SCORED, APPRAISES, COORDINATES, LEADS_PARENT, ADMINISTERS)

PARENTS = (UnitType.PROVINCE, UnitType.DISTRICT)
READERS: Mapping[Role, Mapping[UnitType, tuple[str, ...]]] = {
    Role.OFFICER: {
        **dict.fromkeys(UnitType, (SCORED,)),
        UnitType.AGENCY: (APPRAISES, SCORED),
    },
    Role.LEADER: {
        **dict.fromkeys(UnitType, (LEADS_SCORED,)),
        **dict.fromkeys(PARENTS, (LEADS_PARENT, LEADS_SCORED)),
    },
    Role.APPRAISER: dict.fromkeys(UnitType, (APPRAISES,)),
    Role.COORDINATOR: dict.fromkeys(UnitType, (COORDINATES,)),
    Role.ADMINISTRATOR: dict.fromkeys(UnitType, (ADMINISTERS,)),
}


@dataclass(frozen=True, slots=True)
class Chapter:
    slug: str
    title: str
    lead: tuple[Block, ...]
    sections: tuple[Section, ...]

    @property
    def anchors(self) -> frozenset[str]:
        return frozenset(each.anchor for each in self.sections)

    @property
    def pictures(self) -> Mapping[str, Path]:
        """The files of the pictures that the chapter names."""
        return {each.file: path_of(each.file) for each in self.named_pictures()}

    def named_pictures(self) -> Iterator[Picture]:
        for block in (*self.lead, *(each for section in self.sections for each in section.blocks)):
            if block.picture is not None:
                yield block.picture


@cache
def chapter(slug: str) -> Chapter:
    """A chapter by its slug, one of `SLUGS`; read once in the life of the process."""
    own, common = (read((TEXTS / f"{name}.md").read_text()) for name in (slug, COMMON))
    return Chapter(slug, own.title, own.lead, (*own.sections, *common.sections))


def chapters_of(user: User) -> list[Chapter]:
    """The chapters for the roles that a person holds today, what the role is about first."""
    types = dict(Unit.objects.filter(pk__in=user.units_as()).order_by("pk").values_list("pk", "type"))
    mine = dict.fromkeys(
        slug
        for role, readers in READERS.items()
        for unit, type_ in types.items()
        if unit in user.units_as(role)
        for slug in readers[UnitType(type_)]
    )
    return [chapter(slug) for slug in mine]
