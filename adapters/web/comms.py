"""What the right does: with a case, and with what the bot learned from cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from adapters.chat import handling
from adapters.chat.forms import until
from adapters.chat.hub import Office, to_number
from adapters.chat.learned import RULE
from adapters.web.panes import Extra, Here, Kept, Notice, Site, comms_sender
from adapters.web.staff import Form, Result
from bot.errors import InputError
from bot.messages import Text
from bot.proposing import Proposal
from bot.service import curating, deciding, gaps, revising, setting_aside, teaching
from bot.service.desk import Sender, choose_language
from bot.service.teaching import Examined

RENEWED = timedelta(days=365)


async def act(site: Site, here: Here, form: Form, case: int, did: str) -> Result:
    """Someone in comms does something with a case, which stays open on the page. InputError for an unknown action."""
    if not did.startswith("reply-"):
        here = replace(here, view=replace(here.view, case=case, desk="cases"))
    await choose_language(site.comms, comms_sender(site, here), here.language)
    if did == "save":
        return await _save(site, here, form, case)
    if did == "decide":
        return await _decide(site, here, form, case)
    who, office = comms_sender(site, here), Office(desk=site.comms)
    if did == "begin":
        return await _begin(office, who, here, form, case)
    if did in handling.FORMS:
        told = await handling.sent(office, who, did, str(case), form)
    elif did in handling.PRESSES:
        told = await handling.act(office, who, did, str(case))
    else:
        raise InputError(f"nobody can “{did[:40]}” a case")
    if told is not None:
        return Result(here, Extra(Notice("comms", told.body), Kept(f"/comms/{case}/{did}:", dict(form))))
    return Result(here)


async def _begin(office: Office, who: Sender, here: Here, form: Form, case: int) -> Result:
    """The answer's field, filled with what was chosen."""
    found = await handling.form(office, who, "answer", str(case), form.get("begin", ""))
    if isinstance(found, Text) or found.begin is None:
        return Result(here)
    fields = {"text": found.fields[0].given, "begin": found.begin.given, **found.keep}
    return Result(here, Extra(kept=Kept(f"/comms/{case}/answer:", fields)))


# ── what the bot learns ──────────────────────────────────────────────────────────────────────────────────────────────
async def _save(site: Site, here: Here, form: Form, case: int) -> Result:
    """Saves an answer to the handbook; what stands against it is told, and the form keeps what was written."""
    who = comms_sender(site, here)
    prepared = await teaching.prepare(site.comms, who, case)
    if isinstance(prepared, Text):
        return Result(here, Extra(Notice("comms", prepared.body)))
    return _told(here, await teaching.save(site.comms, who, case, _proposal(prepared, form)), form, f"/comms/{case}")


async def gap(site: Site, here: Here, form: Form, key: str, did: str) -> Result:
    """Someone in comms answers a gap, or sets it aside. InputError for an unknown action or number."""
    rule = key.removeprefix(RULE) if key.startswith(RULE) and did == "settle" else ""
    number = 0 if rule else to_number(key)
    here = replace(here, view=replace(here.view, case=number if did == "save" else 0, desk="gaps"))
    who = comms_sender(site, here)
    await choose_language(site.comms, who, here.language)
    if did == "settle":
        settling = setting_aside.settle(site.comms, who, rule) if rule else gaps.settle(site.comms, who, number)
        done = await settling
        return Result(here, Extra(Notice("comms", done.body, status=200))) if done else Result(here)
    if did != "save":
        raise InputError(f"a gap cannot be “{did[:40]}”")
    prepared = await gaps.prepare(site.comms, who, number)
    if isinstance(prepared, Text):
        return Result(here, Extra(Notice("comms", prepared.body)))
    return _told(here, await gaps.save(site.comms, who, number, _proposal(prepared, form)), form, f"/gaps/{number}")


def _proposal(prepared: Proposal, form: Form) -> Proposal:
    """What was prepared, as its form has it now."""
    (language, *_) = (*prepared.answer, *prepared.variants)
    base = form.get("base") or None
    questions = tuple(line.strip() for line in form.get("questions", "").splitlines() if line.strip())
    return replace(
        prepared,
        variants={**prepared.variants, language: questions},
        answer={} if base else {**prepared.answer, language: form.get("text", "")},
        title={} if base else {**prepared.title, language: form.get("title", "")},
        base=base,
        expires=until(form.get("until", "")),
    )


def _told(here: Here, done: Examined | None, form: Form, path: str) -> Result:
    if done is None:
        return Result(here)
    said = "\n".join(text.body for text in done.told)
    if done.saved is not None:
        return Result(here, Extra(Notice("comms", said, status=200)))
    notice = Notice("comms", said, instead=done.instead, at=f"{path}/save")
    return Result(here, Extra(notice, Kept(f"{path}/save:", dict(form))))


async def _decide(site: Site, here: Here, form: Form, case: int) -> Result:
    """Keeps how a draft was decided; what stands against it is told, and the form keeps what was written."""
    decision, expires = deciding.to_decision(form.get("decision", "")), until(form.get("until", ""))
    who = comms_sender(site, here)
    done = await deciding.keep(site.comms, who, case, decision, form.get("text", ""), expires)
    if done is None:
        return Result(here)
    told, kept = done
    if kept is not None:
        return Result(here, Extra(Notice("comms", told.body, status=200)))
    return Result(here, Extra(Notice("comms", told.body), Kept(f"/comms/{case}/decide:", dict(form))))


async def revise(site: Site, here: Here, form: Form, name: str) -> Result:
    """Someone in comms changes the text of what was taught; what stands against it is told, and the form keeps what was
    written."""
    here = replace(here, view=replace(here.view, desk="learned"))
    who, path = comms_sender(site, here), f"/learned/{name}/save"
    await choose_language(site.comms, who, here.language)
    prepared = await revising.prepare(site.comms, who, name)
    if isinstance(prepared, Text):
        return Result(here, Extra(Notice("comms", prepared.body)))
    done = await revising.save(site.comms, who, name, _proposal(prepared, {**form, "base": ""}))
    if done is None:
        return Result(here)
    said = "\n".join(text.body for text in done.told)
    if done.saved is None:
        return Result(here, Extra(Notice("comms", said), Kept(f"{path}:", dict(form))))
    return Result(here, Extra(Notice("comms", said, status=200)))


async def learned(site: Site, here: Here, form: Form) -> Result:
    """Someone in comms accepts, sets aside, undoes or renews something. InputError for an unknown action."""
    here = replace(here, view=replace(here.view, desk="learned"))
    who, name, did = comms_sender(site, here), form.get("id", ""), form.get("did", "")
    await choose_language(site.comms, who, here.language)
    match did:
        case "accept":
            done = await curating.accept(site.comms, who, name)
        case "refuse":
            done = await curating.refuse(site.comms, who, name)
        case "undo":
            done = await curating.undo(site.comms, who, name)
        case "renew":
            done = await curating.renew(site.comms, who, name, site.comms.clock() + RENEWED)
        case _:
            raise InputError(f"what was learned cannot be “{did[:40]}”")
    if done is None:
        return Result(here)
    told = done.told if isinstance(done, Examined) else (done,)
    refused = isinstance(done, Examined) and done.saved is None
    return Result(here, Extra(Notice("comms", "\n".join(text.body for text in told), status=409 if refused else 200)))
