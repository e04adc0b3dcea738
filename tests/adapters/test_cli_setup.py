"""`handbok setup` asks, checks, and writes what `handbok run` reads."""

from __future__ import annotations

import zipfile
from pathlib import Path

import yaml
from typer.testing import CliRunner

from adapters.cli.app import app
from adapters.settings import read_settings

APP, TENANT = "11111111-2222-3333-4444-555555555555", "AAAAAAAA-2222-3333-4444-555555555555"


def run(folder: Path, *answers: str) -> tuple[int, str]:
    file = str(folder / "settings")
    done = CliRunner().invoke(app, ["setup", "--no-check", "--file", file], input="\n".join(answers) + "\n")
    return done.exit_code, done.stderr


def written(folder: Path) -> dict[str, str]:
    lines = (folder / "settings").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_what_is_answered_is_written_and_holds(tmp_path: Path) -> None:
    status, told = run(
        tmp_path, "malmo", "https://h.example.org", "dpo@example.org",
        "y", "xoxb-1", "", "hush", "T0123", "https://x.slack.com/archives/C0123", "n",
    )  # fmt: skip
    assert status == 0, told
    found = read_settings(written(tmp_path))
    assert found.slack
    assert found.slack.comms == {"malmo": ("T0123", "C0123")}
    assert found.secret
    assert "hush" not in told
    assert (tmp_path / "settings").stat().st_mode & 0o077 == 0
    manifest = yaml.safe_load((tmp_path / "slack-manifest.yaml").read_text(encoding="utf-8"))
    assert manifest["settings"]["event_subscriptions"]["request_url"] == "https://h.example.org/slack/events"


def test_what_cannot_hold_is_told_and_asked_again(tmp_path: Path) -> None:
    status, told = run(
        tmp_path, "oslomet", "h.example.org", "https://h.example.org", "", "n",
        "y", APP, TENANT, "hush", "", TENANT, "Kommunikasjon",
        APP, TENANT, "hush", "", TENANT, "19:a@thread.tacv2",
    )  # fmt: skip
    assert status == 0, told
    assert "HANDBOK_URL is “h.example.org”" in told
    assert "Get link to channel" in told
    found = read_settings(written(tmp_path))
    assert found.teams
    assert found.teams.comms == {"oslomet": (TENANT.lower(), "19:a@thread.tacv2")}
    assert "manifest.json" in zipfile.ZipFile(tmp_path / "handbok-teams.zip").namelist()


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "settings").write_text("mine", encoding="utf-8")
    status, told = run(tmp_path, "oslomet")
    assert status == 2
    assert "is there already" in told
    assert (tmp_path / "settings").read_text(encoding="utf-8") == "mine"
