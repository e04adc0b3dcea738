"""Comms at work on a case, in Slack and in Teams: the same acts by the same people, and what each sees."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import slack_staff
import teams_staff
from fakes import Clock, MemoryStore
from slack_limits import check_message, check_view
from slack_staff import CHANNEL, rules, slack, staff
from teams_says import ALVA, BO, CLEO, execute, in_channel, task_fetch
from teams_says import CHANNEL as TEAM
from teams_staff import DAG
from teams_world import teams_world

from bot.answering import Escalate
from bot.cases import Case, Event, Guess, State
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.ports import SavedReply
from bot.review import Rulebook
from bot.service.desk import Desk
from bot.wording import wording

__all__ = ["rules", "slack", "staff"]  # fixtures
SAY = wording()
PEOPLE = {"alva": ALVA, "bo": BO, "cleo": CLEO, "dag": DAG}
Form = dict[str, Any]


class Office(ABC):
    """People on one platform. ``presses``: buttons and choices that whoever is named has used so far."""

    def __init__(self, store: MemoryStore, desk: Desk) -> None:
        self.store, self.desk, self.presses = store, desk, 0

    @property
    def clock(self) -> Clock:
        assert isinstance(self.desk.clock, Clock)
        return self.desk.clock

    @abstractmethod
    async def write(self, who: str, text: str) -> None: ...
    @abstractmethod
    async def deliver(self) -> None: ...
    @abstractmethod
    def posts(self) -> list[str]:
        """What stands in comms' channel, cards first seen first, each with all that it says."""

    @abstractmethod
    async def open(self, who: str, do: str) -> Form | None:
        """Presses a button of the newest card that opens a form; what opened."""

    @abstractmethod
    async def open_by(self, who: str, do: str, value: str) -> Form:
        """The form of a button that stands elsewhere."""

    @abstractmethod
    async def press(self, who: str, do: str) -> str:
        """Presses one that acts at once; what the presser is told besides the card."""

    @abstractmethod
    async def begin(self, who: str, form: Form, begin: str) -> Form: ...
    @abstractmethod
    async def fill(self, who: str, form: Form, **values: str) -> str:
        """Sends a form; what stands against it."""

    @abstractmethod
    def reads(self, who: str) -> str:
        """All that stands in somebody's own conversation."""

    @abstractmethod
    def says(self, form: Form) -> str: ...
    @abstractmethod
    def field(self, form: Form, name: str) -> str: ...
    @abstractmethod
    def visible(self) -> int:
        """Buttons of the newest card that are seen without opening a menu, the menu included."""

    async def a_case(self, text: str = "") -> Case:
        await self.write("alva", text or self.unclear)
        await self.deliver()
        return self.case

    @property
    def case(self) -> Case:
        return self.store.kept.cases[max(self.store.kept.cases)]

    @property
    def history(self) -> tuple[Event, ...]:
        return self.store.kept.histories[self.case.number]

    def guess(self, *guesses: Guess) -> None:
        self.store.kept.cases[self.case.number] = replace(self.case, guesses=guesses)

    unclear = ""


class InSlack(Office):
    def __init__(self, staff: slack_staff.Staff) -> None:
        super().__init__(staff.store, staff.desk)
        self.staff, self.unclear = staff, staff.first(Escalate)

    async def write(self, who: str, text: str) -> None:
        await self.staff.write(f"U-{who}", text)

    async def deliver(self) -> None:
        await self.staff.deliver()

    def posts(self) -> list[str]:
        return [json.dumps(each["blocks"], ensure_ascii=False) for each in self.staff.posted(CHANNEL)]

    @property
    def card(self) -> dict[str, Any]:
        card = [each for each in self.staff.posted(CHANNEL) if "thread_ts" not in each][-1]
        check_message(card["blocks"], card["text"])
        return card

    async def open(self, who: str, do: str) -> Form | None:
        before, self.presses = len(self.staff.windows()), self.presses + 1
        await self.staff.press(f"U-{who}", self.card, do)
        opened = self.staff.windows()[before:]
        if opened:
            check_view(opened[-1])
        return opened[-1] if opened else None

    async def open_by(self, who: str, do: str, value: str) -> Form:
        pressed = {"action_id": f"{do}?:0", "type": "button", "value": value}
        where = {"channel": {"id": CHANNEL}, "message": {"ts": "1.1"}}
        await self.staff.interact(f"U-{who}", {"type": "block_actions", "actions": [pressed], **where})
        check_view(self.staff.windows()[-1])
        return dict(self.staff.windows()[-1])

    async def press(self, who: str, do: str) -> str:
        before, self.presses = len(self.staff.slack.of("chat.postEphemeral")), self.presses + 1
        await self.staff.press(f"U-{who}", self.card, do)
        return json.dumps(self.staff.slack.of("chat.postEphemeral")[before:], ensure_ascii=False)

    async def begin(self, who: str, form: Form, begin: str) -> Form:
        self.presses += 1
        pressed = {"action_id": "begin:0", "type": "static_select", "selected_option": {"value": begin}}
        await self.staff.interact(
            f"U-{who}", {"type": "block_actions", "actions": [pressed], "view": form | {"id": "V1", "type": "modal"}}
        )
        view = self.staff.slack.of("views.update")[-1]["view"]
        check_view(view)
        return dict(view)

    async def fill(self, who: str, form: Form, **values: str) -> str:
        self.presses += 1
        named = {each["block_id"]: each["block_id"].partition("·")[0] for each in form["blocks"] if "block_id" in each}
        given = {block: values[name] for block, name in named.items() if name in values}
        reply = await self.staff.submit(f"U-{who}", form, **given)
        return str(next(iter((reply.get("errors") or {}).values()), ""))

    def reads(self, who: str) -> str:
        return json.dumps([each["blocks"] for each in self.staff.posted(f"D-U-{who}")], ensure_ascii=False)

    def says(self, form: Form) -> str:
        return json.dumps(form, ensure_ascii=False)

    def field(self, form: Form, name: str) -> str:
        (found,) = [each["element"] for each in form["blocks"] if each.get("block_id", "").partition("·")[0] == name]
        return str(found.get("initial_value", ""))

    def visible(self) -> int:
        return sum(len(each["elements"]) for each in self.card["blocks"] if each["type"] == "actions")


class InTeams(Office):
    def __init__(self, staff: teams_staff.Staff) -> None:
        super().__init__(staff.store, staff.desk)
        self.staff, self.unclear = staff, staff.first(Escalate)

    async def write(self, who: str, text: str) -> None:
        await self.staff.write(PEOPLE[who], text)

    async def deliver(self) -> None:
        await self.staff.deliver()

    def posts(self) -> list[str]:
        return [teams_staff.words(each) for each in self.staff.said(TEAM)]

    @property
    def card(self) -> dict[str, Any]:
        return [each for each in self.staff.said(TEAM) if "refresh" in json.dumps(each)][-1]

    async def open(self, who: str, do: str) -> Form | None:
        self.presses += 1
        dialog = await self.staff.press(PEOPLE[who], self.card, do, where=in_channel)
        return dialog if any(teams_staff.inputs(dialog)) else None

    async def open_by(self, who: str, do: str, value: str) -> Form:
        asked = {"do": f"{do}?", "value": value}
        url = self.staff.world.url
        return dict((await self.staff.send(task_fetch(url, PEOPLE[who], asked, where=in_channel))).json())

    async def press(self, who: str, do: str) -> str:
        self.presses += 1
        return json.dumps(await self.staff.press(PEOPLE[who], self.card, do, where=in_channel), ensure_ascii=False)

    async def begin(self, who: str, form: Form, begin: str) -> Form:
        self.presses += 2  # the choice, and the button beside it
        return await self.staff.refill(PEOPLE[who], form, begin=begin)

    async def fill(self, who: str, form: Form, **values: str) -> str:
        self.presses += 1
        return teams_staff.words(await self.staff.fill(PEOPLE[who], form, **values))

    def reads(self, who: str) -> str:
        return "\n".join(teams_staff.words(each) for each in self.staff.said(PEOPLE[who]))

    def says(self, form: Form) -> str:
        return teams_staff.words(form)

    def field(self, form: Form, name: str) -> str:
        (found,) = [each for each in teams_staff.inputs(form) if each["id"] == name]
        return str(found.get("value", ""))

    def visible(self) -> int:
        actions = [each for part in teams_staff.every(self.card) for each in part.get("actions", ())]
        return sum(each.get("mode") != "secondary" for each in actions) + 1


@pytest.fixture(params=["slack", "teams"])
async def office(
    request: pytest.FixtureRequest, knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook
) -> AsyncIterator[Office]:
    """Alva and Bo ask; Cleo and Dag are in comms."""
    if request.param == "slack":
        async with slack_staff.workspace() as made:
            made.members[CHANNEL] = ["U-cleo", "U-dag"]
            async with slack_staff.at_work(made, knowledge, matcher, rules) as found:
                yield InSlack(found)
        return
    async with teams_world() as world, teams_staff.at_work(world, knowledge, matcher, rules) as found:
        yield InTeams(found)


GUESSES = (Guess("hashtag", 0.62), Guess("be-kind", 0.31), Guess("correct-mistakes", 0.04))


async def test_answer_opens_with_the_best_guess_to_read_and_send_in_two_presses(office: Office) -> None:
    await office.a_case()
    office.guess(*GUESSES)
    form = await office.open("cleo", "answer")
    assert form
    assert "#oslomet" in office.field(form, "text")
    assert office.case.state is State.WAITING, "nothing is sent unseen"
    assert await office.fill("cleo", form, text=office.field(form, "text")) == ""
    assert (office.case.state, office.history[-1].entry) == (State.ANSWERED, "hashtag")
    assert office.presses == 2
    await office.deliver()
    assert "#oslomet" in office.reads("alva")


async def test_what_was_changed_is_no_longer_the_handbooks_answer(office: Office) -> None:
    await office.a_case()
    office.guess(*GUESSES)
    form = await office.open("cleo", "answer")
    assert form
    await office.fill("cleo", form, text="Spør oss heller på telefon.")
    assert (office.case.answer, office.history[-1].entry) == ("Spør oss heller på telefon.", None)


async def test_a_card_shows_likely_guesses_alone_and_five_buttons_at_most(office: Office) -> None:
    await office.a_case()
    office.guess(*GUESSES)
    await office.press("cleo", "claim")
    await office.deliver()
    card = office.posts()[0]
    assert "62 %" in card
    assert "31 %" in card
    assert "4 %" not in card
    assert "Send «" not in card
    assert "Cleo" in card, "who has it"
    assert SAY("case.card.writes-nb", Language.NN) in card
    assert office.visible() <= 5


async def test_without_a_likely_guess_the_field_is_empty(office: Office) -> None:
    await office.a_case()
    office.guess(Guess("hashtag", 0.29))
    form = await office.open("cleo", "answer")
    assert form
    assert office.field(form, "text") == ""
    assert "#oslomet" not in office.says(form)


async def test_a_form_to_the_asker_says_what_they_write_and_that_nothing_is_translated(office: Office) -> None:
    await office.a_case()
    for do in ("answer", "ask-back", "close"):
        form = await office.open("cleo", do)
        assert form
        assert SAY("case.untranslated-nb", Language.NN) in office.says(form), do


async def test_a_saved_reply_fills_the_field_with_its_fields_filled_in(office: Office) -> None:
    await office.a_case()
    reply = SavedReply("oslomet", "Takk", "Hei {name}! Sak {number} er løst. Hilsen {me}", "p-0", office.clock(), 7)
    office.store.kept.saved[7] = reply
    form = await office.open("cleo", "answer")
    assert form
    form = await office.begin("cleo", form, "reply:7")
    assert office.field(form, "text") == f"Hei Alva! Sak {office.case.number} er løst. Hilsen Cleo"
    await office.fill("cleo", form, text=office.field(form, "text"))
    assert office.case.state is State.ANSWERED
    assert office.presses <= 4


async def test_three_ways_to_an_answer_take_three_presses_in_the_median(office: Office) -> None:
    """As it stands, changed, and written anew."""
    taken = []
    for guesses, text in ((GUESSES, None), (GUESSES, "Endret."), ((), "Skrevet.")):
        await office.a_case()
        office.guess(*guesses)
        before = office.presses
        form = await office.open("cleo", "answer")
        assert form
        await office.fill("cleo", form, text=text or office.field(form, "text"))
        assert office.case.state is State.ANSWERED
        taken.append(office.presses - before)
    assert sorted(taken)[1] <= 3


async def test_a_case_is_handed_to_a_colleague_who_is_told_alone(office: Office) -> None:
    await office.a_case()
    form = await office.open("cleo", "hand-over")
    assert form
    assert "Dag" in office.says(form)
    dag = "U-dag" if isinstance(office, InSlack) else DAG.id
    assert await office.fill("cleo", form, to=dag) == ""
    await office.deliver()
    assert "Dag" in office.posts()[0]
    assert f"sak {office.case.number}" in office.reads("dag").casefold()
    assert "Cleo" in office.reads("dag")
    assert "Dag" not in office.reads("alva")


async def test_a_colleague_who_left_is_not_given_anything(office: Office) -> None:
    await office.a_case()
    form = await office.open("cleo", "hand-over")
    assert form
    before = office.case
    refused = await office.fill("cleo", form, to="U-gone")
    assert SAY("refused.colleague-left", Language.NN) in refused
    assert office.case == before


async def test_what_an_absent_colleague_has_can_be_taken_over(office: Office) -> None:
    await office.a_case()
    await office.press("dag", "claim")
    await office.deliver()
    dag = office.case.claimed_by
    await take_over(office, "cleo")
    assert office.case.claimed_by not in (None, dag)
    assert office.history[-1].kind == "taken"


async def take_over(office: Office, who: str) -> None:
    """In Slack out of the whole case, in Teams on one's own view of the card."""
    value = str(office.case.number)
    if isinstance(office, InSlack):
        pressed = {"action_id": "take-over:0", "type": "button", "value": value}
        payload = {"type": "block_actions", "actions": [pressed], "view": {"id": "V1", "type": "modal"}}
        await office.staff.interact(f"U-{who}", payload)
    elif isinstance(office, InTeams):
        data = {"do": "take-over", "value": value}
        url, post = office.staff.world.url, office.card["id"]
        await office.staff.send(execute(url, PEOPLE[who], "take-over", data, post, where=in_channel))


async def test_answer_later_tells_the_asker_when_and_reminds_then(office: Office) -> None:
    await office.a_case()
    form = await office.open("cleo", "later")
    assert form
    choice = office.clock().replace(hour=16)
    assert await office.fill("cleo", form, when=choice.isoformat()) == ""
    assert (office.case.state, office.case.later_at) == (State.CLAIMED, choice)
    await office.deliver()
    assert "01.03. 17:00" in office.reads("alva"), "by the clock of the workplace"
    assert "01.03. 17:00" in office.posts()[0]


async def test_a_time_that_has_passed_is_refused_beside_the_field(office: Office) -> None:
    await office.a_case()
    form = await office.open("cleo", "later")
    assert form
    office.clock.advance(days=2)
    refused = await office.fill("cleo", form, when=form_time(office))
    assert SAY("refused.past", Language.NN) in refused
    assert office.case.state is State.WAITING


def form_time(office: Office) -> str:
    return office.clock().replace(year=2026).isoformat()


async def test_whoever_follows_a_case_hears_of_it_in_their_own_conversation(office: Office) -> None:
    case = await office.a_case()
    value = str(case.number)
    if isinstance(office, InSlack):
        pressed = {"action_id": "follow:0", "type": "button", "value": value}
        payload = {"type": "block_actions", "actions": [pressed], "view": {"id": "V1", "type": "modal"}}
        await office.staff.interact("U-dag", payload)
    elif isinstance(office, InTeams):
        data = {"do": "follow", "value": value}
        await office.staff.send(
            execute(office.staff.world.url, DAG, "follow", data, office.card["id"], where=in_channel)
        )
    form = await office.open("cleo", "note")
    assert form
    await office.fill("cleo", form, text="Spør juristen.")
    await office.deliver()
    assert "Spør juristen." in office.reads("dag")
    assert "Spør juristen." not in office.reads("alva")


async def test_an_old_button_that_would_have_sent_a_guess_sends_nothing(office: Office) -> None:
    """A press a year later."""
    case = await office.a_case()
    value = f"{case.number}:hashtag"
    if isinstance(office, InSlack):
        pressed = {"action_id": "send-guess:2", "type": "button", "value": value}
        await office.staff.interact(
            "U-cleo",
            {"type": "block_actions", "actions": [pressed], "channel": {"id": CHANNEL}, "message": {"ts": "1.1"}},
        )
        told = json.dumps(office.staff.slack.of("chat.postEphemeral")[-1], ensure_ascii=False)
    else:
        assert isinstance(office, InTeams)
        data = {"do": "send-guess", "value": value}
        reply = await office.staff.send(
            execute(office.staff.world.url, CLEO, "send-guess", data, "old", where=in_channel)
        )
        told = reply.text
    assert SAY("talk.old-card", Language.NN)[:30] in told
    assert office.case.answer is None


async def test_comms_keeps_changes_and_uses_its_own_replies(office: Office) -> None:
    form = await office.open_by("cleo", "reply-new", "0")
    wrong = await office.fill("cleo", form, name="Takk", text="Hei {navn}!")
    assert "{navn}" in wrong
    assert "{name}" in wrong, "what there is instead"
    assert not office.store.kept.saved
    assert await office.fill("cleo", form, name="Takk", text="Hei {name}!") == ""
    ((number, kept),) = office.store.kept.saved.items()
    assert (kept.name, kept.text) == ("Takk", "Hei {name}!")
    form = await office.open_by("dag", "reply-edit", str(number))
    assert office.field(form, "text") == "Hei {name}!"
    await office.fill("dag", form, name="Takk", text="Hei på deg, {name}!")
    await office.a_case()
    answer = await office.open("cleo", "answer")
    assert answer
    answer = await office.begin("cleo", answer, f"reply:{number}")
    assert office.field(answer, "text") == "Hei på deg, Alva!"


async def test_whoever_is_not_in_comms_sees_no_form_of_theirs(office: Office) -> None:
    await office.a_case()
    office.guess(*GUESSES)
    for do in ("answer", "hand-over", "later"):
        assert await office.open("bo", do) is None
