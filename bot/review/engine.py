"""review(): a draft through every room, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.errors import InputError
from bot.knowledge import Organisation
from bot.language import Language
from bot.review import frames, lexical, text, together
from bot.review.compiled import CompiledRule, Scene
from bot.review.detectors import DETECTORS, PERSONAL
from bot.review.findings import MAX_QUESTIONS, Asking, Review, RuleId, Severity, Sighting, Verdict
from bot.review.languages import Voters, draft_language, paragraph_languages
from bot.review.masking import mask
from bot.review.mending import mend
from bot.review.phrasing import phrase
from bot.review.rulebook import CompiledQuestion, Rulebook
from bot.review.rules import Platform
from bot.review.selecting import Seen, choose, merge
from bot.review.spelling import Speller
from bot.review.words import tokenize

MAX_READ = 200_000  # code points; of a longer draft only the beginning is read, and the review says so


def review(
    draft: str,
    *,
    organisation: Organisation,
    platform: Platform | None = None,
    rules: Rulebook,
    speller: Speller | None = None,
    reply: Language | None = None,
) -> Review:
    """What the rules see in ``draft``, in the language ``reply``: by default the draft's own, else the organisation's.

    Raises InputError for a draft without any visible character.
    """
    scene = set_scene(draft[:MAX_READ], organisation, platform, rules, speller)
    if not scene.text.cased.strip():
        raise InputError("The draft is empty; give the text that you want to publish.")
    wording = reply or scene.language or organisation.language
    personal = _personal(scene, rules)
    masked = mask(scene.text.original, personal)
    seen = merge(_everything(scene, rules, personal))
    shown = choose(seen)
    verdict = _verdict(seen)
    return Review(
        verdict=verdict,
        summary=rules.phrase(verdict, wording),
        language=scene.language,
        findings=tuple(phrase(each, scene, masked, wording) for each in shown),
        questions=tuple(_questions(scene, rules, {each.compiled.rule.id for each in seen}, wording)),
        hidden=len(seen) - len(shown),
        notes=tuple(_notes(draft, scene, rules, wording)),
        improved=mend(
            draft,
            [each.sighting for each in seen if each.severity is Severity.STOP],
            [each.sighting for each in seen],
            masked,
        ),
    )


def cover(text: str, *, organisation: Organisation, rules: Rulebook, speller: Speller | None = None) -> str:
    """``text`` with the personal data in it dotted out, equally long; what stands beyond MAX_READ is left out."""
    scene = set_scene(text[:MAX_READ], organisation, None, rules, speller)
    return mask(scene.text.original, _personal(scene, rules)).masked


def set_scene(
    draft: str, organisation: Organisation, platform: Platform | None, rules: Rulebook, speller: Speller | None
) -> Scene:
    """The draft with all that detectors ask about it."""
    read = text.read(draft)
    tokens = tuple(tokenize(read.cased, read.marks))
    voters = Voters(speller, rules.words, organisation)
    language = draft_language(tokens, voters)
    return Scene(
        text=read,
        organisation=organisation,
        platform=platform,
        words=rules.words,
        speller=speller,
        language=language,
        paragraphs=paragraph_languages(tokens, read.marks, language, voters),
        negations=rules.negations,
        tokens=tokens,
        lexicon=rules.lexicon,
        own=tuple(found.span() for found in rules.own[organisation.id].finditer(read.lower)),
    )


def _personal(scene: Scene, rules: Rulebook) -> list[Sighting]:
    return list(_sightings(rules.compiled[PERSONAL], scene)) if PERSONAL in rules.compiled else []


def _everything(scene: Scene, rules: Rulebook, personal: Sequence[Sighting]) -> Iterator[Seen]:
    for compiled in rules.compiled.values():
        severity = rules.severity(compiled.rule, scene.organisation)
        if severity is None or not _applies(compiled, scene):
            continue
        sightings = personal if compiled.rule.id == PERSONAL else _sightings(compiled, scene)
        yield from (Seen(compiled, severity, sighting) for sighting in sightings)


def _applies(compiled: CompiledRule, scene: Scene) -> bool:
    rule = compiled.rule
    there = not rule.organisations or scene.organisation.id in rule.organisations
    return there and (not rule.platforms or (scene.platform is not None and scene.platform.id in rule.platforms))


def _sightings(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    if not any(name in scene.members for name in compiled.rule.settled):
        yield from lexical.sightings(compiled, scene)
        yield from together.combinations(compiled, scene)
        yield from frames.framed(compiled, scene)
    if compiled.rule.id in DETECTORS:
        yield from DETECTORS[compiled.rule.id].see(compiled, scene)


def _verdict(seen: Sequence[Seen]) -> Verdict:
    gravest = min((each.severity.rank for each in seen), default=Severity.TIP.rank)
    verdicts: tuple[Verdict, ...] = ("stop", "consider", "ready")  # as Severity is ordered
    return verdicts[gravest]


def _questions(scene: Scene, rules: Rulebook, found: set[RuleId], reply: Language) -> Iterator[Asking]:
    """What rules and cues ask, and then what the second opinion does, where nothing of the kind was said yet.

    Where all sounds harmless to it, no cue asks alone.
    """
    view = rules.opinion.of(scene.text.original)
    asked = [
        each
        for each in rules.questions
        if found.intersection(each.question.rules) or (not view.quiet and is_cued(each, scene))
    ]
    said = found | {each.question.about for each in asked}
    for theme in view.themes:
        if theme not in said:
            about = [each for each in rules.questions if each.question.about == theme]
            asked += [] if any(_is_settled(each, scene) for each in about) else about[:1]
    yield from (Asking(each.question.about, each.question.text[reply]) for each in asked[:MAX_QUESTIONS])


def is_cued(question: CompiledQuestion, scene: Scene) -> bool:
    """Whether a cue of the question stands in the draft, and nothing in it answers the question already."""
    whole = (0, len(scene.text.lower))
    if _is_settled(question, scene):
        return False
    if any(frames.spans(frame, scene) for frame in question.question.frames):
        return True
    return scene.has(question.cues, whole) and not scene.has(question.exceptions, whole)


def _is_settled(question: CompiledQuestion, scene: Scene) -> bool:
    return any(name in scene.members for name in question.question.settled)


def _notes(draft: str, scene: Scene, rules: Rulebook, reply: Language) -> Iterator[str]:
    if scene.language is None:
        yield rules.phrase("other-language", reply)
    if scene.speller is None:
        yield rules.phrase("no-speller", reply)
    elif scene.language in scene.speller.missing:
        yield rules.phrase("no-dictionary", reply)
    yield rules.phrase("not-judged", reply)
    if len(draft) > MAX_READ:
        yield rules.phrase("long-draft", reply)
