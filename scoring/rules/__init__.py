"""How facts become points, points an index, and an index a grade and a rank.

Pure Python: values go in, values come out. Nothing here knows the database, the request or the language of
the reader. Points are Decimal, shares are exact fractions, and a number is rounded once: points at the leaf,
the index at its end. `docs/scoring.md` explains every rule with worked examples, which the tests run.

    messages   lines for a person, and what is wrong with an input
    limits     the limits that a number keeps to
    leaf       a scored criterion: its maximum, its rounding, its four states
    inputs     what a method asks for, and how answers are checked and kept
    methods    from answers to points, one module for each method
    totals     from leaves to sums
    grading    from sums to index, grade and rank
"""

from scoring.rules.grading import GradeBand, RankRule, grade, index, rank
from scoring.rules.inputs import Answers, Input, Kind, Option, decode, encode
from scoring.rules.leaf import Leaf, LeafState, Outcome, Policy, Rounding
from scoring.rules.messages import Message, RuleError, RuleErrors, Value
from scoring.rules.methods import METHODS, Method, build, score_leaf
from scoring.rules.totals import CountsAs, LeafPoints, SectionTotals, Totals, totals

__all__ = [
    "METHODS",
    "Answers",
    "CountsAs",
    "GradeBand",
    "Input",
    "Kind",
    "Leaf",
    "LeafPoints",
    "LeafState",
    "Message",
    "Method",
    "Option",
    "Outcome",
    "Policy",
    "RankRule",
    "Rounding",
    "RuleError",
    "RuleErrors",
    "SectionTotals",
    "Totals",
    "Value",
    "build",
    "decode",
    "encode",
    "grade",
    "index",
    "rank",
    "score_leaf",
    "totals",
]
