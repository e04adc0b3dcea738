"""What comms answered once, the bot answers next time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from offices import Office, Questions

from bot.cases import Answer, Kind, Withdraw
from bot.errors import InputError, StorageError
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.lessons import merge
from bot.matching.grafting import Basis, basis, graft
from bot.matching.matcher import Matcher
from bot.messages import AnswerCard, CaseCard, Findings, Options, Text
from bot.ports import Learned
from bot.proposing import Proposal
from bot.service import asking, casework, checking, curating, deciding, revising, teaching
from bot.service.mind import Brain
from bot.service.teaching import Examined

NB = Language.NB
ASKED = "Hei! Hvem har lov til å bestemme over fargen på heisen? Mvh Kari"
ANSWER = "Det gjør eiendomsavdelingen, så spør dem først."


@pytest.fixture(scope="module")
def ground(knowledge: KnowledgeBase, matcher: Matcher) -> Basis:
    return basis(knowledge, matcher)


@pytest.fixture(autouse=True)
def learn_fast(office: Office, ground: Basis, knowledge: KnowledgeBase, matcher: Matcher) -> None:
    """As in a running server, where a change is grafted rather than trained; with few golden questions."""
    few = KnowledgeBase(**{name: getattr(knowledge, name) for name in KnowledgeBase.model_fields} | {"golden": ()})
    office.desk.mind.now = Brain(few, matcher)
    office.desk.mind.learn = lambda wanted: graft(ground, wanted)


async def answered_case(office: Office, question: str = ASKED, *, confidential: bool = False) -> int:
    number = await office.a_case(question, confidential=confidential)
    await casework.do(office.desk, office.sender("cleo"), number, Answer(ANSWER))
    return number


async def prepared(office: Office, number: int) -> Proposal:
    made = await teaching.prepare(office.desk, office.sender("cleo"), number)
    assert isinstance(made, Proposal)
    return made


async def saved(office: Office, number: int, **change: object) -> Learned:
    made = replace(await prepared(office, number), **change)  # type: ignore[arg-type]  # fields of Proposal
    done = await teaching.save(office.desk, office.sender("cleo"), number, made)
    assert done is not None
    assert done.saved, done.told
    return done.saved


async def known_again(office: Office, ground: Basis, knowledge: KnowledgeBase) -> None:
    """What a process does when it notices that something was learned."""
    async with office.store.work() as work:
        merged = merge(knowledge, await work.learned(), office.clock())
        office.desk.mind.now = Brain(merged, graft(ground, merged), await work.knowledge_version())


# ── saving ───────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_next_one_who_asks_gets_it_from_the_bot(
    office: Office, ground: Basis, knowledge: KnowledgeBase
) -> None:
    number = await answered_case(office)
    await saved(office, number)
    await known_again(office, ground, knowledge)
    told = await asking.ask(office.desk, office.sender("bo"), "hvem har lov til å bestemme fargen på heisen?")
    assert told is not None
    (card,) = told.blocks
    assert isinstance(card, AnswerCard)
    assert card.body == ANSWER


async def test_a_case_prepares_a_proposal_without_its_asker_in_it(office: Office) -> None:
    made = await prepared(office, await answered_case(office))
    assert made.variants == {NB: ("Hvem har lov til å bestemme over fargen på heisen?",)}
    assert made.answer == {NB: ANSWER}
    assert made.expires == office.clock() + timedelta(days=365)


async def test_what_was_saved_names_case_owner_and_expiry_and_stands_in_the_history(office: Office) -> None:
    number = await answered_case(office)
    kept = await saved(office, number)
    (cleo,) = [person for person in office.store.kept.people.values() if person.name == "Cleo"]
    assert (kept.version, kept.from_case, kept.owner, kept.saved_by, kept.base) == (1, number, cleo.id, cleo.id, None)
    last = office.store.kept.histories[number][-1]
    assert (last.kind, last.who) == ("noted", cleo.id)
    assert "Kari" not in kept.yaml


async def test_the_asker_sees_that_it_is_in_the_handbook_now(office: Office) -> None:
    number = await answered_case(office)
    await office.deliver()
    await saved(office, number)
    await office.deliver()
    status = office.told("D-alva")[-1]
    assert ("i håndboken", True) in status.steps  # type: ignore[union-attr]


async def test_a_repeated_click_saves_once(office: Office) -> None:
    number = await answered_case(office)
    made = await prepared(office, number)
    who = office.sender("cleo", event="EvX")
    first = await teaching.save(office.desk, who, number, made)
    assert first is not None
    assert first.saved
    again = await teaching.save(office.desk, who, number, replace(made, title={NB: "Noe annet"}))
    assert again is None or not again.saved
    assert len(office.store.kept.learned) == 1


async def test_nobody_but_comms_may_teach(office: Office) -> None:
    number = await answered_case(office)
    made = await prepared(office, number)
    who = office.sender("bo")
    assert isinstance(await teaching.prepare(office.desk, who, number), Text)
    for done in (
        await teaching.examine(office.desk, who, number, made),
        await teaching.save(office.desk, office.sender("bo"), number, made),
    ):
        assert done is not None
        assert done.saved is None
        assert done.verdict is None
    assert isinstance(await curating.listing(office.desk, who), Text)
    for act in (curating.accept, curating.refuse, curating.undo):
        assert isinstance(await act(office.desk, office.sender("bo"), "x"), Text)
    assert office.store.kept.learned == ()


async def test_what_stands_against_it_is_told_and_nothing_is_kept(office: Office, knowledge: KnowledgeBase) -> None:
    number = await answered_case(office)
    taken = knowledge.topic["hashtag"].questions.nb[0]
    made = replace(await prepared(office, number), variants={NB: (taken,)}, answer={NB: ""})
    done = await teaching.save(office.desk, office.sender("cleo"), number, made)
    assert done is not None
    assert done.saved is None
    assert len(done.told) == 2
    assert [choice.entry for choice in done.instead] == ["hashtag"]
    assert office.store.kept.learned == ()
    assert office.case(number).version == 2


async def test_too_like_another_it_can_be_added_there(office: Office, ground: Basis, knowledge: KnowledgeBase) -> None:
    number = await answered_case(office)
    kept = await saved(office, number, base="hashtag", variants={NB: ("Hvilken kryssklatt bruker vi?",)})
    assert kept.base == "hashtag"
    await known_again(office, ground, knowledge)
    assert "Hvilken kryssklatt bruker vi?" in office.desk.mind.now.knowledge.topic["hashtag"].questions.nb


async def test_two_who_save_at_once_are_held_against_each_other(office: Office) -> None:
    numbers = [await answered_case(office), await answered_case(office)]
    made = [await prepared(office, number) for number in numbers]
    done = await asyncio.gather(
        *(
            teaching.save(office.desk, office.sender(who), number, proposal)
            for who, number, proposal in zip(("cleo", "dag"), numbers, made, strict=True)
        )
    )
    assert sum(bool(each and each.saved) for each in done) == 1
    (lost,) = [each for each in done if each and not each.saved]
    assert [each.why for each in lost.verdict.objections] == ["alike"]  # type: ignore[union-attr]


async def test_nothing_is_learned_where_it_could_not_be_saved(office: Office) -> None:
    number = await answered_case(office)
    made = await prepared(office, number)
    told: list[bool] = []
    office.desk.mind.changed = lambda: told.append(True)
    office.store.broken = True
    with pytest.raises(StorageError):
        await teaching.save(office.desk, office.sender("cleo"), number, made)
    assert office.store.kept.learned == ()
    assert told == []


async def test_whoever_keeps_the_mind_is_told_at_once(office: Office) -> None:
    told: list[int] = []
    office.desk.mind.changed = lambda: told.append(len(office.store.kept.learned))
    await saved(office, await answered_case(office))
    assert told == [1]


async def test_a_confidential_case_teaches_without_leading_to_its_asker(office: Office) -> None:
    number = await answered_case(office, confidential=True)
    kept = await saved(office, number)
    (alva,) = [person.id for person in office.store.kept.people.values() if person.name == "Alva"]
    assert alva not in repr(kept)


async def test_there_is_no_teaching_from_a_case_that_there_is_not(office: Office) -> None:
    with pytest.raises(InputError):
        await teaching.prepare(office.desk, office.sender("cleo"), 999)


# ── suggestions ──────────────────────────────────────────────────────────────────────────────────────────────────────
async def chosen(office: Office, question: str, user: str = "alva") -> str:
    """Someone asks, is asked back, and picks the first option."""
    told = await asking.ask(office.desk, office.sender(user), question)
    assert told is not None
    (options,) = told.blocks
    assert isinstance(options, Options)
    entry = options.choices[0].entry
    await asking.choose(office.desk, office.sender(user), told.questions[0], entry)
    return entry


async def items(office: Office) -> list[curating.Item]:
    found = await curating.listing(office.desk, office.sender("cleo"))
    assert isinstance(found, list)
    return found


async def test_picking_an_option_suggests_the_words_and_nothing_is_known_yet(
    office: Office, questions: Questions, knowledge: KnowledgeBase
) -> None:
    entry = await chosen(office, questions.clarify)
    (item,) = await items(office)
    assert (item.state, item.base, item.owner) == ("proposed", entry, "")
    assert item.variants == (questions.clarify[:1].upper() + questions.clarify[1:],)
    assert [name for name, _ in item.actions] == ["accept", "refuse"]
    assert merge(knowledge, office.store.kept.learned, office.clock()) is knowledge


async def test_the_same_words_are_suggested_once_whoever_picks(office: Office, questions: Questions) -> None:
    for user in ("alva", "bo"):
        await chosen(office, questions.clarify, user)
    assert len(office.store.kept.learned) == 1
    assert "alva" not in repr(office.store.kept.learned).lower()


async def test_an_existing_answer_that_comms_sends_suggests_the_askers_words(office: Office) -> None:
    number = await office.a_case(ASKED)
    await casework.do(office.desk, office.sender("cleo"), number, Answer("Bruk #oslomet.", "hashtag"))
    (item,) = await items(office)
    assert (item.base, item.case, item.owner) == ("hashtag", number, "Cleo")
    assert item.variants == ("Hvem har lov til å bestemme over fargen på heisen?",)


async def test_comms_accepts_a_suggestion_and_the_bot_knows_it(
    office: Office, ground: Basis, knowledge: KnowledgeBase
) -> None:
    number = await office.a_case("Er kryssklatten vår med liten o?")
    await casework.do(office.desk, office.sender("cleo"), number, Answer("Bruk #oslomet.", "hashtag"))
    (item,) = await items(office)
    done = await curating.accept(office.desk, office.sender("dag"), item.id)
    assert isinstance(done, Examined)
    assert done.saved, done.told
    await known_again(office, ground, knowledge)
    best = office.desk.mind.now.matcher.rank("er kryssklatten vår med liten o", "oslomet").candidates[0]
    assert best.entry == "hashtag"
    (item,) = await items(office)
    assert item.state == "live"
    assert isinstance(await curating.accept(office.desk, office.sender("dag"), item.id), Text)


async def test_a_suggestion_that_would_do_harm_is_not_accepted(office: Office, knowledge: KnowledgeBase) -> None:
    number = await office.a_case(ASKED)
    taken = max(knowledge.topic["be-kind"].questions.nb, key=len)
    async with office.store.work() as work:
        case = await work.case(number)
        assert case is not None
        work.kept.cases[number] = replace(case, text=f"{taken} nå")
    await casework.do(office.desk, office.sender("cleo"), number, Answer("Bruk #oslomet.", "hashtag"))
    (item,) = await items(office)
    done = await curating.accept(office.desk, office.sender("cleo"), item.id)
    assert isinstance(done, Examined)
    assert done.saved is None
    assert (await items(office))[0].state == "proposed"


async def test_words_that_were_set_aside_are_not_suggested_again(office: Office, questions: Questions) -> None:
    await chosen(office, questions.clarify)
    (item,) = await items(office)
    assert await curating.refuse(office.desk, office.sender("cleo"), item.id)
    await chosen(office, questions.clarify, "bo")
    (item,) = await items(office)
    assert (item.state, item.actions) == ("withdrawn", ())


# ── undoing, renewing, expiring ──────────────────────────────────────────────────────────────────────────────────────
async def test_undoing_takes_it_out_and_goes_back_version_by_version(office: Office, knowledge: KnowledgeBase) -> None:
    number = await answered_case(office)
    kept = await saved(office, number)

    async def answer() -> str | None:
        async with office.store.work() as work:
            topic = merge(knowledge, await work.learned(), office.clock()).topic.get(kept.id)
        return topic.answers["oslomet"].nb if topic else None  # type: ignore[union-attr]

    for text in ("Andre svar.", "Tredje svar."):
        again = await saved(office, number, answer={NB: text}, replaces=kept.id)
        assert again.id == kept.id
    assert await answer() == "Tredje svar."
    for left in ("Andre svar.", ANSWER, None):
        assert await curating.undo(office.desk, office.sender("dag"), kept.id)
        assert await answer() == left
    told = await curating.undo(office.desk, office.sender("dag"), kept.id)
    assert told == Text("Det er ingenting her å endre lenger.")
    assert len({each.version for each in office.store.kept.learned}) == 6


async def test_an_owner_is_reminded_once_before_it_expires_and_renews_it(
    office: Office, knowledge: KnowledgeBase
) -> None:
    number = await answered_case(office)
    kept = await saved(office, number, expires=office.clock() + timedelta(days=20))
    assert await curating.expiring(office.desk, office.clock()) == 0
    office.clock.advance(days=10)
    assert [await curating.expiring(office.desk, office.clock()) for _ in range(2)] == [1, 0]
    await office.deliver()
    reminder = office.told("C-oslomet")[-1]
    assert isinstance(reminder, Text)
    assert reminder.body.startswith("Cleo: ")
    until = office.clock() + timedelta(days=200)
    assert await curating.renew(office.desk, office.sender("cleo"), kept.id, until)
    office.clock.advance(days=11)
    assert merge(knowledge, office.store.kept.learned, office.clock()).topic.get(kept.id)
    assert await curating.expiring(office.desk, office.clock()) == 0


async def test_what_has_expired_is_asked_again_and_can_be_renewed(office: Office, knowledge: KnowledgeBase) -> None:
    kept = await saved(office, await answered_case(office), expires=office.clock() + timedelta(days=1))
    office.clock.advance(days=1)
    assert merge(knowledge, office.store.kept.learned, office.clock()) is knowledge
    (item,) = await items(office)
    assert (item.state, [name for name, _ in item.actions]) == ("expired", ["renew"])
    past = await curating.renew(office.desk, office.sender("cleo"), kept.id, office.clock())
    assert past == Text("Utløpsdatoen er passert. Vel ein dag som kjem.")
    await curating.renew(office.desk, office.sender("cleo"), kept.id, office.clock() + timedelta(days=9))
    assert (await items(office))[0].state == "live"


async def test_the_list_shows_suggestions_first(office: Office, questions: Questions) -> None:
    await saved(office, await answered_case(office))
    await chosen(office, questions.clarify)
    assert [item.state for item in await items(office)] == ["proposed", "live"]


async def test_a_follow_up_suggests_nothing(office: Office) -> None:
    told = await asking.ask(office.desk, office.sender("alva"), "hvorfor?", before="hashtag")
    assert told is not None
    (options,) = told.blocks
    assert isinstance(options, Options)
    await asking.choose(office.desk, office.sender("alva"), told.questions[0], options.choices[1].entry)
    assert office.store.kept.learned == ()


# ── precedents ───────────────────────────────────────────────────────────────────────────────────────────────────────
DRAFT = "Kari Lie vant prisen for årets forsker! Gratulerer så mye, vi er stolte av deg. Hva vil du spørre henne om?"


async def a_draft(office: Office, draft: str = DRAFT, user: str = "alva") -> int:
    told = await checking.send_draft(office.desk, office.sender(user), draft, NB, kind=Kind.DRAFT)
    assert told is not None
    return told.cases[0]


async def test_a_decided_draft_is_shown_to_the_next_author_and_to_comms(office: Office) -> None:
    number = await a_draft(office)
    done = await deciding.keep(office.desk, office.sender("cleo"), number, "change", "Spør henne først.")
    assert done is not None
    assert done[1] is not None
    assert "Kari" not in done[1].text
    again = DRAFT.replace("forsker", "foreleser")
    (told,) = await deciding.told_to_author(office.desk, "oslomet", again, NB)
    assert "Spør henne først." in told.body
    (told,) = await deciding.told_to_comms(office.desk, await a_draft(office, again, "bo"))
    assert "Cleo" in told.body
    assert await deciding.told_to_comms(office.desk, number) == ()  # its own is no precedent for it
    assert await deciding.told_to_author(office.desk, "malmo", again, NB) == ()


async def test_only_comms_decides_with_a_reason_and_only_on_drafts(office: Office) -> None:
    number = await a_draft(office)
    for who, reason, expires in (
        ("bo", "Fint.", None),
        ("cleo", " ", None),
        ("cleo", "a" * 8001, None),
        ("cleo", "Fint.", office.clock()),
    ):
        done = await deciding.keep(office.desk, office.sender(who), number, "publish", reason, expires)
        assert done is not None
        assert done[1] is None
    with pytest.raises(InputError):
        await deciding.keep(office.desk, office.sender("cleo"), await office.a_case(ASKED), "publish", "Fint.")
    assert office.store.kept.precedents == ()


async def test_precedents_follow_the_findings_and_stand_below_the_card(office: Office) -> None:
    await deciding.keep(office.desk, office.sender("cleo"), await a_draft(office), "change", "Spør henne først.")
    again = DRAFT.replace("forsker", "foreleser")
    told = await checking.check(office.desk, office.sender("bo"), again, reply=Language.EN)
    findings, decided = told.blocks
    assert isinstance(findings, Findings)
    assert isinstance(decided, Text)
    assert decided.body.startswith("A draft much like yours has been looked at before:\nChange first (")
    await office.deliver()
    await a_draft(office, again, "bo")
    await office.deliver()
    card, similar = [block for block in office.told("C-oslomet") if isinstance(block, CaseCard | Text)][-2:]
    assert isinstance(card, CaseCard)
    assert isinstance(similar, Text)
    assert "Avgjort av Cleo" in similar.body


async def test_a_draft_is_checked_although_the_store_does_not_answer(office: Office) -> None:
    office.store.broken = True
    told = await checking.check(office.desk, office.sender("bo"), DRAFT)
    assert len(told.blocks) == 1
    assert isinstance(told.blocks[0], Findings)


async def test_a_decision_stands_in_the_history_and_a_later_one_takes_its_place(office: Office) -> None:
    number = await a_draft(office)
    for decision, reason in (("publish", "Fint."), ("do-not-publish", "Hun vil ikke. Ring 412 34 567.")):
        await deciding.keep(office.desk, office.sender("dag"), number, deciding.to_decision(decision), reason)
    (told,) = await deciding.told_to_author(office.desk, "oslomet", DRAFT, NB)
    assert "Ikke publiser" in told.body
    assert "Fint." not in told.body
    assert "412" not in told.body
    texts = [event.text for event in office.store.kept.histories[number] if event.kind == "noted"]
    assert texts == ["Avgjerd: Publiser. Fint.", "Avgjerd: Ikkje publiser. Hun vil ikke. Ring …."]


async def test_it_can_be_kept_once_comms_is_through_with_a_draft_and_not_where_it_was_withdrawn(office: Office) -> None:
    number, question = await a_draft(office), await office.a_case(ASKED)
    assert await deciding.offer(office.desk, number, NB) is None
    for case in (number, question):
        await casework.do(office.desk, office.sender("cleo"), case, Answer(ANSWER))
    offer = await deciding.offer(office.desk, number, NB)
    assert offer
    assert [name for name, _ in offer.choices] == ["publish", "change", "do-not-publish"]
    assert await deciding.offer(office.desk, question, NB) is None
    await casework.do(office.desk, office.sender("alva"), number, Withdraw())
    assert await deciding.offer(office.desk, number, NB) is None
    done = await deciding.keep(office.desk, office.sender("cleo"), number, "publish", "Fint.")
    assert done is not None
    assert done[1] is None
    with pytest.raises(InputError):
        deciding.to_decision("burn")


async def test_a_repeated_decision_is_kept_once(office: Office) -> None:
    number = await a_draft(office)
    who = office.sender("cleo", event="EvY")
    assert await deciding.keep(office.desk, who, number, "publish", "Fint.")
    assert await deciding.keep(office.desk, who, number, "publish", "Fint.") is None
    assert len(office.store.kept.precedents) == 1


# ── changing the text ────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_text_of_what_was_taught_is_changed_as_a_new_version_that_can_be_undone(office: Office) -> None:
    kept = await saved(office, await answered_case(office))
    (item,) = await items(office)
    assert item.text is not None
    assert item.text.replaces == kept.id
    proposal = await revising.prepare(office.desk, office.sender("cleo"), kept.id)
    assert proposal == item.text
    changed = replace(item.text, answer={NB: "Spør driften i stedet."})
    done = await revising.save(office.desk, office.sender("cleo"), kept.id, changed)
    assert done is not None
    assert done.saved is not None
    assert (done.saved.id, done.saved.version, done.saved.from_case) == (kept.id, 2, kept.from_case)
    (item,) = await items(office)
    assert item.answer == "Spør driften i stedet."
    await curating.undo(office.desk, office.sender("dag"), kept.id)
    (item,) = await items(office)
    assert item.answer == ANSWER


async def test_only_comms_changes_it_and_only_what_is_there(office: Office) -> None:
    kept = await saved(office, await answered_case(office))
    (item,) = await items(office)
    assert item.text is not None
    stranger = await revising.save(office.desk, office.sender("bo"), kept.id, item.text)
    assert stranger is not None
    assert stranger.saved is None
    assert isinstance(await revising.prepare(office.desk, office.sender("bo"), kept.id), Text)
    await curating.undo(office.desk, office.sender("cleo"), kept.id)
    gone = Text(office.desk.say("teach.gone", NB))
    assert await revising.prepare(office.desk, office.sender("cleo"), kept.id) == gone
    late = await revising.save(office.desk, office.sender("cleo"), kept.id, item.text)
    assert late is not None
    assert late.told == (gone,)
