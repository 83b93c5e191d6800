"""The scoring methods by name. A new one is a class in a module of its own and a line here."""

from collections.abc import Mapping

from scoring.rules.leaf import Leaf
from scoring.rules.messages import Message, RuleError, RuleErrors
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.bands import Bands
from scoring.rules.methods.base import EdgeCase, Method, score_leaf
from scoring.rules.methods.change import Change
from scoring.rules.methods.choice import Choice
from scoring.rules.methods.conversion import Conversion
from scoring.rules.methods.count import Count
from scoring.rules.methods.information import Information
from scoring.rules.methods.peer import Peer
from scoring.rules.methods.points import Points
from scoring.rules.methods.ratio import Ratio
from scoring.rules.methods.survey import Survey
from scoring.rules.methods.weighted import Weighted

__all__ = ["METHODS", "EdgeCase", "Method", "build", "score_leaf"]

METHODS: dict[str, type[Method]] = {
    method.name: method
    for method in (
        Points,
        Choice,
        Bands,
        Ratio,
        Weighted,
        Count,
        Conversion,
        Change,
        Peer,
        Survey,
        Information,
    )
}


def build(name: str, params: Mapping[str, object], leaf: Leaf) -> Method:
    """The method of a leaf, ready to score.

    Raises: RuleErrors with all that is wrong with the params.
    """
    if name not in METHODS:
        raise RuleErrors([RuleError(Message(_("unknown method: %(value)s"), {"value": name}), at="method")])
    return METHODS[name].from_params(params, leaf)
