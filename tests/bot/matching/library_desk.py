"""What people ask at a library's desk: a few dozen variants, which train in milliseconds."""

from __future__ import annotations

from bot.language import Language
from bot.matching.model import Model, build

ASKED: dict[str, dict[Language, tuple[str, ...]]] = {
    "hours": {
        Language.NB: ("når åpner biblioteket", "hva er åpningstidene", "er biblioteket åpent på søndag",
                      "når stenger biblioteket i dag"),
        Language.EN: ("when does the library open", "what are the opening hours", "is the library open on sunday",
                      "when does the library close today"),
    },
    "renew": {
        Language.NB: ("kan jeg forlenge lånet mitt", "jeg rekker ikke å levere boka i tide",
                      "hvordan forlenger jeg lånet", "kan jeg beholde boka lenger"),
        Language.EN: ("can I renew my loan", "I cannot return the book in time", "how do I renew a loan",
                      "may I keep the book longer"),
    },
    "card": {
        Language.NB: ("jeg har mistet lånekortet", "lånekortet mitt er borte", "hvordan får jeg nytt lånekort",
                      "må jeg ha lånekort"),
        Language.EN: ("I lost my library card", "my library card is gone", "how do I get a new library card",
                      "do I need a library card"),
    },
    "room": {
        Language.NB: ("kan vi låne et grupperom", "hvordan bestiller jeg grupperom", "er noen grupperom ledige",
                      "vi trenger et rom til gruppa"),
        Language.EN: ("can we borrow a group room", "how do I book a group room", "are any group rooms free",
                      "we need a room for the group"),
    },
    "print": {
        Language.NB: ("hvor kan jeg skrive ut", "hva koster en utskrift", "skriveren virker ikke",
                      "kan jeg skrive ut i farger"),
        Language.EN: ("where can I print", "what does a printout cost", "the printer does not work",
                      "can I print in colour"),
    },
}  # fmt: skip

VARIANTS = [
    (text, label, language)
    for label, spoken in ASKED.items()
    for language, texts in spoken.items()
    for text in texts
]  # fmt: skip
TEXTS = [text for text, _, _ in VARIANTS]
LABELS = [label for _, label, _ in VARIANTS]
LANGUAGES = [language for _, _, language in VARIANTS]


def desk() -> Model:
    """A model of all of them."""
    return build(TEXTS, LABELS, languages=LANGUAGES)
