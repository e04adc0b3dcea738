"""The environment becomes settings, or one sentence that says what to mend."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from documents import DOCUMENTS

from adapters.cli.envfile import load
from adapters.cli.shared import settings
from adapters.settings import ROOT, fits, needs_key, read_settings
from adapters.settings.table import NAMES
from bot.errors import InputError, SettingsError

SLACK = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "hush",
    "HANDBOK_SLACK_ORGANISATIONS": "T1=oslomet, E2 = malmo",
}

APP, TENANT = "11111111-2222-3333-4444-555555555555", "aaaaaaaa-2222-3333-4444-555555555555"
TEAMS = {
    "TEAMS_APP_ID": APP,
    "TEAMS_APP_PASSWORD": "hush",
    "TEAMS_APP_TENANT_ID": TENANT,
    "HANDBOK_TEAMS_ORGANISATIONS": f"{TENANT.upper()}=oslomet",
}
KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


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
        "HANDBOK_SECRET_KEY": KEY,
        "HANDBOK_PORT": "443",
    })  # fmt: skip
    assert (found.knowledge, found.cache) == (tmp_path, tmp_path / "models")
    assert (found.organisation, found.database, found.secret, found.port) == (
        "malmo", "postgresql:///handbok", KEY, 443,
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
    assert found.organisations == {TENANT: "oslomet"}  # as Teams writes it
    assert found.comms == {"oslomet": (TENANT, "19:x@thread.tacv2")}
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
        ({"HANDBOK_TEAMS_COMMS": "malmo=19:x@thread.tacv2"}, "HANDBOK_TEAMS_COMMS"),
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
    both = SLACK | TEAMS | {"HANDBOK_SLACK_COMMS": "oslomet=C1", "HANDBOK_TEAMS_COMMS": "oslomet=19:x@thread.tacv2"}
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
    [{"HANDBOK_SECRET_KEY": KEY}, {"HANDBOK_DATABASE_URL": "postgresql://me:hush@db/x"}],
    ids=lambda found: next(iter(found)),
)
def test_neither_the_key_nor_the_databases_password_shows(environment: dict[str, str]) -> None:
    shown = repr(read_settings(environment))
    assert "hush" not in shown
    assert KEY not in shown


# ── one table ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_setting_that_is_read_stands_in_the_table_and_no_other() -> None:
    files = [path for path in (ROOT / "adapters" / "settings").glob("*.py") if path.name != "table.py"]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    read = set(re.findall(r'"((?:HANDBOK|SLACK|TEAMS)_[A-Z_]*[A-Z])"', source)) - {"HANDBOK_SLACK", "HANDBOK_TEAMS"}
    assert read == NAMES


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_what_is_made_from_the_code_is_as_the_code_says(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == DOCUMENTS[path](), "run: python tests/documents.py"


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("HANDBOK_SLAKC_COMMS", "HANDBOK_SLACK_COMMS"),
        ("SLACK_BOT_TOKN", "SLACK_BOT_TOKEN"),
        ("TEAMS_TENANT_ID", "TEAMS_APP_TENANT_ID"),
        ("HANDBOK_PROT", "HANDBOK_PORT"),
        ("HANDBOK_SECRET", "HANDBOK_SECRET_KEY"),
        ("SLACK_QX", "docs/settings.md"),
    ],
)
def test_a_name_that_is_none_is_refused_with_the_nearest(name: str, guess: str) -> None:
    with pytest.raises(SettingsError, match=name) as refused:
        read_settings({name: ""})
    assert guess in str(refused.value)


def test_what_kubernetes_adds_is_passed_over() -> None:
    service = {"HANDBOK_SERVICE_HOST": "10.0.0.1", "HANDBOK_SERVICE_PORT_HTTP": "8080", "HANDBOK_PORT_8080_TCP": "x"}
    assert read_settings(service) == read_settings({})
    with pytest.raises(SettingsError, match="enableServiceLinks"):
        read_settings({"HANDBOK_PORT": "tcp://10.0.0.1:8080"})


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        (SLACK | {"HANDBOK_SLACK_COMMS": "oslomet=#kommunikasjon"}, "View channel details"),
        (SLACK | {"HANDBOK_SLACK_COMMS": "oslomet=kommunikasjon"}, "View channel details"),
        (SLACK | {"HANDBOK_SLACK_ORGANISATIONS": "oslomet.slack.com=oslomet"}, "app.slack.com/client"),
        (SLACK | {"HANDBOK_SLACK_API": "http://slack.com/api/"}, "https://"),
        (TEAMS | {"TEAMS_APP_ID": "handbok"}, "Application"),
        (TEAMS | {"TEAMS_APP_TENANT_ID": "oslomet.onmicrosoft.com"}, "Directory"),
        (TEAMS | {"HANDBOK_TEAMS_ORGANISATIONS": "oslomet.no=oslomet"}, "Directory"),
        (TEAMS | {"HANDBOK_TEAMS_COMMS": "oslomet=Kommunikasjon"}, "Get link to channel"),
        (TEAMS | {"HANDBOK_TEAMS_OPENID": "login.botframework.com/v1"}, "https://"),
        (TEAMS | {"HANDBOK_TEAMS_LOGIN": "http://login.example/"}, "https://"),
        ({"HANDBOK_SECRET_KEY": "hush"}, "handbok key new"),
        ({"HANDBOK_HOST": "everywhere"}, "0.0.0.0"),  # noqa: S104
        ({"HANDBOK_LOG": "xml"}, "json"),
        ({"HANDBOK_KEEP": "questions=3"}, "question"),
        ({"HANDBOK_KEEP": "question=long"}, "days"),
        ({"HANDBOK_CONTACT": "somebody"}, "e-mail"),
        ({"HANDBOK_WAIT": "-1"}, "0 to 3600"),
        ({"SLACK_SIGNING_SECRET": "s"}, "SLACK_BOT_TOKEN is not"),
        ({"HANDBOK_TEAMS_COMMS": "oslomet=19:x@thread.tacv2"}, "TEAMS_APP_ID is not"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(reversed(value)),
)
def test_a_value_that_cannot_hold_is_refused_with_where_the_right_one_is(change: dict[str, str], remedy: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(remedy)):
        read_settings(change)


def test_a_link_to_the_channel_will_do() -> None:
    slack = read_settings(SLACK | {"HANDBOK_SLACK_COMMS": "oslomet=https://x.slack.com/archives/C0123"}).slack
    assert slack
    assert slack.comms == {"oslomet": ("T1", "C0123")}
    link = "https://teams.microsoft.com/l/channel/19%3Ab%40thread.tacv2/Komm?groupId=1&tenantId=2"
    teams = read_settings(TEAMS | {"HANDBOK_TEAMS_COMMS": f"oslomet={link}"}).teams
    assert teams
    assert teams.comms == {"oslomet": (TENANT, "19:b@thread.tacv2")}


@pytest.mark.parametrize(
    "change",
    [
        {"HANDBOK_ORGANISATION": "oslmet"},
        SLACK | {"HANDBOK_SLACK_ORGANISATIONS": "T1=oslmet"},
        TEAMS | {"HANDBOK_TEAMS_ORGANISATIONS": f"{TENANT}=oslmet"},
    ],
    ids=lambda change: next(reversed(change)),
)
def test_an_organisation_that_there_is_not_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=f"{next(reversed(change))} names oslmet; there are oslomet, malmo"):
        fits(read_settings(change), ("oslomet", "malmo"))


def test_postgresql_needs_a_key() -> None:
    with pytest.raises(SettingsError, match="handbok key new"):
        needs_key(read_settings({"HANDBOK_DATABASE_URL": "postgresql:///x"}))
    needs_key(read_settings({"HANDBOK_DATABASE_URL": "postgresql:///x", "HANDBOK_SECRET_KEY": KEY}))
    needs_key(read_settings({}))


def test_the_page_is_for_other_machines_only_where_both_settings_say_so() -> None:
    everywhere = {"HANDBOK_HOST": "0.0.0.0"}  # noqa: S104
    assert not read_settings(everywhere).open_web
    assert not read_settings({"HANDBOK_WEB": "1"}).open_web
    assert read_settings(everywhere | {"HANDBOK_WEB": "1"}).open_web


def test_settings_come_out_of_a_file_and_the_environment_counts_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text("# ours\nHANDBOK_PORT=9\nexport HANDBOK_LOG='json'\n", encoding="utf-8")
    for name in ("HANDBOK_PORT", "HANDBOK_LOG"):
        monkeypatch.setenv(name, "")  # put back afterwards
        monkeypatch.delenv(name)
    monkeypatch.setenv("HANDBOK_PORT", "10")
    load(file)
    assert (settings().port, settings().log) == (10, "json")
    settings.cache_clear()


def test_a_file_of_settings_that_cannot_be_read_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("HANDBOK_PORT=9\nwhat is this?\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"\.env:2: is no setting"):
        load(file)
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path / "none")
