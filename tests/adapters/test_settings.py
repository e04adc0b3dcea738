"""The environment becomes settings, or one sentence that says what to mend."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from adapters.settings import ROOT, read_settings
from bot.errors import SettingsError

SLACK = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "hush",
    "HANDBOK_SLACK_ORGANISATIONS": "T1=oslomet, E2 = malmo",
}

TEAMS = {
    "TEAMS_APP_ID": "app",
    "TEAMS_APP_PASSWORD": "hush",
    "TEAMS_APP_TENANT_ID": "tenant",
    "HANDBOK_TEAMS_ORGANISATIONS": "tenant=oslomet",
}


def test_nothing_set_is_a_demo_on_this_machine() -> None:
    found = read_settings({})
    assert found.knowledge == ROOT / "knowledge"
    assert (found.organisation, found.port, found.web, found.slack) == ("oslomet", 8080, True, None)
    assert found.database.startswith("sqlite:///")
    assert found.secret == ""


def test_empty_variables_are_as_if_they_were_not_there() -> None:
    names = ("KNOWLEDGE", "CACHE", "ORGANISATION", "DATABASE_URL", "SECRET_KEY", "WEB", "PORT", "SLACK_COMMS")
    assert read_settings({f"HANDBOK_{name}": "" for name in names}) == read_settings({})


def test_what_is_set_is_taken(tmp_path: Path) -> None:
    found = read_settings({
        "HANDBOK_KNOWLEDGE": str(tmp_path),
        "HANDBOK_CACHE": str(tmp_path / "models"),
        "HANDBOK_ORGANISATION": "malmo",
        "HANDBOK_DATABASE_URL": "postgresql:///handbok",
        "HANDBOK_SECRET_KEY": "s",
        "HANDBOK_PORT": "443",
    })  # fmt: skip
    assert (found.knowledge, found.cache) == (tmp_path, tmp_path / "models")
    assert (found.organisation, found.database, found.secret, found.port) == (
        "malmo", "postgresql:///handbok", "s", 443,
    )  # fmt: skip


@pytest.mark.parametrize("port", ["0", "65536", "-1", "80a", "８０", "1e3", " 80"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(SettingsError, match="HANDBOK_PORT"):
        read_settings({"HANDBOK_PORT": port})


def test_knowledge_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", Path(__file__)):
        with pytest.raises(SettingsError, match="HANDBOK_KNOWLEDGE names no folder"):
            read_settings({"HANDBOK_KNOWLEDGE": str(path)})


@pytest.mark.parametrize(
    ("environment", "on"),
    [
        ({}, True),
        ({"HANDBOK_WEB": "0"}, False),
        (SLACK, False),
        (SLACK | {"HANDBOK_WEB": "1"}, True),
        (TEAMS, False),
        ({"TEAMS_APP_ID": ""}, True),
    ],
    ids=["nothing", "off", "slack", "slack-and-web", "teams", "teams-empty"],
)
def test_the_demo_page_is_off_where_another_way_in_is_set_up(environment: dict[str, str], on: bool) -> None:
    assert read_settings(environment).web is on


def test_a_demo_page_that_is_neither_on_nor_off_is_refused() -> None:
    with pytest.raises(SettingsError, match="HANDBOK_WEB"):
        read_settings({"HANDBOK_WEB": "yes"})


def test_slack_is_set_up_by_a_token_and_who_belongs_where() -> None:
    found = read_settings(SLACK | {"HANDBOK_SLACK_COMMS": "oslomet=C1,malmo=E2/C2"}).slack
    assert found is not None
    assert found.organisations == {"T1": "oslomet", "E2": "malmo"}
    assert found.comms == {"oslomet": ("T1", "C1"), "malmo": ("E2", "C2")}
    assert not found.by_oauth
    assert found.api == "https://slack.com/api/"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SLACK_BOT_TOKEN": "xoxp-1"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_CLIENT_ID": "1.2"}, "exclude each other"),
        ({"SLACK_BOT_TOKEN": "", "SLACK_CLIENT_ID": "1.2"}, "SLACK_CLIENT_SECRET"),
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_APP_TOKEN": "xoxb-2"}, "SLACK_APP_TOKEN"),
        ({"HANDBOK_SLACK_ORGANISATIONS": ""}, "HANDBOK_SLACK_ORGANISATIONS"),
        ({"HANDBOK_SLACK_ORGANISATIONS": "oslomet"}, "HANDBOK_SLACK_ORGANISATIONS"),
        ({"HANDBOK_SLACK_COMMS": "lund=C1"}, "HANDBOK_SLACK_COMMS"),
        ({"HANDBOK_SLACK_COMMS": "oslomet=T9/C1"}, "HANDBOK_SLACK_COMMS"),
    ],
    ids=lambda value: value if isinstance(value, str) else "+".join(value),
)
def test_slack_settings_that_cannot_hold_are_refused(change: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        read_settings(SLACK | change)


def test_teams_is_set_up_by_an_app_a_secret_and_who_belongs_where() -> None:
    more = {"HANDBOK_TEAMS_COMMS": "oslomet=19:x@thread.tacv2", "HANDBOK_TEAMS_SECRET_EXPIRES": "2027-05-31"}
    found = read_settings(TEAMS | more).teams
    assert found is not None
    assert found.organisations == {"tenant": "oslomet"}
    assert found.comms == {"oslomet": ("tenant", "19:x@thread.tacv2")}
    assert found.expires == date(2027, 5, 31)


def test_the_playground_needs_no_app_and_reaches_this_machine_alone() -> None:
    found = read_settings({"HANDBOK_TEAMS_PLAYGROUND": "1", "HANDBOK_TEAMS_ORGANISATIONS": "t=oslomet"}).teams
    assert found is not None
    assert set(found.service_hosts) == {"127.0.0.1", "localhost", "::1"}
    assert found.service_url == "http://localhost:56150/_connector"  # a channel that has not written yet is reached


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"TEAMS_APP_PASSWORD": ""}, "TEAMS_APP_PASSWORD"),
        ({"TEAMS_APP_TENANT_ID": ""}, "TEAMS_APP_TENANT_ID"),
        ({"TEAMS_APP_TYPE": "MultiTenant"}, "TEAMS_APP_TYPE"),
        ({"HANDBOK_TEAMS_ORGANISATIONS": ""}, "HANDBOK_TEAMS_ORGANISATIONS"),
        ({"HANDBOK_TEAMS_COMMS": "malmo=19:x"}, "HANDBOK_TEAMS_COMMS"),
        ({"HANDBOK_TEAMS_SECRET_EXPIRES": "31.05.2027"}, "HANDBOK_TEAMS_SECRET_EXPIRES"),
        ({"HANDBOK_TEAMS_SERVICE_URL": "https://elsewhere.example/"}, "HANDBOK_TEAMS_SERVICE_URL"),
        ({"HANDBOK_TEAMS_PLAYGROUND": "1"}, "exclude each other"),
        (
            {"HANDBOK_TEAMS_PLAYGROUND": "1", "TEAMS_APP_ID": "", "HANDBOK_TEAMS_SERVICE_URL": "https://smba.example/"},
            "HANDBOK_TEAMS_SERVICE_URL",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "+".join(value),
)
def test_teams_settings_that_cannot_hold_are_refused(change: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        read_settings(TEAMS | change)


def test_comms_works_in_one_place_for_each_organisation() -> None:
    both = SLACK | TEAMS | {"HANDBOK_SLACK_COMMS": "oslomet=C1", "HANDBOK_TEAMS_COMMS": "oslomet=19:x"}
    with pytest.raises(SettingsError, match="both name oslomet"):
        read_settings(both)


def test_no_secret_shows_when_settings_are_printed() -> None:
    secrets = {
        "SLACK_BOT_TOKEN": "xoxb-hush",
        "SLACK_SIGNING_SECRET": "hush-signing",
        "SLACK_APP_TOKEN": "xapp-hush",
    }
    assert "hush" not in repr(read_settings(SLACK | TEAMS | secrets))


@pytest.mark.parametrize(
    "environment",
    [{"HANDBOK_SECRET_KEY": "hush"}, {"HANDBOK_DATABASE_URL": "postgresql://me:hush@db/x"}],
    ids=lambda found: next(iter(found)),
)
def test_neither_the_key_nor_the_databases_password_shows(environment: dict[str, str]) -> None:
    assert "hush" not in repr(read_settings(environment))


def test_every_setting_that_is_read_stands_in_the_example_and_no_other() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "adapters" / "settings").glob("*.py"))
    read = set(re.findall(r'"((?:HANDBOK|SLACK|TEAMS)_[A-Z_]*[A-Z])"', source)) - {"HANDBOK_SLACK", "HANDBOK_TEAMS"}
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^#([A-Z_]+)=", example, re.MULTILINE)) == read
