"""The decision that issues a criteria set, with the whole set as its annex."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.text import capfirst
from django.utils.translation import override

from reports.basis import Basis
from reports.documents import Annex, Column, Document, Section, Table
from reports.papers.frames import Text, framed
from reports.papers.grounds import (
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
from reports.papers.wording import DOCUMENT_LANGUAGE, all_of, committee, count, in_text, points, sentence
from reports.text.narrative import as_text
from scoring.assignments import agencies_by_leaf, assigned
from scoring.method_words import in_words
from scoring.models import IMPORTED, Campaign, CriteriaSet
from scoring.rules import CountsAs, RuleErrors
from scoring.tree import Node, Tree
from units.models import Function, Unit

FUNCTIONS = {
    Function.HOME_AFFAIRS: "Cơ quan nội vụ",
    Function.JUSTICE: "Cơ quan tư pháp",
    Function.OFFICE: "Văn phòng",
    Function.FINANCE: "Cơ quan tài chính",
    Function.CULTURE_INFORMATION: "Cơ quan văn hóa, thông tin",
}
SURVEY = "Điều tra xã hội học"
KNOCK_OUT = "Điểm liệt: một tiêu chí thành phần 0 điểm thì cả tiêu chí 0 điểm."


def criteria_set_of(basis: Basis) -> Document:
    """Raises: NoPaper."""
    campaign = basis.of_campaign
    criteria_set = campaign.criteria_set
    issuer = criteria_set.issuer
    tree = Tree.of(criteria_set)
    agency = home_affairs(issuer, campaign.year)
    scored = all_of(Unit.objects.filter(results__campaign=campaign))
    title = criteria_set.title.strip().rstrip(".")
    frame = set_bases(criteria_set.frame) if criteria_set.frame else ()
    text = Text(
        type_name="QUYẾT ĐỊNH",
        abbreviation="QĐ",
        abstract=f"Ban hành {title}",
        by_authority=authority(issuer),
        bases=(*law(issuer), *frame, proposal(agency)),
        opening=(),
        ruling="QUYẾT ĐỊNH:",
        sections=tuple(articles(tree, scored, issuer, agency)),
        closing="",
        signing=chair(issuer),
        annexes=(Annex(title.upper(), (criteria_table(tree, campaign),), landscape=True, key="criteria"),),
        recipients=recipients(issuer, 4),
        keywords=("cải cách hành chính", "bộ tiêu chí", str(campaign.year), criteria_set.code),
    )
    return framed(issuer, text)


def articles(tree: Tree, scored: str, issuer: Unit, agency: Unit | None) -> Iterator[Section]:
    title = tree.criteria_set.title.strip().rstrip(".")
    advising = agency.name if agency else "Cơ quan nội vụ"
    yield Section(
        "", key="articles.issue", text=f"Ban hành kèm theo Quyết định này {as_text(title)}. {contents(tree)}"
    )
    duties = (
        (
            "units",
            (
                f"{capfirst(bodies(scored))} tự đánh giá, chấm điểm theo Bộ tiêu chí, cung cấp đầy đủ tài "
                "liệu kiểm chứng và chịu trách nhiệm về kết quả tự chấm điểm."
            ),
        ),
        ("agencies", "Các cơ quan nêu tại Phụ lục thẩm định các tiêu chí được giao theo thời hạn quy định."),
        (
            "home-affairs",
            f"{advising} theo dõi, đôn đốc, tổng hợp kết quả, tham mưu {committee(issuer)} công bố theo quy định.",
        ),
    )
    yield Section(
        "",
        key="articles.duties",
        text="Trách nhiệm của các cơ quan, đơn vị:",
        sections=tuple(Section("", key=f"articles.duties.{key}", text=text) for key, text in duties),
    )
    yield Section("", key="articles.effect", text="Quyết định này có hiệu lực kể từ ngày ký.")
    yield Section("", key="articles.execution", text=execution(issuer, agency, scored))


def contents(tree: Tree) -> str:
    """How large the set is, in a sentence."""
    base = [node for node in tree.nodes if node.criterion.counts_as == CountsAs.BASE.value]
    fields = sum(node.depth == 1 for node in base)
    leaves = sum(node.is_leaf for node in base)
    text = (
        f"Bộ tiêu chí gồm {count(fields)} lĩnh vực, {count(leaves)} tiêu chí, tiêu chí thành phần được chấm điểm; "
        f"tổng điểm tối đa là {points(tree.criteria_set.total_points)} điểm"
    )
    if tree.criteria_set.has_extras:
        text += ", ngoài ra có điểm thưởng, điểm trừ"
    return f"{text} (chi tiết tại Phụ lục kèm theo)."


def criteria_table(tree: Tree, campaign: Campaign) -> Table:
    """Every criterion in reading order; those of a depth that holds others in bold."""
    by_leaf = agencies_by_leaf(assigned(campaign), tree)
    agencies = Unit.objects.in_bulk({pk for pk in by_leaf.values() if pk})
    # What a method does is said by its messages, which follow the language of the reader.
    with override(DOCUMENT_LANGUAGE):
        rows = tuple(row_of(node, tree.criteria_set, by_leaf, agencies) for node in tree.nodes)
    return Table(
        caption="",
        columns=(
            Column("Mã", 6),
            Column("Lĩnh vực, tiêu chí, tiêu chí thành phần", 23, numeric=False),
            Column("Điểm tối đa", 6),
            Column("Cách chấm điểm", 44, numeric=False),
            Column("Tài liệu kiểm chứng", 8, numeric=False),
            Column("Cơ quan thẩm định", 13, numeric=False),
        ),
        rows=rows,
        total=("", "Tổng điểm tối đa", points(tree.criteria_set.total_points), "", "", ""),
        strong=frozenset(place for place, node in enumerate(tree.nodes) if node.depth == 1),
        name="criteria",
    )


def row_of(
    node: Node, criteria_set: CriteriaSet, by_leaf: Mapping[int, int | None], agencies: Mapping[int, Unit]
) -> tuple[str, ...]:
    criterion = node.criterion
    head = (criterion.code, f"{criterion.title}{extra(node)}", points(criterion.max_points))
    if not node.is_leaf:
        said = [KNOCK_OUT if criterion.knock_out else "", sentence(criterion.guidance)]
        return *head, " ".join(filter(None, said)), "", ""
    lines = (*method_words(node, criteria_set), criterion.guidance)
    words = [line if line.endswith(":") else sentence(line) for line in lines if line]
    return (
        *head,
        " ".join(words),
        "Bắt buộc" if criterion.evidence_required else "",
        SURVEY if criterion.method in IMPORTED else appraiser(node, by_leaf, agencies),
    )


def extra(node: Node) -> str:
    """That a criterion stands outside the maximum, at the topmost one of its kind."""
    kinds = {CountsAs.BONUS.value: " (điểm thưởng)", CountsAs.PENALTY.value: " (điểm trừ)"}
    above = node.parent
    if above is not None and above.counts_as == node.criterion.counts_as:
        return ""
    return kinds.get(node.criterion.counts_as, "")


def method_words(node: Node, criteria_set: CriteriaSet) -> tuple[str, ...]:
    try:
        return in_words(node.criterion.scoring_method(criteria_set))
    except RuleErrors:
        return ()  # a draft may hold such a row; the editor of the set says what is wrong


def appraiser(node: Node, by_leaf: Mapping[int, int | None], agencies: Mapping[int, Unit]) -> str:
    """The agency that the campaign assigns; before that the function that the set proposes."""
    pk = by_leaf[node.criterion.pk]
    if pk is not None:
        return in_text(agencies[pk])
    function = next((each.function for each in (node.criterion, *reversed(node.path)) if each.function), "")
    return FUNCTIONS.get(Function(function), "") if function else ""
