"""What can be done on one platform can be done on all: every act, button, form and command, by asker and by comms.

The lists come from the code's own closed unions, so that a new one is looked for everywhere. An exception stands here
by name, with its reason.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, get_args

import httpx
import pytest
import slack_staff
import teams_staff
from fakes import MemoryStore, make_desk
from slack_staff import CHANNEL, rules, slack, staff
from teams_says import CLEO, Person, execute, message, task_fetch
from teams_world import teams_world

from adapters.chat import acts, handling
from adapters.chat.forms import FORMS
from adapters.web import Live, comms_address, make_app
from bot.answering import Escalate
from bot.commands import NAMED, NAMED_THERE
from bot.commands import Command as Typed
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.messages import ActionName
from bot.review import Rulebook
from bot.wording import wording

__all__ = ["rules", "slack", "staff"]  # fixtures
SAY = wording()
HERE = "http://127.0.0.1:8080"
ALVA = Person("Alva")
ASKS = frozenset({*FORMS, *handling.FORMS, "save", "decide", "set-aside"})  # buttons that open a form first

# What a platform does not do, and why. Nothing else may be missing.
ACTS: dict[tuple[str, str], str] = {
    ("teams", "Command"): "Teams has no slash commands; the same words are typed",
    ("web", "Command"): "the page has no slash commands; the same words are typed",
    ("web", "Edited"): "a question on the page cannot be edited once it is sent",
    ("web", "Deleted"): "a question on the page cannot be deleted by itself; “forget me” removes them all",
    ("web", "Joined"): "nobody comes to a page of one's own",
    ("web", "Left"): "nobody leaves a page of one's own",
    ("terminal", "Command"): "the terminal has no slash commands of its own; the same words are typed",
    ("terminal", "Pressed"): "there is nothing to press; numbers and words choose",
    ("terminal", "Submitted"): "there are no forms; a draft is typed",
    ("terminal", "Edited"): "what was printed stays",
    ("terminal", "Deleted"): "what was printed stays",
    ("terminal", "Joined"): "one person sits there",
    ("terminal", "Left"): "one person sits there",
}
BUTTONS: dict[tuple[str, str], str] = {
    ("web", "more"): "the page shows the whole case",
    ("web", "follow"): "the page has no conversation of one's own to be told in; it shows every change by itself",
    ("web", "unfollow"): "nobody follows anything there",
    ("web", "hand-over"): "the page knows no colleagues: whoever looks at it is comms",
    ("web", "move"): "no organisation that is shipped names another place; the form is the same as the others",
    ("web", "add-there"): "saved by the form of the case itself, with the entry in it",
}
NOWHERE = {"ask-confidentially": "no button of its own: a box in the forms"}

WAYS = {  # where each act of the union comes in
    "slack": {
        "Said": "message", "Command": "/checkpost", "Pressed": "block_actions", "Submitted": "view_submission",
        "Opened": "app_home_opened", "Edited": "message_changed", "Deleted": "message_deleted",
        "Joined": "member_joined_channel", "Left": "member_left_channel",
    },
    "teams": {
        "Said": "message", "Pressed": "adaptiveCard/action", "Submitted": "task/submit", "Opened": "task/fetch",
        "Edited": "messageUpdate", "Deleted": "messageDelete", "Joined": "membersAdded", "Left": "membersRemoved",
    },
    "web": {"Said": "/ask", "Pressed": "/press", "Submitted": "/ask-comms", "Opened": "/"},
    "terminal": {"Said": "a line", "Opened": "handbok chat"},
}  # fmt: skip


def test_every_act_comes_in_on_every_platform_or_says_why_not() -> None:
    names = {kind.__name__ for kind in get_args(acts.Act)}
    for platform, ways in WAYS.items():
        missing = {name for name in names if name not in ways}
        assert missing == {name for where, name in ACTS if where == platform}, platform
        assert set(ways) <= names


def test_every_command_has_a_name_in_every_language_or_takes_words() -> None:
    named = {type(command) for command in (*NAMED, *NAMED_THERE)}
    assert {kind.__name__ for kind in get_args(Typed) if kind not in named} == {"CheckDraft", "SpeakIn", "Search"}


@pytest.fixture
async def teams(knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook) -> AsyncIterator[teams_staff.Staff]:
    async with teams_world() as world, teams_staff.at_work(world, knowledge, matcher, rules) as found:
        yield found


def unknown(shown: str) -> bool:
    """Whether somebody was told that there is no such button."""
    return any(SAY("talk.old-card", language)[:40] in shown for language in Language)


def value(action: str, number: int, question: int) -> str:  # noqa: PLR0911  # one for each kind
    match action:
        case "choose":
            return f"{question}:hashtag"
        case "desk":
            return "open"
        case "reply-new" | "reply-edit" | "reply-drop":
            return "0"
        case "settle-gap":
            return str(question)
        case "add-there":
            return "0:hashtag"  # of no case: what stands against a real one takes seconds to find out
        case "new-question":
            return f"{number}:1"
        case "language":
            return "sv"
        case "accept" | "refuse" | "undo" | "renew":
            return "learned-nothing"
        case "none-of-these" | "helpful" | "not-helpful" | "ask-comms":
            return str(question)
        case "send-draft" | "share-post":
            return "nb|=Hei"
        case "set-aside":
            return "nb:disrespect"
        case _:
            return str(number)


EVERY = sorted(set(get_args(ActionName)) - set(NOWHERE))


@pytest.mark.parametrize("role", ["asker", "comms"])
async def test_every_button_is_known_in_slack(staff: slack_staff.Staff, role: str) -> None:
    await staff.write("U-alva", staff.first(Escalate))
    await staff.deliver()
    ((number, _),) = staff.store.kept.cases.items()
    (question,) = staff.store.kept.questions
    user, channel = ("U-alva", "D-U-alva") if role == "asker" else ("U-cleo", CHANNEL)
    for action in EVERY:
        name = f"{action}{'?' if action in ASKS else ''}:0"
        pressed = {"type": "button", "action_id": name, "value": value(action, number, question)}
        before = len(staff.slack.calls)
        await staff.interact(
            user, {"type": "block_actions", "actions": [pressed], "channel": {"id": channel}, "message": {"ts": "1.1"}}
        )
        told = json.dumps([call.arguments for call in staff.slack.calls[before:]], ensure_ascii=False)
        assert not unknown(told), action


@pytest.mark.parametrize("role", ["asker", "comms"])
async def test_every_button_is_known_in_teams(teams: teams_staff.Staff, role: str) -> None:
    await teams.send(message(teams.world.url, ALVA, teams.first(Escalate)))
    await teams.deliver()
    ((number, _),) = teams.store.kept.cases.items()
    (question,) = teams.store.kept.questions
    who = ALVA if role == "asker" else CLEO
    for action in EVERY:
        asked: dict[str, Any] = {"do": f"{action}?" if action in ASKS else action}
        asked["value"] = value(action, number, question)
        if action in ASKS:
            reply = await teams.send(task_fetch(teams.world.url, who, asked))
        else:
            reply = await teams.send(execute(teams.world.url, who, action, asked, "post-1"))
        assert reply.status_code == 200, action
        assert not unknown(reply.text), action


def on_the_page(  # noqa: PLR0911  # one for each kind
    action: str, number: int, question: int
) -> tuple[str, dict[str, str]]:
    """The form of a button on the page."""
    given = value(action, number, question)
    match action:
        case "choose" | "none-of-these":
            return "/choose", {"question": str(question), "entry": "hashtag" if action == "choose" else ""}
        case "helpful" | "not-helpful":
            return "/feedback", {"question": str(question), "helpful": "yes" if action == "helpful" else "no"}
        case "ask-comms":
            return "/ask-comms", {"question": str(question), "text": "Hei"}
        case "send-draft" | "share-post":
            return "/send-draft", {"question": action, "kind": action, "text": "Hei"}
        case "set-aside":
            return "/set-aside", {"value": given, "rule": "disrespect", "verdict": "wrong", "text": "Hei"}
        case "add" | "withdraw" | "reopen":
            return f"/mine/{number}/{action}", {"text": "Hei"}
        case "settle-gap":
            return f"/gaps/{given}/settle", {"text": ""}
        case "accept" | "refuse" | "undo" | "renew":
            return "/learned", {"id": given, "did": action}
        case "language" | "forget" | "new-question" | "person" | "desk":
            return "/press", {"do": action, "value": given}
        case _:
            more = {"reason": "done", "decision": "publish", "until": "2027-12-31", "when": "2027-12-31T09:00+01:00"}
            return f"/comms/{number}/{action}", {"text": "Hei", **more}


async def test_every_button_is_known_on_the_page(knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook) -> None:
    store = MemoryStore()
    comms = {each.id: comms_address(each.id) for each in knowledge.organisations}
    desk = replace(make_desk(knowledge, matcher, rules, store=store), comms=comms)
    app = make_app(desk, Live(store), secret="a secret", organisation="oslomet")
    headers = {"origin": HERE, "accept-language": "nn"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url=HERE, headers=headers, follow_redirects=True
    ) as browser:
        for action in EVERY:
            if ("web", action) in BUTTONS:
                continue
            text = "Hvem velger hvilken kaffe som kjøpes inn til sosiale medier-teamet?"
            await browser.post("/ask", files={"text": (None, text)})
            number, question = max(store.kept.cases), max(store.kept.questions)
            path, form = on_the_page(action, number, question)
            reply = await browser.post(path, files={name: (None, given) for name, given in form.items()})
            # 409: understood, and refused as the case stands; 400 would be a button that the page does not know
            allowed = (200, 409) if action != "decide" else (200, 400, 409)  # it is about no draft
            assert reply.status_code in allowed, f"{action}: {reply.status_code}"
