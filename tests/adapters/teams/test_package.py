"""The app package of Teams: what Teams would refuse is said before it is uploaded."""

from __future__ import annotations

import io
import json
import shutil
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from npm import manifest_schema, needs_manifests
from typer.testing import CliRunner

from adapters.cli.app import app
from adapters.cli.teamspackage import FOLDER, LANGUAGES, faults, icon_faults, package, zipped
from bot.errors import InputError
from bot.language import Language
from bot.wording import wording

APP_ID, URL = "11111111-2222-3333-4444-555555555555", "https://handbok.example.no/sub"
say = wording()


def made() -> dict[str, bytes]:
    return package(APP_ID, URL, say)


def manifest() -> Any:
    return json.loads(made()["manifest.json"])


def run(*arguments: str, app_id: str = APP_ID) -> Any:
    return CliRunner().invoke(app, ["manifest", "teams", *arguments], env={"TEAMS_APP_ID": app_id})


def test_the_package_holds_the_manifest_its_languages_and_its_icons(tmp_path: Path) -> None:
    path = tmp_path / "handbok.zip"
    result = run("--url", f"{URL}/", "--out", str(path))
    assert result.exit_code == 0
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    assert files == made()
    assert set(files) == {"manifest.json", "nn.json", "sv.json", "en.json", "color.png", "outline.png"}


def test_the_same_server_gives_the_same_bytes() -> None:
    assert zipped(made()) == zipped(dict(reversed(made().items())))


def test_the_manifest_is_filled_in_and_shown() -> None:
    result = run("--url", URL)
    assert result.exit_code == 0
    filled = json.loads(result.stdout)
    assert filled["id"] == filled["bots"][0]["botId"] == filled["composeExtensions"][0]["botId"] == APP_ID
    assert filled["validDomains"] == ["handbok.example.no"]
    assert filled["developer"]["privacyUrl"] == f"{URL}/privacy"
    assert "<" not in result.stdout


def test_it_asks_for_no_more_than_it_needs() -> None:
    filled = manifest()
    assert filled["permissions"] == ["identity", "messageTeamMembers"]
    assert "authorization" not in filled
    assert "webApplicationInfo" not in filled
    assert "devicePermissions" not in filled


@pytest.mark.parametrize("language", [Language.NN, Language.SV, Language.EN])
def test_every_sentence_is_translated(language: Language) -> None:
    spoken = json.loads(made()[f"{LANGUAGES[language]}.json"])
    assert spoken["bots[0].commandLists[0].commands[2].title"] == say("teams.command.cases", language)
    assert len(spoken) == json.dumps(json.loads((FOLDER / "manifest.json").read_bytes())).count("<say ") + 1


@needs_manifests
def test_microsofts_own_schema_takes_the_manifest_and_its_languages() -> None:
    files = made()
    assert not list(Draft4Validator(manifest_schema("MicrosoftTeams")).iter_errors(manifest()))
    languages = Draft4Validator(manifest_schema("MicrosoftTeams.Localization"))
    for name in ("nn.json", "sv.json", "en.json"):
        assert not list(languages.iter_errors(json.loads(files[name])))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"accentColor": None}, "accentColor is missing; add it"),
        ({"accentColor": "teal"}, "accentColor is “teal”; write a colour"),
        ({"id": "handbok"}, "id is “handbok”; write the app's id"),
        ({"version": "1"}, "version is “1”; write three numbers"),
        ({"name": {"short": "x" * 31, "full": "y"}}, "name.short has 31 characters; 30 at most"),
        ({"name": {"short": "x", "full": "x"}}, "name.full is the same as name.short"),
        ({"description": {"short": "x" * 81, "full": "y"}}, "description.short has 81 characters; 80 at most"),
        ({"validDomains": ["https://x.no"]}, "validDomains[0] is “https://x.no”; write a host"),
        ({"composeExtensions": [{"commands": [{"id": "a", "title": "x" * 33}] * 2}]}, "33 characters; 32 at most"),
        ({"composeExtensions": [{"commands": [{"id": "a", "title": "x"}] * 2}]}, "two commands are called a; rename"),
        ({"bots": [{"botId": APP_ID, "scopes": ["team"], "commandLists": [{}] * 4}]}, "has 4 entries; 3 at most"),
        ({"bots": []}, "bots[0].botId is missing; add it"),
    ],
)
def test_each_fault_is_told_with_its_remedy(change: dict[str, Any], fault: str) -> None:
    assert any(fault in told for told in faults(manifest() | change)), faults(manifest() | change)


def test_what_is_shipped_has_no_fault() -> None:
    assert faults(manifest()) == []


def test_an_icon_of_another_size_or_kind_stops_the_package(tmp_path: Path) -> None:
    folder = tmp_path / "teams"
    shutil.copytree(FOLDER, folder)
    shutil.copy(folder / "outline.png", folder / "color.png")
    (folder / "outline.png").write_bytes(b"GIF89a")
    with pytest.raises(InputError) as caught:
        package(APP_ID, URL, say, folder)
    assert str(caught.value).splitlines() == [
        "color.png: is 32 × 32 pixels; make it 192 × 192",
        "outline.png: is no PNG; save it as one",
    ]


def test_an_outline_that_lets_nothing_through_is_told() -> None:
    header = struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0)
    opaque = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + b"\0\0\0\0"
    assert icon_faults("outline.png", opaque) == [
        "outline.png: has no transparency; draw it white on a transparent ground"
    ]


def test_the_outline_is_white_wherever_it_is_seen() -> None:
    seen = [pixel for pixel in pixels((FOLDER / "outline.png").read_bytes()) if pixel[3]]
    assert 100 < len(seen) < 32 * 32
    assert {pixel[:3] for pixel in seen} == {b"\xff\xff\xff"}


@pytest.mark.parametrize("url", ["http://x.no", "x.no", "https://x.no/?a=b", ""])
def test_an_address_that_teams_cannot_reach_is_refused(url: str) -> None:
    result = run("--url", url)
    assert result.exit_code == 2
    assert "https://" in result.stderr


@pytest.mark.parametrize("app_id", ["", "handbok"])
def test_without_the_apps_id_there_is_no_package(app_id: str) -> None:
    result = run("--url", URL, app_id=app_id)
    assert result.exit_code == 2
    assert "TEAMS_APP_ID" in result.stderr


def pixels(png: bytes) -> list[bytes]:
    """The RGBA pixels of an 8-bit PNG without interlacing."""
    at, packed = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        packed += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    raw = io.BytesIO(zlib.decompress(packed))
    width, height = struct.unpack(">II", png[16:24])
    above, found = bytes(width * 4), []
    for _ in range(height):
        row = _unfiltered(raw.read(1)[0], raw.read(width * 4), above)
        found += [row[x : x + 4] for x in range(0, len(row), 4)]
        above = row
    return found


def _unfiltered(kind: int, row: bytes, above: bytes) -> bytes:
    done = bytearray()
    for place, byte in enumerate(row):
        left = done[place - 4] if place >= 4 else 0
        corner = above[place - 4] if place >= 4 else 0
        nearest = min((left, above[place], corner), key=lambda each: abs(left + above[place] - corner - each))
        guess = (0, left, above[place], (left + above[place]) // 2, nearest)[kind]
        done.append((byte + guess) % 256)
    return bytes(done)
