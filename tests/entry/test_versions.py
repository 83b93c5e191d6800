import pytest

from parportal.entry.versions import StaleVersion, check_version


@pytest.mark.parametrize("sent", [7, "7"])
def test_the_current_version_passes(sent: int | str) -> None:
    check_version(7, sent)


@pytest.mark.parametrize("sent", [6, 8, "6", "", None, "seven", "-7", "7.0", "\u0667", "\u00b2", "9" * 5000])
def test_any_other_version_is_stale_and_told_the_current_one(sent: int | str | None) -> None:
    with pytest.raises(StaleVersion) as stale:
        check_version(7, sent)
    assert stale.value.current == 7
    assert str(stale.value)


def test_a_stale_version_remembers_what_was_sent() -> None:
    with pytest.raises(StaleVersion) as stale:
        check_version(7, "5")
    assert stale.value.sent == 5
