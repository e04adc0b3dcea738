"""The detector of a knowledge base: trained once for the sentences that it is made of, and kept beside them."""

from __future__ import annotations

from collections import deque
from operator import is_
from threading import Lock

import numpy as np

from bot.knowledge import Emergency, KnowledgeBase
from bot.language import Language
from bot.matching.corpus import take_apart
from bot.matching.fitting import concept_words
from bot.matching.linear import train
from bot.matching.sentences import Columns, words_of
from bot.safety.detector import TRAINING, Detector, parts

ORDINARY = 25_000  # ways of asking for ordinary things that the sentences are told apart from, at most
KEPT = 4  # detectors remembered: one process seldom knows more than one set of sentences

_made: deque[tuple[tuple[Emergency, ...], Detector]] = deque(maxlen=KEPT)
_making = Lock()


def watch(knowledge: KnowledgeBase) -> Detector:
    """The detector of ``knowledge``; what people taught since does not change it."""
    found = _known(knowledge)
    if found is None:
        with _making:
            found = _known(knowledge) or use(knowledge, train_detector(knowledge))
    return found


def _known(knowledge: KnowledgeBase) -> Detector | None:
    for emergencies, detector in tuple(_made):
        if len(emergencies) == len(knowledge.emergencies) and all(map(is_, emergencies, knowledge.emergencies)):
            return detector
    return None


def use(knowledge: KnowledgeBase, detector: Detector) -> Detector:
    """From now on ``watch`` gives this detector, such as one that was kept on disk."""
    _made.append((knowledge.emergencies, detector))
    return detector


def train_detector(knowledge: KnowledgeBase, *, skip: int = 0, of: int = 1) -> Detector:
    """Separates each topic's sentences from the calm ones, from the other topics', and from ordinary ways of asking.

    With ``of`` > 1 every ``of``-th ordinary way of asking, from the ``skip``-th on, is left out, and can be judged.
    """
    emergencies = knowledge.emergencies
    topics = tuple(emergency.topic for emergency in emergencies)
    if not topics:
        nothing = np.zeros((1, 0), np.float32)
        return Detector((), Columns({}, np.zeros(0), 0.0, {}, {}), nothing, nothing[0], nothing[0], nothing[0])
    sentences = [
        (text, place if alarm else -1)
        for place, emergency in enumerate(emergencies)
        for alarm, told in ((True, emergency.alarm), (False, emergency.calm))
        for language in Language
        for text in told[language]
    ]
    texts = [text for text, _ in sentences] + _ordinary(knowledge, skip, of)
    columns, rows = take_apart(map(words_of, texts), *concept_words(knowledge.cues)).fit()
    belongs = np.zeros((len(texts), len(topics)), np.bool_)
    for row, (_, place) in enumerate(sentences):
        belongs[row, place] |= place >= 0
    sure, likely, possible = (
        np.array(thresholds, np.float32)
        for thresholds in zip(*((each.sure, each.likely, each.possible) for each in emergencies), strict=True)
    )
    return Detector(topics, columns, train(rows, belongs, TRAINING), sure, likely, possible)


def _ordinary(knowledge: KnowledgeBase, skip: int, of: int) -> list[str]:
    """Ways of asking for what is no emergency, evenly from all topics; and what people really wrote, at length, who
    had read nothing of these: the calibration set."""
    urgent = {emergency.topic for emergency in knowledge.emergencies}
    found = [variant.text for variant in knowledge.variants() if variant.entry not in urgent]
    kept = [text for number, text in enumerate(found) if of == 1 or number % of != skip]
    calm = (asked.text for asked in knowledge.calibration if asked.kind != "urgent")
    written = [" ".join(part) for text in calm for part in parts(text)]  # judged by its parts, so told apart by them
    return [*kept[:: -(-len(kept) // ORDINARY) or 1], *written]
