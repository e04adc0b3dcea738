"""The whole server with Slack beside it: real database, real delivery."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_staff import CHANNEL, Staff, served, slack_settings
from slack_workspace import Fault, Workspace
from typer.testing import CliRunner

from adapters.app import serve
from adapters.app.parts import Parts
from adapters.app.serve import assembled
from adapters.cli.app import app
from adapters.cli.manifest import FILE, slack_manifest
from adapters.settings import Settings, read_slack
from adapters.slack import failures
from adapters.slack.installing import SCOPES
from bot.errors import InputError, SettingsError
from bot.knowledge import KnowledgeBase
from bot.matching.matcher import Matcher
from bot.review import Rulebook
from bot.wording import wording

SET = {
    "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "HANDBOK_SLACK_ORGANISATIONS": "T1=oslomet, T2=malmo",
    "HANDBOK_SLACK_COMMS": "oslomet=C1,malmo=T2/C2",
}  # fmt: skip


async def _until(found: Any, slack: Workspace) -> None:
    async with asyncio.timeout(15):
        while not found():
            slack.changed.clear()
            await slack.changed.wait()


@pytest.fixture(autouse=True)
def read_once(
    monkeypatch: pytest.MonkeyPatch, knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook
) -> None:  # fmt: skip
    """What every start would read anew is what this session has read."""
    monkeypatch.setattr(serve, "build", lambda settings: Parts(settings, knowledge, matcher, wording()))
    monkeypatch.setattr(serve, "_read_rules", lambda _parts: rules)


@asynccontextmanager
async def at_work(slack: Workspace, knowledge: Path, cache: Path, folder: Path) -> AsyncIterator[Staff]:
    """With the server whole: durable delivery and a database in ``folder``."""
    settings = Settings(
        knowledge=knowledge, cache=cache, organisation="oslomet", database=f"sqlite:///{folder}/h.db",
        secret="", web=False, port=0, slack=slack_settings(slack, organisations={"T1": "oslomet"}),
    )  # fmt: skip
    async with assembled(settings) as whole, served(whole.app) as http:  # type: ignore[arg-type]  # any ASGI app
        staff = Staff(slack, None, whole.desk, None, None, http)  # type: ignore[arg-type]  # the real ones are inside

        async def nothing() -> None: ...

        staff.idle = nothing  # type: ignore[method-assign]
        yield staff


LOST = "kan jeg poste noe om en ulykke som skjedde på jobb i dag?"  # a topic of comms'


@pytest.mark.parametrize("error", ["not_in_channel", "is_archived", "missing_scope", "token_expired", "token_revoked"])
async def test_cases_wait_until_the_operator_has_mended_it_and_are_delivered_once(
    slack: Workspace, knowledge_folder: Path, model_cache: Path, tmp_path: Path, error: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(failures, "MENDED_WITHIN", 0.5)
    slack.broken[CHANNEL] = error
    async with at_work(slack, knowledge_folder, model_cache, tmp_path) as staff:
        await staff.write("U-alva", LOST)
        await _until(
            lambda: len([each for each in slack.of("chat.postMessage") if each["channel"] == CHANNEL]) > 1, slack
        )
        assert not staff.posted(CHANNEL)
        del slack.broken[CHANNEL]
        await _until(lambda: staff.posted(CHANNEL), slack)
        await staff.write("U-bo", LOST)  # whose card comes after whatever else is due in that channel
        await _until(lambda: any("Bo" in str(each) for each in staff.posted(CHANNEL)), slack)
        assert len(staff.posted(CHANNEL)) == 2


async def test_an_answer_to_somebody_who_has_left_is_told_to_comms(
    slack: Workspace, knowledge_folder: Path, model_cache: Path, tmp_path: Path
) -> None:
    async with at_work(slack, knowledge_folder, model_cache, tmp_path) as staff:
        await staff.write("U-alva", LOST)
        await _until(lambda: staff.posted(CHANNEL), slack)
        slack.broken["D-U-alva"] = "user_disabled"
        await staff.mention("U-cleo", CHANNEL, "svar: Vent til i morgen.", thread=staff.posted(CHANNEL)[0]["ts"])
        await _until(lambda: "⚠️ nådde ikkje fram" in str(staff.posted(CHANNEL)[0]), slack)


async def test_a_case_reaches_comms_and_its_answer_the_asker_by_durable_delivery(
    slack: Workspace, knowledge_folder: Path, model_cache: Path, tmp_path: Path
) -> None:
    slack.faults["chat.postMessage"] = [Fault("ratelimited", 429, {"Retry-After": "1"})]
    async with at_work(slack, knowledge_folder, model_cache, tmp_path) as staff:
        await staff.write("U-alva", LOST)
        await staff.command("U-alva", "/checkpost", "")
        form = (await slack.until("views.open"))[0]["view"]
        await staff.submit("U-alva", form, draft="Hei!")
        post = {"type": "message_action", "message": {"text": "Hei", "ts": "1.1"}, "callback_id": "ask_about"}
        await staff.interact("U-alva", post)
        form = (await slack.until("views.open", 2))[1]["view"]
        await staff.submit("U-alva", form, text="Kan vi si dette?")
        await _until(lambda: any("Kan vi si dette?" in json.dumps(each) for each in staff.posted(CHANNEL)), slack)
        card = next(each for each in staff.posted(CHANNEL) if "Kan vi si dette?" in json.dumps(each))
        await staff.mention("U-cleo", CHANNEL, "svar: Ja, gjerne.", thread=card["ts"])
        await _until(lambda: any("Ja, gjerne." in json.dumps(each) for each in staff.posted("D-U-alva")), slack)
        cards = [
            each for each in staff.posted(CHANNEL) if "Kan vi si dette?" in json.dumps(each) and "thread_ts" not in each
        ]
        assert len(cards) == 1, "one card, changed in place"


def test_the_settings_of_slack_are_read() -> None:
    found = read_slack(SET)
    assert found is not None
    assert found.comms == {"oslomet": ("T1", "C1"), "malmo": ("T2", "C2")}
    assert "xoxb" not in repr(found)
    assert read_slack({}) is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxp-1"}, "xoxb-"),
        ({"SLACK_APP_TOKEN": "nope"}, "xapp-"),
        ({"SLACK_CLIENT_ID": "1"}, "exclude each other"),
        ({"SLACK_BOT_TOKEN": "", "SLACK_CLIENT_ID": "1"}, "SLACK_CLIENT_SECRET"),
        ({"HANDBOK_SLACK_ORGANISATIONS": ""}, "HANDBOK_SLACK_"),
        ({"HANDBOK_SLACK_ORGANISATIONS": "T1"}, "T0123=oslomet"),
        ({"HANDBOK_SLACK_COMMS": "malmo=T9/C9"}, "no such workspace"),
    ],
)
def test_settings_that_cannot_hold_are_refused_with_the_remedy(change: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        read_slack(SET | change)


def test_the_manifest_keeps_slacks_limits_and_asks_for_no_more_than_oauth_does() -> None:
    made = slack_manifest("https://handbok.example.no/sub/")
    about, features = made["display_information"], made["features"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000
    assert made["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)
    assert all(len(each["name"]) <= 24 for each in features["shortcuts"])
    assert all(len(each["command"]) <= 32 for each in features["slash_commands"])
    assert len(features["slash_commands"]) <= 50
    assert len(features["shortcuts"]) <= 10
    assert len(features["agent_view"].get("suggested_prompts", ())) <= 4
    assert len(made["settings"]["event_subscriptions"]["bot_events"]) <= 100
    assert len(made["oauth_config"]["redirect_urls"]) == 1
    urls = {each["url"] for each in features["slash_commands"]}
    urls |= {made["settings"][part]["request_url"] for part in ("event_subscriptions", "interactivity")}
    assert urls == {"https://handbok.example.no/sub/slack/events"}
    assert made["settings"]["socket_mode_enabled"] is False
    assert slack_manifest(None)["settings"]["socket_mode_enabled"] is True


def test_the_manifest_says_what_each_scope_is_for() -> None:
    reasons = "".join(line for line in FILE.read_text(encoding="utf-8").splitlines() if line.startswith("#"))
    assert [scope for scope in SCOPES if scope not in reasons] == []


@pytest.mark.parametrize(
    "url",
    [
        "http://x.no", "x.no", "https://", "https://x.no/?a=b", "", "https://[", "https://x", "https://a b.no",
        "https://x.no:99999", "https://me:secret@x.no",
    ],
)  # fmt: skip
def test_an_address_that_slack_cannot_reach_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="https://"):
        slack_manifest(url)


def test_the_manifest_is_printed_or_written_as_yaml(tmp_path: Path) -> None:
    path = tmp_path / "slack.yaml"
    result = CliRunner().invoke(app, ["manifest", "slack", "--url", "https://x.no", "--out", str(path)])
    assert result.exit_code == 0
    assert yaml.safe_load(path.read_text(encoding="utf-8")) == slack_manifest("https://x.no")
