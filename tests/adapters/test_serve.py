"""The server as a command: what it refuses to start with, and how it says so."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.app.serve import take_port
from adapters.app.starting import own_secret
from adapters.settings import read_settings
from bot.errors import SettingsError


def run(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """`handbok run`, until it ends by itself."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HANDBOK_", "SLACK_"))}
    own = {"HANDBOK_DATABASE_URL": f"sqlite:///{folder / 'h.db'}", "HANDBOK_PORT": str(free_port())}
    command = [sys.executable, "-m", "adapters.main", "run"]
    return subprocess.run(
        command, env=inherited | own | settings, capture_output=True, text=True, timeout=90, check=False
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_port_that_is_taken_is_told_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        done = run(tmp_path, HANDBOK_PORT=port)
    assert done.returncode == 2
    assert done.stderr == f"handbok: port {port} is taken; stop what has it, or set HANDBOK_PORT to another\n"


def test_no_answer_waits_for_the_receipt_of_its_headers() -> None:
    with take_port(port := free_port()) as listening, socket.create_connection(("127.0.0.1", port)):
        taken, _ = listening.accept()
        with taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_without_anything_to_serve_it_says_what_to_set(tmp_path: Path) -> None:
    done = run(tmp_path, HANDBOK_WEB="0")
    assert done.returncode == 2
    assert "HANDBOK_WEB=1" in done.stderr


def test_a_rule_that_cannot_be_read_ends_the_server_with_its_line(
    tmp_path: Path, knowledge_folder: Path, model_cache: Path
) -> None:
    folder = shutil.copytree(knowledge_folder, tmp_path / "knowledge")
    rules = sorted((folder / "rules").glob("*.yaml"))[0]
    rules.write_text(rules.read_text(encoding="utf-8") + "\n- id: broken\n", encoding="utf-8")
    done = run(tmp_path, HANDBOK_KNOWLEDGE=str(folder), HANDBOK_CACHE=str(model_cache))
    assert done.returncode == 1
    assert ".yaml:" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_page_is_off_beside_slack_and_teams_unless_it_is_wanted() -> None:
    def on(**settings: str) -> bool:
        return read_settings(settings).web

    slack = {
        "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "HANDBOK_SLACK_ORGANISATIONS": "T1=oslomet",
        "HANDBOK_SLACK_COMMS": "oslomet=C1",
    }  # fmt: skip
    assert on()
    assert not on(**slack)
    assert not on(
        TEAMS_APP_ID="11111111-2222-3333-4444-555555555555", TEAMS_APP_TENANT_ID="11111111-2222-3333-4444-555555555555",
        TEAMS_APP_PASSWORD="s", HANDBOK_TEAMS_ORGANISATIONS="11111111-2222-3333-4444-555555555555=oslomet",
    )  # fmt: skip
    assert on(**slack, HANDBOK_WEB="1")
    assert not on(HANDBOK_WEB="0")
    with pytest.raises(SettingsError, match="HANDBOK_WEB"):
        on(HANDBOK_WEB="yes")


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8080 "])
def test_a_port_that_is_none_is_told(port: str) -> None:
    with pytest.raises(SettingsError, match="HANDBOK_PORT"):
        read_settings({"HANDBOK_PORT": port})


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'sub' / 'h.db'}"
    secret = own_secret(database)
    assert own_secret(database) == secret
    (file,) = (tmp_path / "sub").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(secret) > 40


def test_a_secret_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="HANDBOK_SECRET_KEY"):
        own_secret(f"sqlite:///{tmp_path / 'file' / 'h.db'}")
