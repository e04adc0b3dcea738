"""The routes, joined: pages, forms, the stream of changes, and errors as pages in the reader's language."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Literal

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from adapters.web import comms, staff
from adapters.web.drawing import HERE, STATIC, draw, environment
from adapters.web.exchange import LIVE, answer, event_of, form_of, here_of, show
from adapters.web.guard import LOOPBACK, Guard
from adapters.web.live import Events, Live
from adapters.web.panes import Extra, Here, Kept, Notice, Site, comms_sender
from adapters.web.staff import Form, Result
from adapters.web.visitor import Cookies
from bot.cases import PersonId
from bot.errors import InputError, StorageError
from bot.knowledge import OrganisationId
from bot.service import insighting
from bot.service.desk import Desk

log = logging.getLogger(__name__)
Act = Callable[[Site, Here, Form], Awaitable[Result]]
CaseAct = Callable[[Site, Here, Form, int, str], Awaitable[Result]]
Endpoint = Callable[[Request], Awaitable[Response]]
FORMS: dict[str, Act] = {
    "/settings": staff.settings,
    "/ask": staff.ask,
    "/press": staff.press,
    "/choose": staff.choose,
    "/feedback": staff.feedback,
    "/ask-comms": staff.ask_comms,
    "/check": staff.check,
    "/send-draft": staff.send_draft,
    "/set-aside": staff.set_aside,
    "/learned": comms.learned,
}
TOLD = {403: "web.foreign", 404: "web.missing-page", 405: "web.missing-page", 413: "web.too-big"}


@dataclass(frozen=True)
class Members:
    """Everybody on the right of the page is in comms, and nobody on the left."""

    everybody: bool

    async def in_comms(self, person: PersonId, organisation: OrganisationId) -> bool:  # noqa: ARG002
        return self.everybody


def make_app(
    desk: Desk,
    live: Live,
    *,
    secret: str,
    organisation: OrganisationId,
    hosts: frozenset[str] = LOOPBACK,
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None = None,
) -> Guard:
    """The page as an ASGI application. ``secret`` signs cookies; ``organisation`` is a new visitor's."""
    site = Site(
        staff=replace(desk, membership=Members(everybody=False)),
        comms=replace(desk, membership=Members(everybody=True)),
        cookies=Cookies(secret, desk.mind.now.knowledge.organisation, organisation),
        live=live,
        engine=environment(),
    )
    failed = Failed(site)
    app = Starlette(
        routes=routes(site),
        middleware=[Middleware(GZipMiddleware, minimum_size=800, compresslevel=5)],
        exception_handlers={HTTPException: failed.known, Exception: failed.broken},
        lifespan=lifespan,
    )
    return Guard(app, failed.refuse, hosts)


def routes(site: Site) -> list[Route]:
    return [
        Route("/", _page(site, whole=True)),
        Route("/panes", _page(site, whole=False)),
        Route("/events", Events(site.live)),
        *(Route(path, _form(site, act), methods=["POST"]) for path, act in FORMS.items()),
        Route("/mine/{case:int}/{did}", _case_form(site, staff.mine), methods=["POST"]),
        Route("/comms/{case:int}/{did}", _case_form(site, comms.act), methods=["POST"]),
        Route("/learned/{name}/save", _lesson_form(site), methods=["POST"]),
        Route("/figures", _figures(site), methods=["POST"]),
        Route("/gaps/{key}/{did}", _gap_form(site), methods=["POST"]),
        *(Route(f"/static/{name}", _static(name)) for name in STATIC),
    ]


def _page(site: Site, *, whole: bool) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await show(site, request, here_of(site, request), whole=whole)

    return endpoint


def _form(site: Site, act: Act) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        form = await form_of(request)
        here = replace(here_of(site, request), event=event_of(request, form))
        return await answer(site, request, await _tried(site, here, act(site, here, form), request, form))

    return endpoint


def _case_form(site: Site, act: CaseAct) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        form = await form_of(request)
        here = replace(here_of(site, request), event=event_of(request, form))
        case, did = request.path_params["case"], request.path_params["did"]
        return await answer(site, request, await _tried(site, here, act(site, here, form, case, did), request, form))

    return endpoint


def _figures(site: Site) -> Endpoint:
    """To the figures, by a link of one's own."""

    async def endpoint(request: Request) -> Response:
        who = comms_sender(site, here_of(site, request))
        return RedirectResponse(await insighting.link(site.comms, who), 303)

    return endpoint


def _gap_form(site: Site) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        form = await form_of(request)
        here = replace(here_of(site, request), event=event_of(request, form))
        key, did = request.path_params["key"], request.path_params["did"]
        return await answer(
            site, request, await _tried(site, here, comms.gap(site, here, form, key, did), request, form)
        )

    return endpoint


def _lesson_form(site: Site) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        form = await form_of(request)
        here = replace(here_of(site, request), event=event_of(request, form))
        revising = comms.revise(site, here, form, request.path_params["name"])
        return await answer(site, request, await _tried(site, here, revising, request, form))

    return endpoint


async def _tried(site: Site, here: Here, acting: Awaitable[Result], request: Request, form: Form) -> Result:
    """What could not be done is told above its pane, with what was typed kept in its form."""
    say, path = site.staff.say, request.url.path
    try:
        return await acting
    except InputError as error:
        notice = Notice(_pane(path), say("web.refused-input", here.language), str(error), status=400)
    except StorageError as error:
        log.error("%s could not be saved: %s", path, error)  # noqa: TRY400  # where it happened is known
        notice = Notice(_pane(path), say("ask.not-saved", here.language), status=503)
    return Result(here, Extra(notice, Kept(f"{path}:{form.get('question', '')}", dict(form))))


def _pane(path: str) -> Literal["staff", "comms"]:
    return "comms" if path.startswith(("/comms/", "/learned", "/gaps/")) else "staff"


def _static(name: str) -> Endpoint:
    body = (HERE / "static" / name).read_bytes()
    headers = {"content-type": STATIC[name], "cache-control": "public, max-age=31536000, immutable"}

    async def endpoint(_: Request) -> Response:
        return Response(body, headers=headers)

    return endpoint


class Failed:
    """Errors as pages: what happened in the reader's language, the way back, and never a stack trace."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def known(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return self._page(request, status, TOLD.get(status, "web.refused-input"))

    async def broken(self, request: Request, error: Exception) -> Response:  # noqa: ARG002  # the server logs it
        return self._page(request, 500, "web.broken")

    async def refuse(self, scope: Scope, receive: Receive, send: Send, status: int) -> None:
        response = self._page(Request(scope), status, TOLD[status])
        response.headers["connection"] = "close"  # the rest of the body is not read
        await response(scope, receive, send)

    def _page(self, request: Request, status: int, key: str) -> Response:
        here = here_of(self._site, request)
        said = self._site.staff.say(key, here.language)
        if LIVE in request.headers:
            return Response(said, status, media_type="text/plain")
        values = {"language": here.language, "said": said, "say": lambda key: self._site.staff.say(key, here.language)}
        return HTMLResponse(draw(self._site.engine, "error.html", values), status)
