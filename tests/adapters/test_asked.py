"""What forms ask people for is read the same on every platform."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.chat.forms import until
from bot.errors import InputError


def test_a_day_lasts_until_its_end() -> None:
    assert until("2027-12-31") == datetime(2027, 12, 31, 23, 59, tzinfo=UTC)
    assert until("") is None


@pytest.mark.parametrize("day", ["31.12.2027", "2027-02-30", "soon", "2027-12-31T10:00", "²"])
def test_a_day_that_is_none_is_told_with_how_to_write_one(day: str) -> None:
    with pytest.raises(InputError, match="write it as 2027-12-31"):
        until(day)
