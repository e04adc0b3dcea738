"""The figures as a page of their own, for whoever comes by a link from comms' channel.

A link opens once and within minutes. To look at it opens nothing: chat programs look at links by themselves, so a press
does. What it leads to is remembered in a signed cookie for a while; nothing else opens the page.
"""

from __future__ import annotations

import base64
import csv
import hmac
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from io import StringIO

from jinja2 import Environment
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from adapters.web.drawing import HERE, STATIC, draw, environment
from adapters.web.guard import LOOPBACK, Guard
from adapters.web.visitor import accepted
from bot.charts import Bars, svg
from bot.errors import StorageError
from bot.knowledge import OrganisationId
from bot.language import Language
from bot.service.desk import Desk
from bot.service.insighting import Table, opened, report

COOKIE = "handbok_figures"
LASTS = 3600  # seconds
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # a spreadsheet would reckon with what begins so


@dataclass
class Insights:
    """The routes. ``secret`` signs the cookie; ``safe``: whether the address is https."""

    desk: Desk
    secret: str
    safe: bool
    engine: Environment

    async def landing(self, request: Request) -> Response:
        return self._page(request, "insights-open.html", path=f"/insights/{request.path_params['secret']}")

    async def enter(self, request: Request) -> Response:
        """A press on the link's page."""
        organisation = await opened(self.desk, request.path_params["secret"])
        if organisation is None:
            return self._refused(request, 410)
        response = RedirectResponse("/insights", 303)
        until = int(self.desk.clock().timestamp()) + LASTS
        response.set_cookie(
            COOKIE, self._sign(organisation, until), max_age=LASTS, path="/insights", httponly=True, samesite="strict",
            secure=self.safe,
        )  # fmt: skip
        return response

    async def page(self, request: Request) -> Response:
        organisation = self._whose(request)
        if organisation is None:
            return self._refused(request, 403)
        language = self._language(request, organisation)
        tables = await report(self.desk, organisation, language)
        name = self.desk.mind.now.knowledge.organisation[organisation].name
        return self._page(request, "insights.html", language, tables=tables, name=name, picture=picture)

    async def as_csv(self, request: Request) -> Response:
        organisation = self._whose(request)
        if organisation is None:
            return self._refused(request, 403)
        tables = await report(self.desk, organisation, self._language(request, organisation))
        headers = {"content-disposition": 'attachment; filename="handbok.csv"'}
        return Response(to_csv(tables).encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)

    async def refuse(self, scope: Scope, receive: Receive, send: Send, status: int) -> None:
        await self._refused(Request(scope), status)(scope, receive, send)

    async def known(self, request: Request, error: Exception) -> Response:
        return self._refused(request, error.status_code if isinstance(error, HTTPException) else 503)

    def _refused(self, request: Request, status: int) -> Response:
        key = "ask.not-saved" if status == 503 else "insights.closed"
        return self._page(
            request,
            "error.html",
            status=status,
            static="/insights/static",
            said=self.desk.say(key, self._language(request)),
        )

    def _page(
        self, request: Request, template: str, language: Language | None = None, *, status: int = 200, **values: object
    ) -> Response:
        spoken = language or self._language(request)
        said = {"language": spoken, "say": lambda key, **given: self.desk.say(key, spoken, **given)}
        return HTMLResponse(draw(self.engine, template, said | values), status)

    def _language(self, request: Request, organisation: OrganisationId = "") -> Language:
        own = self.desk.mind.now.knowledge.organisation.get(organisation)
        return accepted(request.headers.get("accept-language", "")) or (own.language if own else Language.EN)

    # ── who may look ────────────────────────────────────────────────────────────────────────────────────────────────

    def _sign(self, organisation: OrganisationId, until: int) -> str:
        body = base64.urlsafe_b64encode(f"{organisation}:{until}".encode()).decode()
        return f"{body}.{hmac.new(self.secret.encode(), b'figures:' + body.encode(), 'sha256').hexdigest()}"

    def _whose(self, request: Request) -> OrganisationId | None:
        body, _, _ = request.cookies.get(COOKIE, "").partition(".")
        try:
            organisation, _, until = base64.urlsafe_b64decode(body).decode().partition(":")
            right = self._sign(organisation, int(until))
        except ValueError:
            return None
        if not hmac.compare_digest(right.encode(), request.cookies.get(COOKIE, "").encode()):
            return None
        known = organisation in self.desk.mind.now.knowledge.organisation
        return organisation if known and int(until) > self.desk.clock().timestamp() else None


def make_insights(desk: Desk, *, secret: str, hosts: frozenset[str], safe: bool) -> Guard:
    """The page as an ASGI application below /insights."""
    made = Insights(desk, secret, safe, environment())
    app = Starlette(
        routes=[
            Route("/insights", made.page),
            Route("/insights/figures.csv", made.as_csv),
            *(Route(f"/insights/static/{name}", _static(name)) for name in STATIC),
            Route("/insights/{secret}", made.landing),
            Route("/insights/{secret}", made.enter, methods=["POST"]),
        ],
        exception_handlers={HTTPException: made.known, StorageError: made.known},
    )
    return Guard(app, made.refuse, LOOPBACK | hosts)


def picture(bars: Bars) -> Markup:
    """Its words are escaped where it is drawn."""
    return Markup(svg(bars, inked=False))  # noqa: S704


def to_csv(tables: Iterable[Table]) -> str:
    """A line for each figure: table, row, what it is, value. Nothing in it is a formula."""
    text = StringIO()
    lines = csv.writer(text)
    for table in tables:
        for row in table.rows:
            for head, value in zip(table.head[1:], row[1:], strict=True):
                lines.writerow([plain(table.name), plain(row[0]), plain(head), plain(value)])
    return text.getvalue()


def plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _static(name: str) -> Callable[[Request], Awaitable[Response]]:
    body = (HERE / "static" / name).read_bytes()
    headers = {"content-type": STATIC[name], "cache-control": "public, max-age=31536000, immutable"}

    async def endpoint(_: Request) -> Response:
        return Response(body, headers=headers)

    return endpoint
