"""Scoring methods explained in words, for people who read a criteria set."""

from __future__ import annotations

from parportal.display import message
from scoring.rules import Method


def in_words(method: Method) -> tuple[str, ...]:
    """How a leaf is scored, line by line; the policies only where they differ from leaving the leaf out."""
    return tuple(message(line) for line in (*method.words(), *method.policies()))
