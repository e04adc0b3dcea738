"""Activities as Teams sends them, each a plain dict: ``message(url, ALVA, "Hei")``. ``more`` replaces parts of it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from teams_signing import APP_ID

TENANT, OTHER_TENANT = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"
BOT = {"id": f"28:{APP_ID}", "name": "Handbok"}
CHANNEL = "19:comms@thread.tacv2"
TEAM = "19:team@thread.tacv2"
Activity = dict[str, Any]
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Person:
    name: str
    tenant: str = TENANT

    @property
    def id(self) -> str:
        """In this bot's conversations."""
        return f"29:{self.name.lower()}"

    @property
    def entra(self) -> str:
        return f"entra-{self.name.lower()}"

    @property
    def direct(self) -> str:
        """The personal conversation."""
        return f"a:{self.name.lower()}"

    @property
    def member(self) -> dict[str, Any]:
        """As a roster has it."""
        return {
            "id": self.id, "name": self.name, "objectId": self.entra, "aadObjectId": self.entra,
            "tenantId": self.tenant, "userRole": "user", "email": f"{self.name.lower()}@example.org",
            "userPrincipalName": f"{self.name.lower()}@example.org", "givenName": self.name,
        }  # fmt: skip


ALVA, BO, CLEO = Person("Alva"), Person("Bo"), Person("Cleo")


# ── where from ───────────────────────────────────────────────────────────────────────────────────────────────────────
def personal(url: str, person: Person, kind: str, **more: Any) -> Activity:
    """Any activity from the chat of one person with the bot."""
    conversation = {"conversationType": "personal", "tenantId": person.tenant, "id": person.direct}
    return _activity(url, person, kind, conversation, {"tenant": {"id": person.tenant}}, more)


def in_channel(url: str, person: Person, kind: str, channel: str = CHANNEL, thread: str = "", **more: Any) -> Activity:
    """Any activity from a channel. ``thread``: the id of the post that began it; by default the activity begins one."""
    number = f"17000000{next(_numbers):05}"
    conversation = {
        "conversationType": "channel", "isGroup": True, "tenantId": person.tenant,
        "id": f"{channel};messageid={thread or number}",
    }  # fmt: skip
    data = {
        "teamsChannelId": channel, "teamsTeamId": TEAM, "channel": {"id": channel},
        "team": {"id": TEAM, "name": "Kommunikasjon"}, "tenant": {"id": person.tenant},
    }  # fmt: skip
    return _activity(url, person, kind, conversation, data, {"id": number, **more})


def in_group(url: str, person: Person, kind: str, chat: str = "19:group@thread.v2", **more: Any) -> Activity:
    """Any activity from a group chat."""
    conversation = {"conversationType": "groupChat", "isGroup": True, "tenantId": person.tenant, "id": chat}
    return _activity(url, person, kind, conversation, {"tenant": {"id": person.tenant}}, more)


# ── what ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def message(url: str, person: Person, text: str, **more: Any) -> Activity:
    """Written to the bot in the personal chat."""
    return personal(url, person, "message", text=text, textFormat="plain", **more)


def channel_message(url: str, person: Person, text: str, **more: Any) -> Activity:
    """With a mention of the bot before it, as in a channel it must be."""
    return in_channel(url, person, "message", **_mentioned(text), **more)


def group_message(url: str, person: Person, text: str, **more: Any) -> Activity:
    return in_group(url, person, "message", **_mentioned(text), **more)


def execute(url: str, person: Person, verb: str, data: dict[str, Any], post: str, **more: Any) -> Activity:
    """Action.Execute on the card of ``post`` in the personal chat; ``where=in_channel`` for one in a channel."""
    where = more.pop("where", personal)
    action = {"type": "Action.Execute", "id": verb, "verb": verb, "data": data}
    value = {"action": action, "trigger": "manual"}
    return where(url, person, "invoke", name="adaptiveCard/action", value=value, replyToId=post, **more)  # type: ignore[no-any-return]


def submit(url: str, person: Person, data: dict[str, Any], post: str, **more: Any) -> Activity:
    """Action.Submit on the card of ``post``: a message without text."""
    where = more.pop("where", personal)
    return where(url, person, "message", value=data, replyToId=post, **more)  # type: ignore[no-any-return]


def query(url: str, person: Person, text: str, command: str = "searchHandbook", **more: Any) -> Activity:
    """A search in the compose box; without ``text``, what is shown at first."""
    parameter = {"name": "words", "value": text} if text else {"name": "initialRun", "value": "true"}
    value = {"commandId": command, "parameters": [parameter], "queryOptions": {"skip": 0, "count": 25}}
    return personal(url, person, "invoke", name="composeExtension/query", value=value, **more)


def fetch_action(
    url: str, person: Person, command: str, written: str = "", attached: list[Any] | None = None, **more: Any
) -> Activity:
    """An action of the message extension; ``written``, ``attached``: in the message that it is called on."""
    payload: Activity = {"id": "1700000000000", "body": {"contentType": "html", "content": written}}
    if attached is not None:
        payload["attachments"] = attached
    on_message = bool(written or attached is not None)
    value = {
        "commandId": command, "commandContext": "message" if on_message else "compose",
        "messagePayload": payload if on_message else None,
    }  # fmt: skip
    return personal(url, person, "invoke", name="composeExtension/fetchTask", value=value, **more)


def submit_action(url: str, person: Person, command: str, data: dict[str, Any], **more: Any) -> Activity:
    value = {"commandId": command, "commandContext": "compose", "data": data}
    return personal(url, person, "invoke", name="composeExtension/submitAction", value=value, **more)


def task_fetch(url: str, person: Person, data: dict[str, Any], **more: Any) -> Activity:
    """A button that opens a dialog."""
    where = more.pop("where", personal)
    value = {"data": {"type": "task/fetch", **data}, "context": {"theme": "default"}}
    return where(url, person, "invoke", name="task/fetch", value=value, **more)  # type: ignore[no-any-return]


def task_submit(url: str, person: Person, data: dict[str, Any], **more: Any) -> Activity:
    """A dialog that is sent."""
    where = more.pop("where", personal)
    value = {"data": data, "context": {"theme": "default"}}
    return where(url, person, "invoke", name="task/submit", value=value, **more)  # type: ignore[no-any-return]


def installed(url: str, person: Person, action: str = "add", **more: Any) -> Activity:
    """``action``: add or remove."""
    where = more.pop("where", personal)
    return where(url, person, "installationUpdate", action=action, **more)  # type: ignore[no-any-return]


def members_added(url: str, person: Person, *added: dict[str, Any], **more: Any) -> Activity:
    """The bot by default."""
    where = more.pop("where", personal)
    return where(url, person, "conversationUpdate", membersAdded=[*added] or [BOT], **more)  # type: ignore[no-any-return]


def members_removed(url: str, person: Person, *removed: dict[str, Any], **more: Any) -> Activity:
    where = more.pop("where", personal)
    return where(url, person, "conversationUpdate", membersRemoved=[*removed] or [BOT], **more)  # type: ignore[no-any-return]


def reaction(url: str, person: Person, kind: str, post: str, **more: Any) -> Activity:
    """``kind``: like, heart, laugh and so on."""
    return personal(url, person, "messageReaction", reactionsAdded=[{"type": kind}], replyToId=post, **more)


def _mentioned(text: str) -> Activity:
    mention = {"type": "mention", "mentioned": BOT, "text": "<at>Handbok</at>"}
    return {"text": f"<at>Handbok</at> {text}", "textFormat": "plain", "entities": [mention]}


def _activity(url: str, person: Person, kind: str, conversation: Activity, data: Activity, more: Activity) -> Activity:
    return {
        "type": kind,
        "id": f"17000000{next(_numbers):05}",
        "timestamp": "2026-03-02T08:30:00.000Z",
        "channelId": "msteams",
        "serviceUrl": url,
        "from": {"id": person.id, "name": person.name, "aadObjectId": person.entra},
        "recipient": BOT,
        "conversation": conversation,
        "channelData": data,
        "locale": "nb-NO",
    } | more
