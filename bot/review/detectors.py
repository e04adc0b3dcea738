"""Which rule has code of its own, and what that code asks of the rule's YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.review.accessible import accessible
from bot.review.compiled import CompiledRule, Scene
from bot.review.craft import internal_links, no_hashtag, nobody_speaks, nothing_to_answer, picture
from bot.review.dates import wrong_weekdays
from bot.review.findings import RuleId, Sighting
from bot.review.links import heavy, links
from bot.review.misspelling import spelling
from bot.review.personal import personal_data
from bot.review.platforms import too_long
from bot.review.tone import floods, rage


@dataclass(frozen=True)
class Detector:
    """A rule's code, with the parts, cues and limits that its YAML must have."""

    see: Callable[[CompiledRule, Scene], Iterable[Sighting]]
    parts: frozenset[str] = frozenset()
    cues: frozenset[str] = frozenset()
    limits: frozenset[str] = frozenset()


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


PERSONAL: RuleId = "personal-data"  # looked for in every review, so as to be masked
DETECTORS: Mapping[RuleId, Detector] = {
    PERSONAL: Detector(
        personal_data,
        parts=_set("identity account student document phone email address health benefit grade private"),
        cues=_set(
            "identity_label document_label plate_label case_label "
            "account_label student_label phone_label private_phone public_phone filed amount unit "
            "someone office_mail private_mail student_mail street home "
            "relation described pronoun illness state troubled benefit support grade fate having "
            "ailing plight trade topic reader agreed blessing oneself ours desk door errand venue"
        ),
    ),
    "confidential": Detector(internal_links, parts=_set("link"), cues=_set("internal_link")),
    "anger": Detector(rage, parts=_set("capitals exclamations"), cues=_set("joy fury blame")),
    "length": Detector(too_long),
    "spam": Detector(
        floods, parts=_set("hashtags mentions links repetition"), limits=_set("hashtags mentions links sentences")
    ),
    "role": Detector(nobody_speaks, cues=_set("view speaker")),
    "hashtag": Detector(no_hashtag),
    "invite": Detector(nothing_to_answer, cues=_set("invitation"), limits=_set("words")),
    "spelling": Detector(spelling, parts=_set("misspelt unknown doubled"), cues=_set("doubled")),
    "accessible": Detector(accessible, parts=_set("styled emoji hashtag capitals"), limits=_set("emoji")),
    "link": Detector(links, parts=_set("edit tracking short dead")),
    "placeholder": Detector(wrong_weekdays, parts=_set("weekday")),
    "plain-language": Detector(heavy, parts=_set("lix"), limits=_set("words lix lix_from")),
    "picture": Detector(picture, parts=_set("platform"), cues=_set("picture settled")),
}
