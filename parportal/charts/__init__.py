"""Charts as SVG: the same drawing for pages, PDF and Word files.

Pure functions: plain values in, finished elements out, cut into pieces that fit a page of paper. They stand on the
ground floor because pages of results (`scoring`) and papers (`reports/papers/charts.py`) both draw.
"""

from parportal.charts.bars import Bar, Threshold, bars
from parportal.charts.drawing import Frame, joined
from parportal.charts.heat import HeatRow, heat
from parportal.charts.pairs import Pair, pairs
from parportal.charts.trend import TrendPoint, trend

__all__ = [
    "Bar",
    "Frame",
    "HeatRow",
    "Pair",
    "Threshold",
    "TrendPoint",
    "bars",
    "heat",
    "joined",
    "pairs",
    "trend",
]
