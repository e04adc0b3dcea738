"""The app package of Teams: a manifest with its languages and icons, checked before Teams does, in a zip.

``manifest/teams/manifest.json`` is a template: ``<app id>``, ``<url>``, ``<domain>``, and ``<say key>`` for a sentence.
The permissions that it names, each for one reason: ``identity``, the asker's name on a case, unless it is confidential;
``messageTeamMembers``, an answer that comes in a chat with whoever asked in a channel. Nothing needs resource-specific
consent: Handbok reads only what it is mentioned in or written to.
"""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from adapters.settings import ROOT
from adapters.version import VERSION
from bot.errors import InputError
from bot.language import Language
from bot.wording import Wording

FOLDER = ROOT / "manifest" / "teams"
SCHEMA = "https://developer.microsoft.com/json-schemas/teams/v1.25/MicrosoftTeams.Localization.schema.json"
# Tags without a country serve every country's variant; a language that Teams does not know falls back to the first.
LANGUAGES = {Language.NB: "nb", Language.NN: "nn", Language.SV: "sv", Language.EN: "en"}
COLOUR, OUTLINE = 192, 32  # pixels, square

GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SAID = re.compile(r"<say ([a-z.-]+)>")
_REQUIRED = (
    "manifestVersion", "version", "id", "developer.name", "developer.websiteUrl", "developer.privacyUrl",
    "developer.termsOfUseUrl", "name.short", "name.full", "description.short", "description.full", "icons.color",
    "icons.outline", "accentColor", "bots[0].botId", "bots[0].scopes",
)  # fmt: skip
# The most characters, or entries, at a place; [] stands for any index. Schema 1.25 of Microsoft's.
_MOST = {
    "developer.name": 32,
    "name.short": 30,
    "name.full": 100,
    "description.short": 80,
    "description.full": 4000,
    "bots": 1,
    "bots[].commandLists": 3,
    "bots[].commandLists[].commands": 12,
    "bots[].commandLists[].commands[].title": 128,
    "bots[].commandLists[].commands[].description": 4000,
    "composeExtensions": 1,
    "composeExtensions[].commands": 10,
    "composeExtensions[].commands[].id": 64,
    "composeExtensions[].commands[].title": 32,
    "composeExtensions[].commands[].description": 128,
    "composeExtensions[].commands[].parameters": 5,
    "composeExtensions[].commands[].parameters[].name": 64,
    "composeExtensions[].commands[].parameters[].title": 32,
    "composeExtensions[].commands[].parameters[].description": 128,
    "validDomains": 16,
}
_FORMS: dict[str, tuple[re.Pattern[str], str]] = {
    "id": (GUID, "write the app's id, as 00000000-0000-0000-0000-000000000000"),
    "bots[].botId": (GUID, "write the app's id, as 00000000-0000-0000-0000-000000000000"),
    "composeExtensions[].botId": (GUID, "write the app's id, as 00000000-0000-0000-0000-000000000000"),
    "version": (re.compile(r"\d+\.\d+\.\d+"), "write three numbers, as 1.0.0"),
    "manifestVersion": (re.compile(r"1\.25"), "write 1.25"),
    "accentColor": (re.compile(r"#[0-9a-fA-F]{6}"), "write a colour as #17615c"),
    "developer.websiteUrl": (re.compile(r"https://\S+"), "write an address that begins with https://"),
    "developer.privacyUrl": (re.compile(r"https://\S+"), "write an address that begins with https://"),
    "developer.termsOfUseUrl": (re.compile(r"https://\S+"), "write an address that begins with https://"),
    "validDomains[]": (re.compile(r"[^/:\s]+(:\d+)?"), "write a host without https://"),
}


def package(app_id: str, url: str, say: Wording, folder: Path = FOLDER) -> dict[str, bytes]:
    """The files of the package by name. InputError where Teams would refuse them, a line for each fault."""
    template = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    domain = urlsplit(url).netloc
    first, *others = LANGUAGES
    made = _filled(template, app_id, url, domain, lambda key: say(key, first))
    made["localizationInfo"] = {
        "defaultLanguageTag": LANGUAGES[first],
        "additionalLanguages": [{"languageTag": LANGUAGES[each], "file": f"{LANGUAGES[each]}.json"} for each in others],
    }
    texts = {LANGUAGES[each]: _texts(template, say, each) for each in others}
    icons = {name: (folder / name).read_bytes() for name in (made["icons"]["color"], made["icons"]["outline"])}
    amiss = [*faults(made), *(f for tag, spoken in texts.items() for f in _long(f"{tag}.json: ", spoken))]
    amiss += [*icon_faults("color.png", icons["color.png"], COLOUR), *icon_faults("outline.png", icons["outline.png"])]
    if amiss:
        raise InputError("\n".join(amiss))
    files = {"manifest.json": made} | {f"{tag}.json": {"$schema": SCHEMA, **spoken} for tag, spoken in texts.items()}
    return {name: _json(content) for name, content in files.items()} | icons


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The same bytes for the same files, wherever and whenever."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), files[name])
    return written.getvalue()


def faults(manifest: Mapping[str, Any]) -> list[str]:
    """What Teams would refuse in a manifest, each with its remedy."""
    values = dict(_walk(manifest))
    amiss = [f"manifest.json: {path} is missing; add it" for path in _REQUIRED if not values.get(path)]
    amiss += _long("manifest.json: ", values)
    for path, value in values.items():
        pattern, remedy = _FORMS.get(_any(path), (None, ""))
        if pattern and value and not pattern.fullmatch(str(value)):
            amiss.append(f"manifest.json: {path} is “{str(value)[:60]}”; {remedy}")
    if manifest.get("name", {}).get("short") == manifest.get("name", {}).get("full"):
        amiss.append("manifest.json: name.full is the same as name.short; say more in it")
    commands = [command for each in manifest.get("composeExtensions", ()) for command in each.get("commands", ())]
    ids = [command.get("id") for command in commands]
    amiss += [f"manifest.json: two commands are called {name}; rename one" for name in sorted(_twice(ids))]
    return amiss


def icon_faults(name: str, png: bytes, side: int = OUTLINE) -> list[str]:
    """What Teams would refuse in an icon: other than a square PNG; the outline needs to be transparent besides."""
    if png[:8] != b"\x89PNG\r\n\x1a\n" or png[12:16] != b"IHDR" or len(png) < 33:
        return [f"{name}: is no PNG; save it as one"]
    width, height, _, kind = struct.unpack(">IIBB", png[16:26])
    amiss = []
    if (width, height) != (side, side):
        amiss.append(f"{name}: is {width} × {height} pixels; make it {side} × {side}")
    if side == OUTLINE and kind not in (4, 6):
        amiss.append(f"{name}: has no transparency; draw it white on a transparent ground")
    return amiss


def _long(where: str, values: Mapping[str, Any]) -> list[str]:
    return [
        f"{where}{path} has {len(value)} {'characters' if isinstance(value, str) else 'entries'}; {most} at most"
        for path, value in values.items()
        if isinstance(value, str | list) and len(value) > (most := _MOST.get(_any(path), len(value)))
    ]


def _any(path: str) -> str:
    return re.sub(r"\[\d+\]", "[]", path)


def _twice(names: list[Any]) -> set[str]:
    return {str(name) for name in names if names.count(name) > 1}


def _walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value with its path, as Teams' files of translations name it."""
    if path:
        yield path, value
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walk(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _walk(inner, f"{path}[{place}]")


def _texts(template: Any, say: Wording, language: Language) -> dict[str, str]:
    """The sentences of a template in a language, by path."""
    found = ((path, _SAID.fullmatch(value)) for path, value in _walk(template) if isinstance(value, str))
    return {path: say(key[1], language) for path, key in found if key}


def _filled(value: Any, app_id: str, url: str, domain: str, spoken: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, app_id, url, domain, spoken) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, app_id, url, domain, spoken) for inner in value]
    if not isinstance(value, str):
        return value
    if key := _SAID.fullmatch(value):
        return spoken(key[1])
    return (
        value.replace("<version>", VERSION)
        .replace("<app id>", app_id)
        .replace("<url>", url)
        .replace("<domain>", domain)
    )


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
