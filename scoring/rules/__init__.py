"""How facts become points, points an index, and an index a grade and a rank.

Pure Python: values go in, values come out. Nothing here knows the database, the request or the language of
the reader. Points are Decimal, shares are exact fractions, and a number is rounded once: points at the leaf,
the index at its end. `docs/scoring.md` explains every rule with worked examples, which the tests run.

    messages   lines for a person, and what is wrong with an input
    settings   what a criteria set can say to a method
    limits     the limits that a number keeps to
    leaf       a scored criterion: its maximum, its rounding, its four states
    inputs     what a method asks for, and how answers are checked and kept
    methods    from answers to points, one module for each method
    knock_out  one leaf of 0 points that zeroes those beside it
    totals     from leaves to sums: groups, caps, rounding
    grading    from sums to index, grade and rank
    trail      what limits a grade: preconditions, caps, quota, council
"""

from scoring.rules.grading import GradeBand, RankRule, grade, index, index_of, rank
from scoring.rules.inputs import Answers, Input, Kind, Option, decode, encode
from scoring.rules.knock_out import KnockOut, knock_out
from scoring.rules.leaf import Leaf, LeafState, Outcome, Policy, RoundAt, Rounding, leaf_step
from scoring.rules.messages import Message, RuleError, RuleErrors, Value
from scoring.rules.methods import METHODS, EdgeCase, Method, build, score_leaf
from scoring.rules.methods.facts import DAYS_LATE
from scoring.rules.methods.sources import COUNTED, YEAR, Source, as_answer, sources_of
from scoring.rules.settings import FACT
from scoring.rules.totals import CountsAs, ExtraPoints, Group, LeafPoints, SectionTotals, SumRules, Totals, totals
from scoring.rules.trail import Contender, GradeStep, Ruling, StepKind, grade_after, grade_steps

__all__ = [
    "COUNTED",
    "DAYS_LATE",
    "FACT",
    "METHODS",
    "YEAR",
    "Answers",
    "Contender",
    "CountsAs",
    "EdgeCase",
    "ExtraPoints",
    "GradeBand",
    "GradeStep",
    "Group",
    "Input",
    "Kind",
    "KnockOut",
    "Leaf",
    "LeafPoints",
    "LeafState",
    "Message",
    "Method",
    "Option",
    "Outcome",
    "Policy",
    "RankRule",
    "RoundAt",
    "Rounding",
    "RuleError",
    "RuleErrors",
    "Ruling",
    "SectionTotals",
    "Source",
    "StepKind",
    "SumRules",
    "Totals",
    "Value",
    "as_answer",
    "build",
    "decode",
    "encode",
    "grade",
    "grade_after",
    "grade_steps",
    "index",
    "index_of",
    "knock_out",
    "leaf_step",
    "rank",
    "score_leaf",
    "sources_of",
    "totals",
]
