"""A request into who, where and what; and a result into a page, a part of one, or the way to it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.web.guard import MAX_BODY
from adapters.web.panes import NOTHING, Extra, Here, Site, page
from adapters.web.place import to_view
from adapters.web.staff import Form, Result
from adapters.web.visitor import COOKIE, KEPT_DAYS, Cookies, Visitor, accepted
from bot.errors import StorageError
from bot.language import Language

LIVE = "x-live"  # a request of the page's own script, which wants the panes alone
PLACE = "x-place"  # the address that fits the panes


def here_of(site: Site, request: Request) -> Here:
    visitor = _known(site.cookies, request) or site.cookies.new()
    return Here(visitor, to_view(request.query_params, site.knowledge.organisation), spoken(site, request, visitor))


def spoken(site: Site, request: Request, visitor: Visitor) -> Language:
    """The language chosen, else the browser's, else the organisation's."""
    of_browser = accepted(request.headers.get("accept-language", ""))
    return visitor.language or of_browser or site.knowledge.organisation[visitor.organisation].language


def _known(cookies: Cookies, request: Request) -> Visitor | None:
    return cookies.read(request.cookies.get(COOKIE, ""))


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form; line ends as they were typed, rather than as forms send them."""
    async with request.form(max_files=0, max_fields=20, max_part_size=MAX_BODY) as form:
        return {name: value.replace("\r\n", "\n") for name, value in form.items() if isinstance(value, str)}


def event_of(request: Request, form: Form) -> str:
    """The same for the same form, as it was drawn, with the same words in it: a second click is no second event."""
    words = "\0".join(f"{name}\0{value}" for name, value in sorted(form.items()))
    drawn = form.get("nonce") or secrets.token_urlsafe(9)
    said = hashlib.blake2b(words.encode(errors="replace"), digest_size=12).hexdigest()
    return f"web/{drawn}/{request.url.path}/{said}"


async def answer(site: Site, request: Request, result: Result) -> Response:
    """What came of a form: a notice, or a draft with marks, is shown at once; else a browser is sent to the page.

    Others are told of the change once the one who made it has an answer.
    """
    try:
        return await _answer(site, request, result)
    finally:
        site.live.wake()


async def _answer(site: Site, request: Request, result: Result) -> Response:
    live, extra = LIVE in request.headers, result.extra
    if not live and extra == NOTHING:
        sent = RedirectResponse(f"/{result.here.view.query}", status_code=303)
        return with_cookie(site, request, sent, result.here)
    if live and result.reload:
        response = Response(status_code=204, headers={PLACE: f"/{result.here.view.query}"})
        return with_cookie(site, request, response, result.here)
    status = extra.notice.status if extra.notice else 200
    return await show(site, request, result.here, extra, whole=not live, status=status)


async def show(
    site: Site,
    request: Request,
    here: Here,
    extra: Extra = NOTHING,
    *,
    whole: bool,
    status: int = 200,
) -> Response:
    try:
        drawn = await page(site, replace(here, event=""), extra, whole=whole)
    except StorageError:  # the script leaves everything as it stands, and tells this
        said = extra.notice.text if extra.notice else site.staff.say("web.unread", here.language)
        return Response(said, 503, media_type="text/plain")
    response = HTMLResponse(drawn, status, headers={PLACE: f"/{here.view.query}", "vary": "accept-language, cookie"})
    return with_cookie(site, request, response, here)


def with_cookie(site: Site, request: Request, response: Response, here: Here) -> Response:
    if _known(site.cookies, request) != here.visitor:
        age = KEPT_DAYS * 86_400
        response.set_cookie(COOKIE, site.cookies.write(here.visitor), max_age=age, httponly=True, samesite="lax")
    return response
