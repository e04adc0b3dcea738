"""`handbok manifest`: what a platform must be told about the app, filled in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
import yaml

from adapters.cli.shared import complain, told, write, write_bytes, write_text
from adapters.cli.teamspackage import GUID, package, zipped
from adapters.settings import ROOT
from bot.errors import InputError
from bot.wording import wording

manifest = typer.Typer(help="App manifests, filled in.", no_args_is_help=True)
FILE = ROOT / "manifest" / "slack.yaml"
HOST = re.compile(r"[^\s/@:]+\.[^\s/@:.]{2,}")
EVENTS, REDIRECT = "/slack/events", "/slack/oauth_redirect"


@manifest.command("slack")
@told
def slack(
    url: Annotated[
        str | None, typer.Option("--url", help="Where the server is reached, https://…; without it, Socket Mode.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="A file to write to, instead of the screen.")] = None,
) -> None:
    """The manifest of the Slack app, as YAML: api.slack.com/apps → Create New App → From a manifest."""
    text = yaml.safe_dump(slack_manifest(url), sort_keys=False, allow_unicode=True, width=100)
    if out:
        write_text(out, text)
        complain(f"written to {out}")
    else:
        write(text.rstrip())


@manifest.command("teams")
@told
def teams(
    url: Annotated[str, typer.Option("--url", help="Where the server is reached, https://….")],
    out: Annotated[
        Path | None, typer.Option("--out", help="The zip to write; without it, the manifest is shown.")
    ] = None,
    app_id: Annotated[
        str, typer.Option("--app-id", envvar="TEAMS_APP_ID", help="The id of the app's registration.")
    ] = "",
) -> None:
    """The app package of Teams, as a zip: Teams → Apps → Manage your apps → Upload an app."""
    if not GUID.fullmatch(app_id.strip()):
        raise InputError("TEAMS_APP_ID is no app id; copy the application (client) id from the app's registration")
    files = package(app_id.strip().lower(), reached(url, "Teams"), wording())
    if out:
        write_bytes(out, zipped(files))
        complain(f"written to {out}")
    else:
        write(files["manifest.json"].decode().rstrip())


def reached(url: str, by: str) -> str:
    """The address without a slash at its end. InputError where it is none that ``by`` could send to."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    host = parts.hostname or ""
    if parts.scheme != "https" or not HOST.fullmatch(host) or parts.username or parts.query or parts.fragment:
        raise InputError(
            f"--url is “{url[:80]}”; {by} needs an address that begins with https:// and names your server"
        )
    return f"https://{host}{f':{port}' if port else ''}{parts.path.rstrip('/')}"


def slack_manifest(url: str | None) -> dict[str, Any]:
    """The manifest for a server at ``url``, or for Socket Mode. InputError where Slack could not reach that."""
    filled: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    if url is None:
        return filled
    base = reached(url, "Slack")
    filled["settings"]["socket_mode_enabled"] = False
    filled["settings"]["event_subscriptions"] = {
        "request_url": base + EVENTS, **filled["settings"]["event_subscriptions"],
    }  # fmt: skip
    filled["settings"]["interactivity"]["request_url"] = base + EVENTS
    filled["oauth_config"] = {"redirect_urls": [base + REDIRECT], **filled["oauth_config"]}
    for command in filled["features"]["slash_commands"]:
        command["url"] = base + EVENTS
    return filled
