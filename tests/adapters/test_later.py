"""What somebody waits for after a platform was answered: tried again a few times, and never lost without a word."""

from __future__ import annotations

import asyncio

import pytest

from adapters.chat import later
from adapters.chat.later import Later, insisting
from bot.errors import DeliveryError, UndeliverableError


class Platform:
    """Fails as told, then takes it."""

    def __init__(self, *fails: Exception) -> None:
        self.fails = list(fails)
        self.tries = 0

    async def send(self) -> str:
        self.tries += 1
        if self.fails:
            raise self.fails.pop(0)
        return "sent"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(later, "AGAIN", (0.0, 0.0, 0.0))


async def test_what_is_not_taken_is_sent_again() -> None:
    platform = Platform(DeliveryError("no"), DeliveryError("no", 0.01), DeliveryError("no"))

    assert await insisting(platform.send) == "sent"
    assert platform.tries == 4


async def test_what_is_never_taken_is_given_up() -> None:
    platform = Platform(*[DeliveryError("no")] * 9)

    with pytest.raises(DeliveryError):
        await insisting(platform.send)
    assert platform.tries == 4


@pytest.mark.parametrize(
    "error", [UndeliverableError("gone"), DeliveryError("later", later.LONGEST + 1)], ids=["for good", "for long"]
)
async def test_what_does_not_get_better_soon_is_sent_once(error: Exception) -> None:
    platform = Platform(error)

    with pytest.raises(type(error)):
        await insisting(platform.send)
    assert platform.tries == 1


async def test_what_the_end_of_the_server_cuts_off_is_told_to_the_operator(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(later, "ENDING", 0.01)
    work = Later()
    work.start(asyncio.Event().wait())  # type: ignore[arg-type]  # for ever
    await work.close()

    assert "1 things undone" in caplog.text
