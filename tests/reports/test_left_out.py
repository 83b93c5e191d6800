"""The responsibility analysis prints what does not apply to the unit, and by whose decision."""

import pytest

from reports.documents import Document, Paragraph, Table
from reports.output.pdf import as_pdf
from scoring.actions.exclusions import add_exclusion
from scoring.models import Campaign, UnitResult
from tests.reports.conftest import page_texts
from tests.reports.kon_ray import KonRay
from tests.reports.proposed import analysis_of
from tests.scoring.appraising import published
from tests.world import World
from units.models import Party

pytestmark = pytest.mark.any_database


def document(world: World) -> Document:
    related = UnitResult.objects.select_related("unit__parent", "campaign__criteria_set__issuer")
    result = related.get(campaign=world.campaign, unit=world.commune_a)
    return analysis_of(result, None)


def tables(document: Document) -> dict[str, Table]:
    return {block.caption: block for block in document.sections[0].blocks if isinstance(block, Table)}


def exclude(world: World, code: str, party: str, reason: str) -> None:
    add_exclusion(
        campaign=world.campaign,
        criterion=world.criteria_set.criteria.get(code=code),
        party=Party.objects.get(owner=world.district, code=party),
        reason=reason,
        approved_by="Chủ tịch UBND huyện",
        by=world.coordinator,
    )


def test_exclusions_and_granted_claims_stand_in_a_table(world: World) -> None:
    published(world)
    # Recorded behind the publication, as an old campaign may hold it: the paper prints what stands on the rows.
    Campaign.objects.filter(pk=world.campaign.pk).update(status="open", published_at=None)
    world.campaign.refresh_from_db()
    exclude(world, "1.2", "G_XA", "không có nhiệm vụ được giao")
    exclude(world, "1.2.2", "23497", "không có địa bàn tuyên truyền")
    table = tables(document(world))["Bảng 2. Tiêu chí không áp dụng"]
    assert [row[:4] for row in table.rows] == [
        ("1", "1.2. Nhiệm vụ được giao", "3", "Không có nhiệm vụ được giao."),
        ("2", "1.2.2. Hình thức tuyên truyền", "2", "Không có địa bàn tuyên truyền."),
        ("3", "3. Văn hóa công sở", "2", "Không có trụ sở riêng."),
    ]
    assert table.rows[0][4] == "Chủ tịch UBND huyện"
    assert table.rows[2][4].startswith("Thẩm định chấp thuận đề nghị của đơn vị: Cán bộ coordinator, ")
    assert table.total == ("", "Tổng cộng", "7", "", "")
    opening = next(
        block
        for block in document(world).sections[0].blocks
        if isinstance(block, Paragraph) and "không áp dụng" in block.spans[0].text
    )
    assert opening.spans[0].text.startswith("Có 03 tiêu chí không áp dụng đối với xã Tân Lập, tương ứng 7 điểm")
    assert opening.leads


def test_a_unit_to_which_everything_applies_has_no_such_table(kon_ray: KonRay) -> None:
    paper = analysis_of(kon_ray.result, kon_ray.children)
    assert "Bảng 2. Tiêu chí không áp dụng" not in tables(paper)
    children = next(block for block in paper.sections[1].blocks if isinstance(block, Table))
    assert children.caption == "Bảng 5. Tổng hợp kết quả"


def test_the_table_is_printed(world: World) -> None:
    published(world)
    text = " ".join(page_texts(as_pdf(document(world))))
    assert "Bảng 2. Tiêu chí không áp dụng" in text
    assert "Không có trụ sở riêng." in text
