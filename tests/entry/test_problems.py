import pytest
from django.utils.translation import gettext_lazy

from parportal.entry.problems import EntryProblem, ImportProblem, ImportProblems, ProblemLog


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (ImportProblem("criteria", "D7", "abc", "Not a number."), 'criteria!D7 "abc": Not a number.'),
        (ImportProblem("criteria", "D7", "", "Empty."), "criteria!D7: Empty."),
        (ImportProblem("criteria", "", "", "Missing."), "criteria: Missing."),
        (ImportProblem("", "", "a.xlsx", "Damaged."), '"a.xlsx": Damaged.'),
        (ImportProblem("", "", "", "Damaged."), "Damaged."),
        (ImportProblem("s", "A1", "two\nlines", "Bad."), 's!A1 "two lines": Bad.'),
    ],
)
def test_a_problem_is_one_line(problem: ImportProblem, line: str) -> None:
    assert str(problem) == line


def test_all_problems_are_raised_at_once_each_one_time_in_order() -> None:
    log = ProblemLog()
    log.raise_if_any()
    for cell in ("B2", "A1", "B2"):
        log.add(sheet="s", cell=cell, value="x", reason=gettext_lazy("Bad."))
    assert len(log) == 2
    with pytest.raises(ImportProblems) as raised:
        log.raise_if_any()
    assert [problem.cell for problem in raised.value.problems] == ["B2", "A1"]
    assert raised.value.problems == tuple(log)
    assert len(str(raised.value).splitlines()) == 2


def test_a_percent_sign_in_a_plain_message_stays() -> None:
    assert str(EntryProblem("over 100 % of it")) == "over 100 % of it"
    assert str(EntryProblem("over %(limit)s %%", {"limit": 100})) == "over 100 %"
