"""What the right does with a case."""

from __future__ import annotations

from dataclasses import replace

from adapters.web.panes import Extra, Here, Kept, Notice, Site, comms_sender
from adapters.web.staff import Form, Result
from bot.cases import Action, Answer, AskBack, Claim, Note, Release, Reopen
from bot.errors import InputError
from bot.service import casework
from bot.service.casework import Done


async def act(site: Site, here: Here, form: Form, case: int, did: str) -> Result:
    """Someone in comms does something with a case, which stays open on the page. InputError for an unknown action."""
    here = replace(here, view=replace(here.view, case=case))
    done = await _do(site, here, form, case, did)
    if done is not None and done.refused is not None:
        kept = Kept(f"/comms/{case}/{did}:", dict(form))
        return Result(here, Extra(Notice("comms", done.refused.body), kept))
    return Result(here)


async def _do(site: Site, here: Here, form: Form, case: int, did: str) -> Done | None:
    who = comms_sender(site, here)
    if did == "send-guess":
        return await casework.send_guess(site.comms, who, case, form.get("entry", ""))
    return await casework.do(site.comms, who, case, _action(did, form))


def _action(did: str, form: Form) -> Action:
    text = form.get("text", "")
    match did:
        case "claim":
            return Claim()
        case "release":
            return Release()
        case "answer":
            return Answer(text)
        case "ask-back":
            return AskBack(text)
        case "note":
            return Note(text)
        case "close":
            return casework.closing(form.get("reason", ""), text)
        case "reopen":
            return Reopen(text)
        case _:
            raise InputError(f"comms cannot “{did[:40]}” a case")
