"""Whatever comes in is understood or refused with one of our own errors, and soon: no crash, no hang.

`make fuzz` tries 100,000 a parser (FUZZ_CASES); here it is a few hundred, from one seed.
"""

from __future__ import annotations

import copy
import json
import os
import random
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from adapters.settings import read_settings
from adapters.settings.table import NAMES, TABLE
from adapters.slack import translate as slack
from adapters.slack.serving import understood as slack_body
from adapters.teams import translate as teams
from adapters.teams.activities import understood as teams_body
from bot.errors import HandbokError
from bot.language import Language
from bot.lessons import read_lessons
from bot.matching.clauses import clauses
from bot.review.text import read

CASES, SEED = int(os.environ.get("FUZZ_CASES", "400")), int(os.environ.get("FUZZ_SEED", "1"))
SLOW = 2.0  # seconds of the processor for one case; nearly all take less than a thousandth
NASTY = (
    "", "\x00", "\ud800", "\u202e", "\ufeff", "👩‍👩‍👧‍👦" * 9, "Ａ", "ﷺ", "\r\n\r\n", "${x}", "%s%n", "{{", "<!channel>",
    "<@U1>", "../../", "'; --", "&#x0;", "NaN", "1e999", "9" * 400, "[" * 70, "{" * 9, "- - - -", "&a *a", "!!python",
    "\t", "a" * 4000, "æøå", "e\u0301" * 30, "。", "?!" * 50, ",", ":", "=", "|", "# ", '"', "'",
)  # fmt: skip
VALUES: tuple[Any, ...] = (None, True, 0, -1, 1e308, 10**30, "", [], {}, [[]], {"": ""}, *NASTY)

EVENT = {
    "type": "event_callback", "team_id": "T1", "event_id": "Ev1", "authorizations": [{"user_id": "UB"}],
    "event": {
        "type": "message", "channel_type": "im", "channel": "D1", "user": "U1", "text": "Hei <@UB>, kan jeg dele?",
        "ts": "1.2", "thread_ts": "1.1", "files": [{"id": "F1", "name": "a.png", "mimetype": "image/png"}],
        "attachments": [{"text": "x", "author_name": "Bo"}], "blocks": [{"type": "rich_text", "elements": []}],
        "message": {"user": "U1", "text": "ny", "ts": "1.2", "edited": {"ts": "1.3"}}, "subtype": "message_changed",
    },
}  # fmt: skip
PRESS = {
    "type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U1", "name": "alva"}, "trigger_id": "t",
    "channel": {"id": "C1"}, "message": {"ts": "1.2", "text": "x"}, "container": {"thread_ts": "1.1"},
    "actions": [{"action_id": "claim", "value": "1", "action_ts": "1.3"}], "response_url": "https://x.example/1",
    "view": {"id": "V1", "state": {"values": {"a": {"b": {"type": "plain_text_input", "value": "v"}}}}},
}  # fmt: skip
COMMAND = {
    "command": "/handbok",
    "team_id": "T1",
    "channel_id": "C1",
    "user_id": "U1",
    "text": "hjelp",
    "trigger_id": "t",
}
ACTIVITY = {
    "type": "message", "id": "1", "channelId": "msteams", "serviceUrl": "https://smba.example/",
    "text": "<at>H</at> hei",
    "from": {"id": "29:1", "name": "Alva", "aadObjectId": "a"}, "recipient": {"id": "28:1", "name": "H"},
    "conversation": {"id": "19:a@thread.tacv2;messageid=1", "tenantId": "t", "conversationType": "channel"},
    "channelData": {"tenant": {"id": "t"}, "team": {"id": "19:t"}, "channel": {"id": "19:c"}},
    "entities": [{"type": "mention", "text": "<at>H</at>", "mentioned": {"id": "28:1"}}],
    "attachments": [{"contentType": "text/html", "content": "<blockquote>x</blockquote>"}],
    "value": {"do": "claim", "case": "1", "action": {"data": {"msteams": {}}}}, "locale": "nb-NO",
}  # fmt: skip
LESSONS = """
- id: lent-mascot
  questions:
    nb: [Får vi låne maskoten?, er Ugla ledig]
  answers:
    oslomet: {nb: "Ja, ta kontakt en uke før."}
  titles: {nb: Maskoten}
"""
DRAFTS = (
    "Kom på åpen dag!!! Ring Ola på 922 33 445, eller ola@oslomet.no 🎉 #åpendag @oslomet https://oslomet.no/x?y=1",
    "Hej! Vi söker dig som vill jobba hos oss. Läs mer: «här», så ses vi kl 14–15 den 3/4.",
)  # fmt: skip


def edited(text: str, chance: random.Random) -> str:
    """``text`` with pieces cut out, doubled, moved, and put in that nobody writes."""
    for _ in range(chance.randint(1, 6)):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.randint(0, 12))
        piece = chance.choice(
            ("", text[start:end] * chance.randint(1, 40), chance.choice(NASTY), chr(chance.randrange(0xD7FF)))
        )
        text = text[:start] + piece + text[end:]
    return text


def bent(sample: Any, chance: random.Random) -> Any:
    """A JSON value with parts of it taken away, renamed, or of another kind."""
    whole = copy.deepcopy(sample)
    for _ in range(chance.randint(1, 4)):
        holders = list(_holders(whole))
        if not holders:
            break
        holder = chance.choice(holders)
        key = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        match chance.randrange(4):
            case 0 if isinstance(holder, dict):
                del holder[key]
            case 1 if isinstance(holder[key], str):
                holder[key] = edited(holder[key], chance)
            case 2:
                holder[key] = [holder[key]] * chance.randint(0, 3)
            case _:
                holder[key] = copy.deepcopy(chance.choice(VALUES))
    return whole


def _holders(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list) and value:
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _holders(each)


def as_bytes(value: Any, chance: random.Random) -> bytes:
    text = json.dumps(value)
    return (edited(text, chance) if chance.random() < 0.3 else text).encode("utf-8", "replace")


def from_slack(chance: random.Random) -> None:
    sample = bent(chance.choice((EVENT, PRESS)), chance)
    as_json = sample.get("type") == "event_callback" or chance.random() < 0.5
    raw = as_bytes(sample, chance)
    kind = "application/json" if as_json else "application/x-www-form-urlencoded"
    body = slack_body(raw if as_json else urlencode({"payload": raw.decode()}).encode(), kind)
    if body is None:
        return
    if body.get("type") == "event_callback":
        for look in (slack.of_event, slack.question, slack.changed, slack.foreign):
            look(body)
    else:
        slack.of_interaction(body)
        slack.written(body.get("view") or {})


def command_from_slack(chance: random.Random) -> None:
    given = {key: edited(value, chance) if chance.random() < 0.4 else value for key, value in COMMAND.items()}
    body = slack_body(urlencode(given, errors="replace").encode(), "application/x-www-form-urlencoded")
    if body is not None and "command" in body:
        slack.of_command(body)


def from_teams(chance: random.Random) -> None:
    activity = teams_body(as_bytes(bent(ACTIVITY, chance), chance))
    if activity is not None:
        teams.of(activity)
        teams.written(activity)
        value = activity.get("value")
        if isinstance(value, dict):
            teams.pressed(value)
            teams.message_text(value)


def from_environment(chance: random.Random) -> None:
    rows = [row for group in TABLE.values() for row in group]
    given = {row.name: edited(row.example, chance) for row in chance.sample(rows, chance.randint(1, 5))}
    if chance.random() < 0.2:
        given[edited(chance.choice(sorted(NAMES)), chance)] = "1"
    read_settings(given)


def a_lesson(chance: random.Random) -> None:
    read_lessons(edited(LESSONS, chance))


def a_draft(chance: random.Random) -> None:
    read(edited(chance.choice(DRAFTS), chance))


def a_message(chance: random.Random) -> None:
    clauses(edited(chance.choice(DRAFTS) + " " + chance.choice(list(Language)), chance))


@pytest.mark.parametrize(
    "attempt", [from_slack, command_from_slack, from_teams, from_environment, a_lesson, a_draft, a_message],
    ids=lambda attempt: attempt.__name__,
)  # fmt: skip
def test_nothing_that_comes_in_crashes_or_hangs(attempt: Callable[[random.Random], None]) -> None:
    for number in range(CASES):
        chance = random.Random(f"{SEED}-{number}")
        began = time.process_time()
        try:
            attempt(chance)
        except HandbokError:
            pass  # refused, in words
        except Exception as error:
            raise AssertionError(f"case {number} of seed {SEED}: {error!r}") from error
        assert time.process_time() - began < SLOW, f"case {number} of seed {SEED}"
