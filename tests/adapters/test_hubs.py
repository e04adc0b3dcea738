"""What the handlers of Slack and Teams share."""

from __future__ import annotations

import pytest

from adapters.chat.hub import languages, to_number
from adapters.chat.learned import instead
from bot.errors import InputError, SettingsError
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.messages import Choice, Text
from bot.proposing import Proposal
from bot.service.teaching import Examined


def test_a_workplace_is_spoken_to_in_its_own_language(knowledge: KnowledgeBase) -> None:
    workplaces = {"T1": "oslomet", "T2": "malmo"}

    assert languages("X", workplaces, {}, knowledge) == {"T1": Language.NN, "T2": Language.SV}


@pytest.mark.parametrize(("workplaces", "comms"), [({"T1": "lund"}, {}), ({}, {"lund": ("T1", "C1")})])
def test_an_organisation_that_is_none_is_told_with_its_setting(
    knowledge: KnowledgeBase, workplaces: dict[str, str], comms: dict[str, object]
) -> None:
    with pytest.raises(SettingsError, match="HANDBOK_X names lund; there are oslomet, malmo"):
        languages("HANDBOK_X", workplaces, comms, knowledge)


@pytest.mark.parametrize("text", ["", "x", "²", "1" * 16, "1.5"])
def test_a_number_that_is_none_is_refused(text: str) -> None:
    assert to_number("17") == 17
    with pytest.raises(InputError):
        to_number(text)


def test_what_is_too_much_like_something_known_may_be_added_there_by_a_press() -> None:
    refused = Examined(Proposal("oslomet", {}), None, (Text("For likt."),), (Choice("hashtag", "Legg til der"),))

    offered = instead("7", refused)

    assert offered is not None
    assert [(each.action, each.value) for each in offered.buttons] == [("add-there", "7/hashtag")]
    assert instead("7", Examined(refused.proposal, None, refused.told)) is None
