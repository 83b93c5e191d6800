"""Questions about criteria: every unit of the campaign reads them with their answers, nobody else."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from parportal.entry.versions import StaleVersion
from scoring.actions.questions import LONGEST, answer_question, ask_question, change_question
from scoring.models import Campaign, Question, Share
from scoring.questions import question_counts
from scoring.workflow import MoveRefused
from tests.scoring.replacing import change, remove, replaced
from tests.world import World, person
from units.access import Role
from units.audit import Action
from units.models import AuditEvent, Notice

pytestmark = pytest.mark.any_database


@pytest.fixture(autouse=True)
def english(client: Client) -> Iterator[None]:
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


def ask(world: World, code: str = "2.1", text: str = "Tính cả văn bản cũ?", by: str = "officer_a") -> Question:
    unit = world.commune_a if by.endswith("_a") else world.commune_b
    criterion = world.criteria_set.criteria.get(code=code)
    return ask_question(campaign=world.campaign, criterion=criterion, unit=unit, text=text, by=world.people[by])


def told(kind: Notice.Kind) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


def test_a_question_goes_to_the_office_and_the_agency_and_its_answer_back(world: World) -> None:
    question = ask(world)
    assert told(Notice.Kind.ASKED) == {"coordinator", "justice_officer"}
    answer_question(question=question, answer="Có, cả văn bản cũ.", version=1, by=world.justice_officer)
    assert told(Notice.Kind.ANSWERED) == {"officer_a", "leader_a"}
    question.refresh_from_db()
    assert (question.answer, question.answered_by) == ("Có, cả văn bản cũ.", world.justice_officer)
    with pytest.raises(MoveRefused, match="answered meanwhile"):
        change_question(question=question, text="Khác", version=question.version, by=world.officer_a)


def test_an_answer_is_corrected_and_the_history_keeps_what_was_said(world: World) -> None:
    question = ask(world)
    answer_question(question=question, answer="Có", version=1, by=world.coordinator)
    with pytest.raises(StaleVersion):
        answer_question(question=question, answer="Không", version=1, by=world.justice_officer)
    answer_question(question=question, answer="Không", version=2, by=world.justice_officer)
    last = AuditEvent.objects.about(world.campaign).filter(action=Action.QUESTION_ANSWERED)[0]
    [correction] = last.changes.all()
    assert (correction.old, correction.new) == ("Có", "Không")


def test_who_neither_coordinates_nor_appraises_the_criterion_does_not_answer(world: World) -> None:
    question = ask(world, "1.1")
    for name in ("officer_a", "officer_b", "justice_officer", "district_leader", "outsider"):
        with pytest.raises(MoveRefused):
            answer_question(question=question, answer="Có", version=1, by=world.people[name])
    field = ask(world, "2")
    answer_question(question=field, answer="Có", version=1, by=world.justice_officer)


def test_only_units_of_an_open_campaign_ask_something(world: World) -> None:
    for name in ("justice_officer", "coordinator", "outsider", "officer_b"):
        with pytest.raises(MoveRefused):
            ask_question(
                campaign=world.campaign,
                criterion=world.criteria_set.criteria.get(code="1.1"),
                unit=world.commune_a,
                text="?",
                by=world.people[name],
            )
    for text in ("  ", "a" * (LONGEST + 1)):
        with pytest.raises(MoveRefused):
            ask(world, text=text)
    Campaign.objects.update(status="closed")
    world.campaign.refresh_from_db()
    with pytest.raises(MoveRefused, match="open"):
        ask(world)
    assert not Question.objects.exists()


def test_the_unit_puts_its_question_better_and_nobody_else(world: World) -> None:
    question = ask(world)
    change_question(question=question, text="Tính thế nào?", version=1, by=world.leader_a)
    with pytest.raises(StaleVersion):
        change_question(question=question, text="Lại khác", version=1, by=world.officer_a)
    with pytest.raises(MoveRefused):
        change_question(question=question, text="Lại khác", version=2, by=world.officer_b)
    question.refresh_from_db()
    assert (question.text, question.version) == ("Tính thế nào?", 2)


def test_all_units_of_the_campaign_read_them_and_no_outsider(world: World, login: Callable[[str], Client]) -> None:
    answer_question(question=ask(world), answer="Có, cả cũ.", version=1, by=world.coordinator)
    url = reverse("campaign_questions", args=[world.campaign.code])
    for name in ("officer_a", "officer_b", "justice_officer", "coordinator", "district_leader"):
        page = login(name).get(url).content.decode()
        for text in ("Tính cả văn bản cũ?", "Có, cả cũ.", "Xã Tân Lập"):
            assert text in page, name
        assert Question.objects.visible_to(world.people[name]).count() == 1
    for name in ("outsider", "administrator"):
        assert login(name).get(url).status_code == 404
        assert not Question.objects.visible_to(world.people[name]).exists()
    world.people["finance"] = person("finance", (Role.OFFICER, world.home_affairs))
    assert login("finance").get(url).status_code == 404
    Share.objects.create(
        sheet=world.sheet(world.commune_a),
        criterion=world.criteria_set.criteria.get(code="2"),
        unit=world.home_affairs,
        by=world.officer_a,
    )
    assert "Có, cả cũ." in login("finance").get(url).content.decode()
    assert Question.objects.visible_to(world.finance).count() == 1


def test_the_list_is_narrowed_by_criterion_by_answer_and_by_words(
    world: World, login: Callable[[str], Client]
) -> None:
    answer_question(question=ask(world, text="Hỏi một"), answer="Đáp", version=1, by=world.coordinator)
    ask(world, "1.2.1", "Hỏi hai", by="officer_b")
    url = reverse("campaign_questions", args=[world.campaign.code])
    client = login("officer_b")
    expected = {
        "?criterion=1": ["Hỏi hai"],
        "?criterion=1.1": [],
        "?criterion=2.1": ["Hỏi một"],
        "?criterion=nowhere": ["Hỏi một", "Hỏi hai"],
        "?state=unanswered": ["Hỏi hai"],
        "?q=tiến+độ": ["Hỏi hai"],
        "?q=ĐÁP": ["Hỏi một"],
        "?q=hoi+mot": ["Hỏi một"],
        "?q=2.1+dap": ["Hỏi một"],
        "?page=99": ["Hỏi một", "Hỏi hai"],
    }
    for query, texts in expected.items():
        page = client.get(url + query).content.decode()
        for text in ("Hỏi một", "Hỏi hai"):
            assert (text in page) == (text in texts), (query, text)
    assert question_counts(world.campaign) == {
        world.criteria_set.criteria.get(code=code).pk: 1 for code in ("2.1", "1.2.1")
    }


def test_asking_changing_and_answering_on_the_pages(world: World, login: Callable[[str], Client]) -> None:
    code = world.campaign.code
    client = login("officer_a")
    asked = client.post(reverse("campaign_question_ask", args=[code]), {"criterion": "2.1", "text": "Tính sao?"})
    question = Question.objects.get()
    assert asked.headers["Location"].endswith(f"#question-{question.pk}")
    assert client.post(reverse("campaign_question_ask", args=[code]), {"criterion": "2.1"}).status_code == 422
    change_url = reverse("campaign_question_change", args=[code, question.pk])
    assert client.post(change_url, {"text": "Tính thế nào?", "version": 1}).status_code == 302
    client = login("justice_officer")
    answer_url = reverse("campaign_question_answer", args=[code, question.pk])
    stale = client.post(answer_url, {"text": "Như năm ngoái", "version": 1})
    assert stale.status_code == 409
    page = stale.content.decode()
    assert "Tính thế nào?" in page
    assert "Như năm ngoái" in page
    assert 'value="2"' in page
    assert client.post(answer_url, {"text": "Như năm ngoái", "version": 2}).status_code == 302
    question.refresh_from_db()
    assert question.answer == "Như năm ngoái"


def test_many_questions_cost_no_more_queries(world: World, login: Callable[[str], Client]) -> None:
    client = login("coordinator")
    url = reverse("campaign_questions", args=[world.campaign.code])
    ask(world)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for code in ("1.1", "1.2.1", "3"):
        ask(world, code, by="officer_b")
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few) <= 12


def test_questions_follow_a_replaced_set_or_stay_with_what_is_no_more(
    world: World, login: Callable[[str], Client]
) -> None:
    kept, gone = ask(world, "1.1", "Hỏi một"), ask(world, "2.2", "Hỏi hai")
    replaced(world, change("1.1", title="Kế hoạch năm"), remove("2.2"))
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.criterion.criteria_set.version, gone.criterion.criteria_set.version) == (2, 1)
    page = login("officer_b").get(reverse("campaign_questions", args=[world.campaign.code])).content.decode()
    assert "Hỏi một" in page
    assert "Hỏi hai" in page
