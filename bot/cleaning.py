"""A person's words made fit to be kept as a way of asking: without greetings, thanks, and whoever they are about."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import regex

from bot.knowledge import Organisation
from bot.review import Rulebook
from bot.review.compiled import Scene
from bot.review.detectors import PERSONAL
from bot.review.engine import set_scene
from bot.review.marks import Span
from bot.review.personal import personal_data

GAP = "…"  # stands for what was taken out; the matcher reads it as no word
LONGEST = 200  # characters of a variant; longer ones are stories, of which the question is kept

_HELLO = (
    "hei(?:san|sann)?|heia|hallo|halla|hej(?:san)?|tjena|hi|hello|hey|dear|kjære|kära|god ?morg[eo]n|god (?:dag|kveld)|"
    "god ?kväll|good (?:morning|afternoon|evening)"
)
_EVERYONE = "alle(?: sammen)?|alla|allihopa?|der|på deg|på dykk|there|all|everyone|handbok|dere|kollegaer|…"
_THANKS = "(?:tusen|på forhånd|på førehand|many) (?:takk|thanks)|takk|tack|thanks|thank you"
_BYE = (
    "mvh|vh|(?:med )?(?:vennlig|venleg|vänlig|beste|bästa) (?:hilsen|helsing|hälsning)|(?:vänliga )?hälsningar|hilsen|"
    "helsing|(?:(?:best|kind|warm) )?regards|cheers"
)
_GREETING = regex.compile(rf"(?:{_HELLO})(?:\s+(?:{_EVERYONE}))*\s*(?:[,.!:;–-]+|$|(?=\s))\s*", regex.IGNORECASE)
_FAREWELL = regex.compile(
    rf"(?:^|(?<=[.!?,;…\n])|\s[–-])\s*(?:{_THANKS}|{_BYE})\b[^.?!\n]{{0,60}}[.!]*\s*$", regex.IGNORECASE
)
_SIGNATURE = regex.compile(r"(?:\n\s*|\s*[/–-]\s*)(?:\p{Lu}[\p{L}'-]+|…)(?: (?:\p{Lu}[\p{L}'-]+|…)){0,2}\s*$")
_INTRODUCTION = regex.compile(
    r"(?i:\b(?:jeg|eg|jag) he(?:ter|iter)|\bmitt na(?:v|m)n (?:er|är)|\bna(?:v|m)net mitt er|\bmy name is)"
    r"\s+(\p{Lu}[\p{L}'-]+(?: \p{Lu}[\p{L}'-]+){0,3})"
)
_CAPITALISED = regex.compile(r"(?<!\w)\p{Lu}[\p{L}'-]+")
_SURNAMES = regex.compile(r"(?: (?:(?:von|af|van|de|al|el) )?\p{Lu}[\p{L}'-]+){1,3}")
_NUMBER = regex.compile(r"\+?\d[\d .-]{3,}\d")  # of five characters or more; years and small numbers stay
_MENTION = regex.compile(r"<@[^>\s]*>|(?<![\w.])@\w[\w.-]*")


def clean(text: str, organisation: Organisation, rules: Rulebook) -> str:
    """``text`` as a way of asking, people and their data masked as “…”; empty where nothing is left."""
    masked = masked_text(text, organisation, rules)
    before = ""
    while before != masked:
        before = masked
        masked = _SIGNATURE.sub("", masked).strip()
        masked = _FAREWELL.sub("", masked).strip()
    if greeted := _GREETING.match(masked):
        masked = masked[greeted.end() :]
    masked = " ".join(_question(masked).split())
    return masked[:1].upper() + masked[1:] if any(map(str.isalnum, masked)) else ""


def masked_text(text: str, organisation: Organisation, rules: Rulebook) -> str:
    """``text`` without people and their data, as /checkpost knows them, and without control characters."""
    plain = printable(text)
    scene = set_scene(plain, organisation, None, rules, None)
    parts: list[str] = []
    last = 0
    for start, end in sorted(_secrets(scene, rules)):
        if end > last:
            parts += [plain[last : max(start, last)], GAP if start >= last else ""]
            last = end
    return "".join([*parts, plain[last:]])


def printable(text: str) -> str:
    """``text`` composed, without control characters and lone surrogates; line breaks stay."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(c for c in composed if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn"})


def _secrets(scene: Scene, rules: Rulebook) -> Iterator[Span]:
    """What is to be taken out, as places of the draft as it was given; in no order."""
    if PERSONAL in rules.compiled:
        for sighting in personal_data(rules.compiled[PERSONAL], scene):
            yield from ((start, end) for start, end, _ in sighting.secret)
    cased = scene.text.cased
    spots = [*_people(scene), *scene.text.marks.emails]
    spots += [found.span(1) for found in _INTRODUCTION.finditer(cased)]
    spots += [found.span() for pattern in (_NUMBER, _MENTION) for found in pattern.finditer(cased)]
    yield from (scene.text.places(*spot) for spot in spots)


def _people(scene: Scene) -> Iterator[Span]:
    """Given names, each with the capitalised words after it; also where another capitalised word stands before it."""
    for found in _CAPITALISED.finditer(scene.text.cased):
        given = regex.split("-", found.group())[0].lower()
        if given in scene.words.given_names and not scene.is_own(*found.span()):
            surnames = _SURNAMES.match(scene.text.cased, found.end())
            yield found.start(), surnames.end() if surnames else found.end()


def _question(text: str) -> str:
    """Of a long story the sentences that ask; else its beginning."""
    if len(text) <= LONGEST:
        return text
    asking = [part.strip() for part in regex.split(r"(?<=[.!?])\s+|\n+", text) if part.strip().endswith("?")]
    kept = " ".join(asking) or text
    return kept if len(kept) <= LONGEST else kept[:LONGEST].rsplit(" ", 1)[0]
