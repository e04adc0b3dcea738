"""What the handlers of Slack and Teams share."""

from __future__ import annotations

import pytest

from adapters.chat.hub import languages, to_number
from bot.errors import InputError, SettingsError
from bot.knowledge import KnowledgeBase
from bot.language import Language


def test_a_workplace_is_spoken_to_in_its_own_language(knowledge: KnowledgeBase) -> None:
    workplaces = {"T1": "oslomet", "T2": "malmo"}

    assert languages("X", workplaces, {}, knowledge) == {"T1": Language.NN, "T2": Language.SV}


@pytest.mark.parametrize(("workplaces", "comms"), [({"T1": "lund"}, {}), ({}, {"lund": ("T1", "C1")})])
def test_an_organisation_that_is_none_is_told_with_its_setting(
    knowledge: KnowledgeBase, workplaces: dict[str, str], comms: dict[str, object]
) -> None:
    with pytest.raises(SettingsError, match="HANDBOK_X names lund; there are oslomet, malmo"):
        languages("HANDBOK_X", workplaces, comms, knowledge)


@pytest.mark.parametrize("text", ["", "x", "-1", "²", "1" * 16, "1.5"])
def test_a_number_that_is_none_is_refused(text: str) -> None:
    assert to_number("17") == 17
    with pytest.raises(InputError):
        to_number(text)
