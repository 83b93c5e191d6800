"""The decision that publishes the results of a campaign, with the league table as its annex."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from reports.basis import Basis, NoPaper
from reports.documents import Annex, Document, Section
from reports.papers.data import UnitFigures, read_units
from reports.papers.frames import Text, framed
from reports.papers.grounds import (
    OPEN_DAY,
    authority,
    bodies,
    chair,
    execution,
    home_affairs,
    law,
    proposal,
    recipients,
    set_bases,
)
from reports.papers.league_table import differing, fields_table, grades_text, ranking_blocks
from reports.papers.wording import INDEX, all_of, committee, count
from scoring.models import Campaign, CampaignStatus
from units.models import Unit


def publishing_of(basis: Basis) -> Document:
    """Ranks stand from the close of the campaign on; the decision is signed before its publication.

    Raises: NoPaper.
    """
    campaign = basis.of_campaign
    if campaign.external or campaign.status in (CampaignStatus.DRAFT, CampaignStatus.OPEN):
        raise NoPaper(why_not(campaign))
    found = read_units(campaign.results.all(), campaign)
    issuer, everyone = campaign.owner, all_of(each.unit for each in found)
    agency = home_affairs(issuer, campaign.year)
    subject = f"{INDEX} năm {campaign.year} của {everyone}"
    notes = tuple(section for part in differing(found) for section in part.sections)
    annexes = (
        Annex("KẾT QUẢ XẾP HẠNG, XẾP LOẠI", ranking_blocks(campaign, found), notes, key="ranking"),
        Annex("KẾT QUẢ THEO TỪNG LĨNH VỰC", (fields_table(found),), landscape=True, key="fields-table"),
    )
    text = Text(
        type_name="QUYẾT ĐỊNH",
        abbreviation="QĐ",
        abstract=f"Công bố kết quả {subject}",
        by_authority=authority(issuer),
        bases=(*law(issuer), *set_bases(campaign.criteria_set), minutes(), proposal(agency)),
        opening=(),
        ruling="QUYẾT ĐỊNH:",
        sections=tuple(articles(found, subject, issuer, agency)),
        closing="",
        annexes=annexes,
        signing=chair(issuer),
        recipients=recipients(issuer, 3),
        keywords=("cải cách hành chính", "công bố kết quả", str(campaign.year), campaign.code),
    )
    return framed(issuer, text)


def why_not(campaign: Campaign) -> str:
    if campaign.external:
        text = _("The results of the campaign %(campaign)s are published by the office that scored it.")
    else:
        text = _("The campaign %(campaign)s is not closed yet: its ranks do not stand.")
    return text % {"campaign": campaign.code}


def minutes() -> str:
    return f"Căn cứ Biên bản họp Hội đồng thẩm định {OPEN_DAY}"


def articles(found: list[UnitFigures], subject: str, issuer: Unit, agency: Unit | None) -> Iterator[Section]:
    everyone = all_of(each.unit for each in found)
    advising = agency.name if agency else "Cơ quan nội vụ"
    yield Section("", key="articles.results", text=results_text(found, subject))
    duties = (
        (
            "units",
            (
                f"{capfirst(bodies(everyone))} phân tích nguyên nhân, xác định trách nhiệm đối với các "
                "tiêu chí bị mất điểm và tổ chức khắc phục."
            ),
        ),
        (
            "agencies",
            (
                "Các cơ quan được giao thẩm định hướng dẫn, kiểm tra các đơn vị khắc phục hạn chế thuộc lĩnh vực "
                "phụ trách."
            ),
        ),
        ("home-affairs", f"{advising} theo dõi, đôn đốc, tổng hợp, báo cáo {committee(issuer)}."),
    )
    yield Section(
        "",
        key="articles.duties",
        text="Căn cứ kết quả công bố tại Điều 1:",
        sections=tuple(Section("", key=f"articles.duties.{key}", text=text) for key, text in duties),
    )
    text = f"Quyết định này có hiệu lực kể từ ngày ký. {execution(issuer, agency, everyone)}"
    yield Section("", key="articles.execution", text=text)


def results_text(found: list[UnitFigures], subject: str) -> str:
    """What is published, and how many units have which grade."""
    scored = [each for each in found if each.is_scored]
    text = f"Công bố kết quả {subject}: {count(len(scored))} đơn vị được xếp hạng"
    grades = grades_text(scored)
    if grades:
        text += f"; {grades}"
    missing = len(found) - len(scored)
    if missing:
        text += f"; {count(missing)} đơn vị không nộp phiếu chấm điểm, không xếp hạng"
    return f"{text} (chi tiết tại các Phụ lục kèm theo)."
