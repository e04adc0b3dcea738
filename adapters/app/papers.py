"""/privacy and /terms in the reader's language, and security.txt."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from adapters.settings import Settings
from adapters.web.visitor import accepted
from bot.language import Language
from bot.wording import Wording

NAMES = {Language.NB: "Bokmål", Language.NN: "Nynorsk", Language.SV: "Svenska", Language.EN: "English"}
PAPERS = {
    "privacy": ("who", "question", "case", "draft", "confidential", "where", "record", "rights"),
    "terms": ("advice", "secrets", "emergency", "fair", "licence"),
}
STYLE = (
    ":root{color-scheme:light dark}body{font:1.05rem/1.6 system-ui,sans-serif;max-width:38rem;margin:2rem auto;"
    "padding:0 1rem}nav a{margin-right:1rem;padding:.3rem 0;display:inline-block}h1{line-height:1.2}"
)
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "public, max-age=3600",
    "vary": "accept-language",
}
MAIL = "mailto:"


def paper(settings: Settings, say: Wording, request: Request, name: str) -> Response:
    """``name``: privacy or terms. ``?lang=`` chooses a language, else the browser's."""
    wanted = request.query_params.get("lang", "")
    spoken = Language(wanted) if wanted in set(Language) else accepted(request.headers.get("accept-language", ""))
    language = spoken or Language.NB
    values = _values(settings, say, language)
    parts = [say(f"papers.{name}-{part}", language, **values) for part in PAPERS[name]]
    title = escape(say(f"papers.{name}", language))
    others = "".join(
        f'<a href="?lang={each.value}" lang="{each.value}" hreflang="{each.value}">{NAMES[each]}</a>'
        for each in Language
    )
    other = "terms" if name == "privacy" else "privacy"
    link = f'<p><a href="/{other}?lang={language.value}">{escape(say(f"papers.{other}", language))}</a></p>'
    body = "".join(f"<p>{escape(part)}</p>" for part in parts)
    drawn = (
        f'<!doctype html><html lang="{language.value}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body><nav>{others}</nav><main><h1>{title}</h1>{body}{link}</main></body></html>"
    )
    return HTMLResponse(drawn, headers=HEADERS | {"content-language": language.value})


def _values(settings: Settings, say: Wording, language: Language) -> dict[str, str]:
    def days(count: int) -> str:
        return say("papers.days", language, count=count) if count else say("papers.for-ever", language)

    keep, contact = settings.keep, settings.contact
    who = say("papers.contact", language, contact=contact) if contact else say("papers.contact-none", language)
    return {"contact": who, "question": days(keep.question), "case": days(keep.case), "draft": days(keep.draft)}


def security_txt(settings: Settings) -> Response:
    """RFC 9116. 404 where nobody is named to write to."""
    if not settings.contact:
        return PlainTextResponse("HANDBOK_CONTACT is not set\n", 404)
    contact = settings.contact if settings.contact.startswith("https://") else MAIL + settings.contact
    expires = (datetime.now(UTC) + timedelta(days=180)).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    languages = ", ".join(language.value for language in Language)
    return PlainTextResponse(f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: {languages}\n")
