"""What Slack sends → who sent what, and from where. Strings of Slack's end here."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from adapters.chat.acts import Attached, AttachmentKind, Quoted
from adapters.slack.posts import plain_text, post_text
from bot.ports import Address

Body = Mapping[str, Any]
_ASKED = frozenset(
    {"", "file_share", "thread_broadcast", "me_message"}
)  # subtypes of messages that a person has just written
_USER = re.compile(r"<@([^>|]+)(?:\|[^>]*)?>")
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True)
class Came:
    """Something that a person did in Slack.

    ``event``: its key, the same however often Slack sends it. Of a message: where it stands and its own time, since
    Slack sends one message under several event ids.
    """

    event: str
    team: str
    enterprise: str
    user: str
    channel: str = ""
    thread: str = ""
    text: str = ""
    name: str = ""  # as far as the payload says
    trigger: str = ""  # what a window may be opened with, for three seconds
    response_url: str = ""
    in_thread: bool = False  # below another message
    post: str = ""  # the message itself
    quotes: tuple[Quoted, ...] = ()
    attached: tuple[Attached, ...] = ()

    @property
    def direct(self) -> bool:
        return self.channel.startswith("D")

    def address(self) -> Address:
        """With its person, where others read too: what can no longer be said there is said to them alone."""
        whose = "" if self.direct or not self.user else json.dumps({"user": self.user})
        return Address("slack", self.team, self.channel, self.thread, whose)


def user_of(reference: str) -> str:
    """The person of an address; empty where it does not say."""
    return str(json.loads(reference).get("user", "")) if reference else ""


def of_event(body: Body) -> Came:
    """Any event of the Events API."""
    event = _part(body, "event")
    where: Body = next(iter(_parts(body, "authorizations")), {})
    message_ts = str(event.get("ts", ""))
    channel = str(event.get("channel", "")) if isinstance(event.get("channel"), str) else ""
    thread = str(event.get("thread_ts") or message_ts)  # in an agent view every message begins a thread of its own
    team = str(body.get("team_id") or where.get("team_id") or event.get("team") or "")
    return Came(
        event=_event_key(body, event, team, channel),
        team=team,
        enterprise=str(body.get("enterprise_id") or where.get("enterprise_id") or ""),
        user=str(event.get("user", "")) if isinstance(event.get("user"), str) else "",
        channel=channel,
        thread=thread,
        text=str(event.get("text") or ""),
        in_thread=bool(event.get("thread_ts")) and event.get("thread_ts") != message_ts,
        post=message_ts,
    )


def _event_key(body: Body, event: Body, team: str, channel: str) -> str:
    """What is done to a message (edited, deleted) is an event of its own, under its own id."""
    written = event.get("type") in ("message", "app_mention") and str(event.get("subtype") or "") in _ASKED
    if written and channel and event.get("ts"):
        return f"slack:message:{team}:{channel}:{event['ts']}"
    return f"slack:{body.get('event_id', '')}"


def question(body: Body) -> Came | None:
    """A direct message or a mention that a person wrote; None for anything else, the bot's own messages first."""
    event = _part(body, "event")
    came = of_event(body)
    if event.get("bot_id") or came.user in ("", SLACKBOT) or str(event.get("subtype") or "") not in _ASKED:
        return None
    if event.get("type") == "message" and event.get("channel_type") != "im":
        return None
    if event.get("type") == "app_mention" and came.direct:
        return None  # the same comes as a direct message
    return replace(came, text=_unmentioned(came.text, _bot(body)), quotes=_quotes(event), attached=_attached(event))


def _bot(body: Body) -> str:
    """Handbok's own user; empty where Slack does not say."""
    named = (each for each in _parts(body, "authorizations") if each.get("is_bot"))
    return next((str(each.get("user_id") or "") for each in named), "")


def _unmentioned(text: str, bot: str) -> str:
    """Without the mention of Handbok, wherever it stands; a mention before everything is meant for Handbok too."""
    text = re.sub(rf"\s*<@{re.escape(bot)}(?:\|[^>]*)?>", " ", text) if bot else text
    return re.sub(r"^\s*<@[^>]+>[\s,:]*", "", text).strip()


def mentioned(text: str) -> frozenset[str]:
    """The users that a text of Slack's names by their ids alone."""
    return frozenset(_USER.findall(text))


def as_read(text: str, names: Mapping[str, str], channel: str) -> str:
    """What a person wrote, as they see it: people by their ``names``, ``channel`` for one that Slack does not name."""
    text = _USER.sub(lambda found: names.get(found[1], ""), text)
    return plain_text(re.sub(r"<#[^>|]+\|?>", channel, text))


def _quotes(event: Body) -> tuple[Quoted, ...]:
    """Messages that were forwarded, or that a link leads to."""
    found = [each for each in _parts(event, "attachments") if each.get("is_share") or each.get("is_msg_unfurl")]
    return tuple(Quoted(post_text({"attachments": [each]}), str(each.get("ts") or "")) for each in found)


def _attached(event: Body) -> tuple[Attached, ...]:
    """Pictures, files and clips."""
    return tuple(_file(each) for each in _parts(event, "files"))


def _file(file: Body) -> Attached:
    kinds: dict[str, AttachmentKind] = {"image": "picture", "audio": "sound", "video": "video"}
    kind = kinds.get(str(file.get("mimetype") or "").partition("/")[0], "file")
    spoken: dict[str, AttachmentKind] = {"slack_audio": "sound", "slack_video": "video"}
    kind = spoken.get(str(file.get("subtype") or ""), kind)
    name, link = str(file.get("title") or file.get("name") or "–"), str(file.get("permalink") or "")
    return Attached(kind, name, link, str(file.get("url_private_download") or file.get("url_private") or ""))


def changed(body: Body) -> Came | None:
    """A message that a person edited, as it reads now, or deleted, without its text; None for anything else."""
    event = _part(body, "event")
    before, now = _part(event, "previous_message"), _part(event, "message")
    kind = event.get("subtype")
    gone = kind == "message_deleted" or (kind == "message_changed" and now.get("subtype") == "tombstone")
    whole = before if gone else now
    if kind not in ("message_changed", "message_deleted") or before.get("bot_id") or now.get("bot_id"):
        return None
    if not gone and (now.get("text") == before.get("text") or now.get("subtype") not in (None, *_ASKED)):
        return None  # Slack unfolded a link
    came = of_event({**body, "event": {**whole, "channel": event.get("channel")}})
    text = "" if gone else _unmentioned(came.text, _bot(body))
    key = f"slack:{body.get('event_id', '')}"
    return replace(came, event=key, text=text) if came.user and came.user != SLACKBOT else None


def _part(whole: object, name: str) -> Body:
    """Nothing where there is no such part, or something else in its place."""
    found = whole.get(name) if isinstance(whole, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _parts(whole: Body, name: str) -> list[Body]:
    found = whole.get(name)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def foreign(body: Body) -> bool:
    """Whether the event's person belongs to another workspace than the app: somebody of a shared channel."""
    event = _part(body, "event")
    own = {str(body.get("team_id") or ""), str(body.get("enterprise_id") or "")}
    keys = ("user_team", "source_team", *(("team",) if body.get("is_ext_shared_channel") else ()))
    theirs = {str(event[key]) for key in keys if event.get(key)}
    return bool(theirs) and not (theirs & own)


def of_command(body: Body) -> Came:
    trigger = str(body.get("trigger_id", ""))
    return Came(
        event=f"slack:command:{trigger}",
        team=str(body.get("team_id", "")),
        enterprise=str(body.get("enterprise_id") or ""),
        user=str(body.get("user_id", "")),
        channel=str(body.get("channel_id", "")),
        text=plain_text(str(body.get("text") or "")),
        name=str(body.get("user_name", "")),
        trigger=trigger,
        response_url=str(body.get("response_url", "")),
    )


def of_interaction(body: Body) -> Came:
    """A press of a button, a shortcut, or a window that was sent."""
    user, team, view = _part(body, "user"), _part(body, "team"), _part(body, "view")
    container, message = _part(body, "container"), _part(body, "message")
    channel = str(_part(body, "channel").get("id") or container.get("channel_id") or "")
    post = str(message.get("ts") or container.get("message_ts") or "")
    thread = str(message.get("thread_ts") or container.get("thread_ts") or ("" if channel.startswith("D") else post))
    trigger = str(body.get("trigger_id", ""))
    return Came(
        event=f"slack:{body.get('type')}:{_interaction_key(body, view, trigger)}",
        team=str(team.get("id") or user.get("team_id") or ""),
        enterprise=str(_part(body, "enterprise").get("id") or team.get("enterprise_id") or ""),
        user=str(user.get("id", "")),
        channel=channel,
        thread=thread,
        text=post_text(message) if body.get("type") == "message_action" else "",
        name=str(user.get("name") or user.get("username") or ""),
        trigger=trigger,
        response_url=str(body.get("response_url", "")),
    )


def _interaction_key(body: Body, view: Body, trigger: str) -> str:
    """A form that is sent again with other words, after something stood against the first, is another."""
    if body.get("type") == "view_submission":
        state = json.dumps(view.get("state") or {}, sort_keys=True, default=str)
        said = hashlib.blake2b(state.encode(errors="replace"), digest_size=8).hexdigest()
        return f"view:{view.get('id')}:{view.get('hash')}:{said}"
    pressed: Body = next(iter(_parts(body, "actions")), {})
    return trigger or f"{pressed.get('action_id')}:{pressed.get('action_ts') or body.get('action_ts')}"


def written(view: Body) -> dict[str, str]:
    """What stands in a window's fields, by their names; ticked boxes as “a,b”, a day as “2027-12-31”."""
    found = {}
    values = _part(_part(view, "state"), "values")
    for name in values:
        actions = _part(values, name)
        for element in (_part(actions, each) for each in actions):
            chosen = _part(element, "selected_option")
            ticked = ",".join(str(each.get("value", "")) for each in _parts(element, "selected_options"))
            picked = element.get("selected_date")
            found[name.partition("·")[0]] = str(element.get("value") or chosen.get("value") or ticked or picked or "")
    return found
