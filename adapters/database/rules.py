"""What every table holds, of whom, and for how long. A test fails for a table without a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.database.tables import PREFIX


@dataclass(frozen=True)
class Rule:
    """``kind``: of HANDBOK_KEEP, or empty where it goes with what it belongs to, as ``until`` tells.

    ``people``: columns with a person's id; ``texts``: columns that may name somebody.
    """

    holds: str
    kind: str = ""
    until: str = ""
    people: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


RULES: Mapping[str, Rule] = {
    PREFIX + name: rule
    for name, rule in {
        "people": Rule("who writes: platform, account, name, language", "person", people=("id",)),
        "places": Rule("where somebody's own chat is", until="with its person", ),
        "pseudonyms": Rule("whose a confidential case is, sealed with the key", until="with its case"),
        "questions": Rule(
            "what was asked, by whom, and what came of it", "question", "then figures without wording or person",
            ("person",), ("text",),
        ),
        "feedback": Rule(
            "whether an answer helped, and what was missing", "feedback", "then yes or no alone", ("person",),
            ("missing",),
        ),
        "cases": Rule(
            "what communications was asked, and answered", "case", "drafts: draft; a case that is held or open stays",
            ("asker", "claimed_by", "answered_by"), ("text", "answer", "searched"),
        ),
        "case_events": Rule(
            "a case's journal: who did what, and when", until="with its case", people=("who",), texts=("text",)
        ),
        "answers_judged": Rule(
            "whether a person's answer helped, and what was missing", until="with its case", people=("person",),
            texts=("missing",),
        ),
        "gaps_settled": Rule(
            "which questions need no answer in the handbook", until="with its question", people=("person",)
        ),
        "links": Rule("ways into the figures, as hashes", until="minutes, or the night after", people=("person",)),
        "messages": Rule("what was sent where, and whether it arrived", until="with its case or question"),
        "reminders": Rule("when a case is looked at again", until="until then, or with its case"),
        "follows": Rule("who in communications follows a case, and where", until="with its case", people=("person",)),
        "saved_replies": Rule(
            "replies that communications uses again", until="until communications removes them", people=("saved_by",),
            texts=("name", "text"),
        ),
        "learned": Rule(
            "what people taught, and who answers for it", until="as long as it is knowledge",
            people=("owner", "saved_by"), texts=("yaml",),
        ),
        "precedents": Rule(
            "how a draft was decided, without who wrote it", "precedent", people=("decided_by",),
            texts=("text", "reason"),
        ),
        "set_aside": Rule(
            "which finding in a draft was not followed, and why; never the draft", "feedback",
            "then the rule and wrong or accepted alone", ("person",), ("reason",),
        ),
        "expectations": Rule(
            "what Handbok last asked somebody", until="minutes to days, as it says itself", people=("person",)
        ),
        "arrivals": Rule(
            "what came in and waits for its turn, as it was sent, sealed", until="seconds: until it is worked off"
        ),
        "processed_events": Rule("ids of incoming events, as hashes", "event"),
        "keys": Rule("fingerprints of the secret keys", until="as long as something is sealed with them"),
        "deletions": Rule("what was deleted, when and why, never whose", "deletion"),
        "holds": Rule("cases that must not be deleted, and why", until="until they are released", texts=("why",)),
    }.items()
}  # fmt: skip
