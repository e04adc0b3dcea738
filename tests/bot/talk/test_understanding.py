"""Talk about the talk is understood in every language, and no question is ever taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.talk import (
    CheckThis,
    Meant,
    No,
    NoneOfThese,
    Person,
    Pick,
    Speak,
    Talk,
    WhoSees,
    Wrong,
    Yes,
    understand,
)

SAID: list[tuple[str, Talk]] = [
    ("ja", Yes()),
    ("Ja takk!", Yes()),
    ("japp", Yes()),
    ("Jaudå", Yes()),
    ("ja, det stämmer", Yes()),
    ("yes please", Yes()),
    ("nei", No()),
    ("Nei takk", No()),
    ("nä", No()),
    ("no thanks", No()),
    ("2", Pick(2)),
    ("2.", Pick(2)),
    ("nr 2", Pick(2)),
    ("nr. 2 takk", Pick(2)),
    ("den andre", Pick(2)),
    ("den siste", Pick(-1)),
    ("jeg mener den første", Pick(1)),
    ("den andra", Pick(2)),
    ("jag väljer den tredje", Pick(3)),
    ("the second one", Pick(2)),
    ("option two please", Pick(2)),
    ("alternativ 3", Pick(3)),
    ("ingen av dem", NoneOfThese()),
    ("Ingen av desse", NoneOfThese()),
    ("inget av dessa", NoneOfThese()),
    ("none of these", NoneOfThese()),
    ("noe helt annet", NoneOfThese()),
    ("feil svar", Wrong()),
    ("det var ikke det jeg spurte om", Wrong()),
    ("Det var ikkje det eg spurde om.", Wrong()),
    ("nä du fattade helt fel", Wrong()),
    ("that's not what I asked", Wrong()),
    ("jeg mente kontoen til biblioteket", Meant("kontoen til biblioteket")),
    ("nei, jeg mente på Instagram, ikke Facebook", Meant("på Instagram, ikke Facebook")),
    ("I meant our own page", Meant("our own page")),
    ("takk, men gjelder det også vikarer?", Meant("gjelder det også vikarer?")),
    ("jeg vil snakke med et menneske", Person()),
    ("kan du ikkje berre setje meg over til eit levande menneske", Person()),
    ("Kan jag få prata med en riktig människa?", Person()),
    ("can I talk to a real person please", Person()),
    ("jeg vil snakke med et mennekse", Person()),
    ("kan sjefen min se hva jeg spør om?", WhoSees()),
    ("hvem kan se det jeg skriver her?", WhoSees()),
    ("kven ser kva eg skriv her", WhoSees()),
    ("ser chefen vad jag skriver", WhoSees()),
    ("who can see this?", WhoSees()),
    ("er dette anonymt?", WhoSees()),
    ("hva vet du om meg?", WhoSees()),
    ("kan du sjekke innlegget mitt?", CheckThis()),
    ("kan vi legge ut dette?", CheckThis()),
    ("kan du kolla mitt inlägg?", CheckThis()),
    ("can you check my post", CheckThis()),
    ("check this: We won the cup!", CheckThis("We won the cup!")),
    ("Kan du sjekke dette:\nHei, vi åpner i morgen!", CheckThis("Hei, vi åpner i morgen!")),
    ("svar på engelsk", Speak(Language.EN)),
    ("kan du svare på nynorsk?", Speak(Language.NN)),
    ("på svenska tack", Speak(Language.SV)),
    ("in English please", Speak(Language.EN)),
    ("svar på engelsk: må jeg bruke fullt navn?", Speak(Language.EN, "må jeg bruke fullt navn?")),
    ("bokmål", Speak(Language.NB)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "act"), SAID, ids=[text[:40] for text, _ in SAID])
def test_what_is_said_about_the_talk_is_understood(text: str, act: Talk) -> None:
    assert understand(text) == act


@pytest.mark.parametrize(
    "text",
    [
        "",
        "👍",
        "?",
        "ja men kan jeg skrive om kollegaen min da",
        "nei jeg vil ikke dele innlegget",
        "kan sjefen min bestemme hva jeg skriver på Facebook?",
        "hvem kan se innlegget mitt på LinkedIn",
        "to innlegg på samme dag",
        "hvordan sjekker jeg innlegget før jeg legger det ut",
        "er det feil å slette et innlegg",
        "skal vi svare på engelsk på Facebook?",
        "jeg mener noe om skolepolitikk",
        "Det gjelder Instagram-kontoen vår",
        "vem ser det jag skriver i en sluten grupp",
        "takk men",
    ],
)
def test_a_question_is_none_of_it(text: str) -> None:
    assert understand(text) is None


def test_no_way_of_asking_that_the_knowledge_has_is_taken_for_it(knowledge: KnowledgeBase) -> None:
    asked = [
        (topic.id, text)
        for topic in [*knowledge.entries, *knowledge.handoffs]
        for language in Language
        for text in topic.questions[language]
    ]

    taken = [(topic, text, act) for topic, text in asked if (act := understand(text)) is not None]

    # who asks whom to ask, and says that it should be a person, is offered one
    assert [each for each in taken if each[0] != "whom-to-ask" or each[2] != Person()] == []


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    understand(text)


@given(st.sampled_from(SAID), st.sampled_from(["hei, ", "ok ", "Hej! ", "please "]))
def test_courtesy_before_it_changes_nothing(said: tuple[str, Talk], courtesy: str) -> None:
    assert understand(courtesy + said[0]) == said[1]
