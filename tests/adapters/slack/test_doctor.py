"""`handbok doctor` where Slack is set up: what is wrong with it, each with what to do, and no token in any of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from slack_staff import CHANNEL
from slack_workspace import TOKEN, Fault, Workspace

from adapters.cli.doctor import examine
from adapters.database import new_key
from adapters.settings import read_settings
from adapters.settings.health import Remark


async def remarks(slack: Workspace, folder: Path, **more: str) -> dict[str, Remark]:
    """What doctor says of Slack, by what it is about."""
    given = {
        "SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": "hush", "HANDBOK_SLACK_ORGANISATIONS": "T1=oslomet",
        "HANDBOK_SLACK_COMMS": f"oslomet={CHANNEL}", "HANDBOK_SLACK_API": slack.url + "api/",
        "HANDBOK_DATABASE_URL": f"sqlite:///{folder}/handbok.db",
    }  # fmt: skip
    settings = read_settings({name: value for name, value in (given | more).items() if value})
    found = await asyncio.to_thread(lambda: list(examine(settings)))
    assert TOKEN not in str(found)
    assert "hush" not in str(found)
    return {remark.about: remark for remark in found if remark.about.startswith(("slack", "comms"))}


async def test_what_is_well_is_said_to_be_with_its_names(slack: Workspace, tmp_path: Path) -> None:
    found = await remarks(slack, tmp_path)
    assert {about: remark.well for about, remark in found.items()} == {
        "slack token": True, "slack comms oslomet": True,
    }  # fmt: skip
    assert found["slack comms oslomet"].says == "#comms"


async def test_an_unknown_workspace_is_named_with_the_setting_that_it_lacks(slack: Workspace, tmp_path: Path) -> None:
    token = (await remarks(slack, tmp_path, HANDBOK_SLACK_ORGANISATIONS="T9=oslomet"))["slack token"]
    assert not token.well
    assert "T1" in token.says
    assert token.remedy == "add T1=ORGANISATION"


@pytest.mark.parametrize(
    ("error", "does"),
    [
        ("token_expired", "install the app again"),
        ("token_revoked", "install the app again"),
        ("account_inactive", "install the app again"),
        ("invalid_auth", "copy it from the app's settings"),
    ],
)
async def test_a_token_that_is_dead_is_told(slack: Workspace, tmp_path: Path, error: str, does: str) -> None:
    slack.faults["auth.test"] = [Fault(error)]
    found = await remarks(slack, tmp_path)
    assert [(about, remark.well) for about, remark in found.items()] == [("slack token", False)]
    assert error in found["slack token"].says
    assert does in found["slack token"].remedy


async def test_each_missing_scope_is_named(slack: Workspace, tmp_path: Path) -> None:
    slack.scopes = slack.scopes.replace("channels:history,", "").replace(",users:read", "")
    token = (await remarks(slack, tmp_path))["slack token"]
    assert not token.well
    assert "channels:history, users:read" in token.says
    assert "manifest/slack.yaml" in token.remedy


@pytest.mark.parametrize(
    ("channel", "says", "does"),
    [
        ({"is_member": False}, "not in the channel", "/invite @Handbok"),
        ({"is_archived": True, "is_member": False}, "archived", "unarchive"),
    ],
    ids=["not a member", "archived"],
)
async def test_a_channel_of_comms_that_cannot_be_posted_in_is_told(
    slack: Workspace, tmp_path: Path, channel: dict[str, bool], says: str, does: str
) -> None:
    slack.channels[CHANNEL] = channel
    comms = (await remarks(slack, tmp_path))["slack comms oslomet"]
    assert not comms.well
    assert says in comms.says
    assert "wait" in comms.says, "and what becomes of its cases"
    assert does in comms.remedy


@pytest.mark.parametrize("error", ["channel_not_found", "missing_scope"])
async def test_a_channel_that_slack_does_not_show_is_told(slack: Workspace, tmp_path: Path, error: str) -> None:
    slack.faults["conversations.info"] = [Fault(error)]
    comms = (await remarks(slack, tmp_path))["slack comms oslomet"]
    assert not comms.well
    assert error in comms.says
    assert comms.remedy


async def test_an_organisation_without_a_channel_is_told(slack: Workspace, tmp_path: Path) -> None:
    found = await remarks(slack, tmp_path, HANDBOK_SLACK_ORGANISATIONS="T1=oslomet,T2=malmo")
    assert not found["comms malmo"].well
    assert "HANDBOK_SLACK_COMMS" in found["comms malmo"].remedy


async def test_an_organisation_whose_comms_works_in_teams_needs_no_channel_in_slack(
    slack: Workspace, tmp_path: Path
) -> None:
    teams = {"HANDBOK_TEAMS_PLAYGROUND": "1", "HANDBOK_TEAMS_ORGANISATIONS": "tenant=malmo"}
    comms = {"HANDBOK_TEAMS_COMMS": "malmo=19:x", "HANDBOK_TEAMS_SERVICE_URL": "http://127.0.0.1:9/"}
    more = teams | comms | {"HANDBOK_SLACK_ORGANISATIONS": "T1=oslomet,T2=malmo"}
    assert "comms malmo" not in await remarks(slack, tmp_path, **more)


async def test_slack_out_of_reach_is_a_remark_and_no_fault(slack: Workspace, tmp_path: Path) -> None:
    token = (await remarks(slack, tmp_path, HANDBOK_SLACK_API="http://127.0.0.1:9/api/"))["slack token"]
    assert (token.well, token.says) == (False, "Slack does not answer")
    assert "network" in token.remedy
    slack.faults["auth.test"] = [Fault(status=503, body="upstream")]
    assert not (await remarks(slack, tmp_path))["slack token"].well


async def test_socket_mode_is_tried(slack: Workspace, tmp_path: Path) -> None:
    assert (await remarks(slack, tmp_path, SLACK_APP_TOKEN="xapp-1"))["slack socket mode"].well
    slack.faults["apps.connections.open"] = [Fault("missing_scope")]
    socket = (await remarks(slack, tmp_path, SLACK_APP_TOKEN="xapp-1"))["slack socket mode"]
    assert not socket.well
    assert "connections:write" in socket.remedy


async def test_by_oauth_each_workspace_is_looked_at_and_nothing_is_made(slack: Workspace, tmp_path: Path) -> None:
    oauth = {"SLACK_BOT_TOKEN": "", "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}
    for secret in ("", new_key()):
        token = (await remarks(slack, tmp_path, HANDBOK_SECRET_KEY=secret, **oauth))["slack token T1"]
        assert not token.well
        assert "/slack/install" in token.remedy
    assert await asyncio.to_thread(lambda: list(tmp_path.iterdir())) == []
