"""Explanation lines as the portal prints them, without the portal."""

from decimal import Decimal

from scoring.rules import Message, Value


def printed(message: Message | None) -> str:
    """The line with a decimal comma; `points` keep two decimals, other numbers drop trailing zeros."""
    if message is None:
        return ""
    places = {name: _shown(name, value) for name, value in message.values.items()}
    return message.text % (places | {name: printed(term) for name, term in message.terms.items()})


def _shown(name: str, value: Value) -> str:
    if isinstance(value, str):
        return value
    number = f"{value:.2f}" if name == "points" else f"{Decimal(value).normalize():f}"
    return number.replace(".", ",").replace("-", "−")
