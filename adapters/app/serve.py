"""The server: store, delivery, use cases and web page joined into one ASGI application, run by uvicorn.

assembled(settings)   everything that runs, for as long as it is not left; gives a Served
serve(settings)       that behind a port of this machine, until SIGTERM or Ctrl+C
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import FrameType
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from adapters.app.front import Front
from adapters.app.health import Check, Health
from adapters.app.latemind import LateMind
from adapters.app.learner import EVERY, learning
from adapters.app.limits import CONNECTIONS, Hasty
from adapters.app.metrics import Metrics
from adapters.app.modelcache import load_opinion
from adapters.app.parts import Parts, build
from adapters.app.reach import Reach, refuse_unreachable
from adapters.app.starting import finish_starting, own_secret, save_memory
from adapters.chat.members import AnyOf
from adapters.chat.replies import keeping_replies
from adapters.database import Database, opened
from adapters.settings import Settings, needs_key
from adapters.settings.keeping import Keep
from adapters.version import VERSION
from adapters.web import Live, WebMessenger, comms_address, make_app, make_insights
from adapters.web.guard import LOOPBACK
from adapters.web.live import POLL, looking
from bot.cases import Case, PersonId, State
from bot.errors import DeliveryError, SettingsError, StorageError
from bot.knowledge import OrganisationId
from bot.ledger import LATE_AFTER, reminders
from bot.ports import CaseFilter, Message, Messenger, PlatformName, Reminder, Store
from bot.review import Rulebook, find_speller, load_rules
from bot.service import casework, digesting
from bot.service.curating import expiring
from bot.service.desk import Desk
from bot.service.mind import Brain, Mind
from bot.workhours import after_working_hours

if TYPE_CHECKING:
    from adapters.app.slack import SlackSide
    from adapters.app.teams import TeamsSide
    from adapters.delivery import Deliveries, Handlers, Job

    Side: TypeAlias = SlackSide | TeamsSide

log = logging.getLogger(__name__)
QUEUE = 1024  # connections that wait to be taken
SELDOM = 2.0  # seconds between looks at a database that nobody else writes to: what this process saves is told at once
SWITCH = 0.0005  # seconds for which a thread of the delivery's may keep an answer waiting; Python's own are 0.005
MOST_CASES = 500  # open ones that are looked at for being overdue
GRACE = 8  # seconds for requests that are under way when the server is told to stop


@dataclass(frozen=True)
class Served:
    """What runs. ``app``: the ASGI application; ``stop``: ends what would keep a server from stopping; ``rules``: of
    `/checkpost`, which are read while the first questions are answered."""

    app: ASGIApp
    desk: Desk
    live: Live
    stop: Callable[[], None]
    rules: Future[Rulebook]


@dataclass(frozen=True)
class Nobody:
    """A Membership without members; a platform that knows who is in its channel brings its own."""

    async def in_comms(self, person: PersonId, organisation: OrganisationId) -> bool:  # noqa: ARG002  # as the port has it
        return False


@asynccontextmanager
async def assembled(settings: Settings) -> AsyncIterator[Served]:
    """Opens the database, starts delivering, and joins all of it.

    SettingsError where a setting cannot hold or another process has the database; KnowledgeError, StorageError.
    """
    from adapters.delivery import outbox, running  # noqa: PLC0415  # DBOS takes a second to import

    needs_key(settings)
    refuse_unreachable(settings)
    secret = settings.secret or own_secret(settings.database)
    parts, speller = build(settings), find_speller()
    async with (
        opened(settings.database, secret, patience=settings.wait) as database,
        outbox(database.url) as box,
        _slack(settings, parts, secret) as slack,
        _teams(settings, parts, database) as teams,
    ):
        live = Live(database.store(), SELDOM if database.sole else POLL)
        store, sides = database.store(box, live.saved), [side for side in (slack, teams) if side]
        rules: Future[Rulebook] = Future()
        mind = LateMind(Brain(parts.knowledge, parts.matcher), rules, speller)
        desk = _with_comms(make_desk(parts, store, mind), sides)
        reach = Reach(lambda: desk)
        handlers, every = _handlers(desk, live, sides, reach), SELDOM if database.sole else EVERY
        async with (
            learning(database.store(), desk.mind, settings.knowledge, settings.cache, _now, every),
            running(box, store, handlers, jobs=_jobs(desk, database, settings.keep)) as deliveries,
            looking(live),
            keeping_replies(desk) if sides else nullcontext(),
            AsyncExitStack() as stack,
        ):
            routes = [route for side in sides for route in await stack.enter_async_context(side.routes(desk))]
            page = _page(settings, desk, live, secret) if settings.web else None
            finish_starting(rules, lambda: _read_rules(parts), speller)
            health = Health(_checks(database, deliveries, rules, sides) | {"communications": reach.check})
            metrics = Metrics(database.figures, lambda: _overdue(desk), database.connections)
            routes += [Route("/insights{rest:path}", _insights(settings, desk, secret))]
            front = Front(_joined(routes, page), settings, parts.say, health, metrics)
            yield Served(front, desk, live, live.close, rules)


def _checks(
    database: Database, deliveries: Deliveries, rules: Future[Rulebook], sides: Sequence[Side]
) -> dict[str, Check]:
    """What /readyz looks at."""

    async def answers() -> str:
        await database.alive()
        return "answers"

    async def delivers() -> str:
        if not deliveries.ready.is_set():
            raise DeliveryError("nothing is delivered now: the lease was lost; a new one is being taken")
        return "under way"

    async def known() -> str:
        if not rules.done():
            raise StorageError("the rules are still being read")
        rules.result()
        return "read"

    found: dict[str, Check] = {"database": answers, "delivery": delivers, "knowledge": known}
    for side in sides:
        found |= side.checks()
    return found


def _insights(settings: Settings, desk: Desk, secret: str) -> ASGIApp:
    """The figures behind a link: it lets nobody else in, wherever they come from."""
    address = urlsplit(settings.url)
    hosts = frozenset(name for name in (address.hostname, settings.host) if name)
    return make_insights(desk, secret=secret, hosts=hosts, safe=address.scheme == "https")


def _page(settings: Settings, desk: Desk, live: Live, secret: str) -> ASGIApp:
    """For this machine; for others too where both HANDBOK_HOST and HANDBOK_WEB say so."""
    own = {name for name in (urlsplit(settings.url).hostname, settings.host) if name and settings.open_web}
    return make_app(desk, live, secret=secret, organisation=settings.organisation, hosts=LOOPBACK | own)


async def _overdue(desk: Desk) -> dict[str, int]:
    """Cases that wait for comms for longer than the asker was promised, by organisation."""
    now, found = _now(), dict.fromkeys(desk.mind.now.knowledge.organisation, 0)
    async with desk.store.look() as work:
        cases = await work.cases(CaseFilter(states=(State.WAITING, State.CLAIMED), most=MOST_CASES))
    for case in cases:
        organisation = desk.mind.now.knowledge.organisation.get(case.organisation)
        if organisation and not case.asked_back:
            found[case.organisation] += after_working_hours(organisation, case.opened_at, LATE_AFTER) < now
    return found


def _read_rules(parts: Parts) -> Rulebook:
    return load_rules(parts.settings.knowledge, parts.knowledge, load_opinion(parts.settings.cache))


def _slack(settings: Settings, parts: Parts, secret: str) -> AbstractAsyncContextManager[SlackSide | None]:
    if settings.slack is None:
        return nullcontext(None)
    from adapters.app.slack import slack_side  # noqa: PLC0415  # Bolt takes a while to import

    return slack_side(settings.slack, parts.knowledge, parts.say, settings.database, secret)


def _teams(settings: Settings, parts: Parts, database: Database) -> AbstractAsyncContextManager[TeamsSide | None]:
    if settings.teams is None:
        return nullcontext(None)
    from adapters.app.teams import teams_side  # noqa: PLC0415  # botbuilder takes a while to import

    return teams_side(settings.teams, parts.knowledge, parts.say, database)


def _with_comms(desk: Desk, sides: Sequence[Side]) -> Desk:
    """Comms works where the platforms' settings say so; who may act there, each knows of its own."""
    if not sides:
        return desk
    comms = {organisation: place for side in sides for organisation, place in side.connection.comms.items()}
    members = AnyOf([side.connection.members for side in sides])
    return replace(desk, comms={**desk.comms, **comms}, membership=members)


def _joined(routes: Sequence[BaseRoute], page: ASGIApp | None) -> ASGIApp:
    """The platforms' own routes, and the web page for everything else."""
    if page and not routes:
        return page
    return Starlette(routes=[*routes, *([Mount("/", page)] if page else [])])


def make_desk(parts: Parts, store: Store, mind: Mind) -> Desk:
    knowledge = parts.knowledge

    def due(case: Case, now: datetime, rung: int) -> tuple[Reminder, ...]:
        return reminders(case, knowledge.organisation[case.organisation], now, rung)

    return Desk(
        store=store,
        mind=mind,
        say=parts.say,
        clock=_now,
        comms={organisation: comms_address(organisation) for organisation in knowledge.organisation},
        membership=Nobody(),
        due=due,
        url=parts.settings.url,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _handlers(desk: Desk, live: Live, sides: Sequence[Side], reach: Reach) -> Handlers:
    from adapters.delivery import Handlers  # noqa: PLC0415  # with DBOS, as above

    async def render(message: Message) -> Sequence[object]:
        drawn = await casework.draw_message(desk, message.id)
        return drawn[1] if drawn else ()

    async def remind(case: int, kind: str, version: int) -> None:
        await casework.remind(desk, case, kind, version)

    messengers: dict[PlatformName, Messenger] = {"web": WebMessenger(live)}
    for side in sides:
        messengers[side.platform] = side.connection.messenger
    return Handlers(render, messengers, remind, reach.unreached, reach.reached)


def _jobs(desk: Desk, database: Database, keep: Keep) -> Sequence[Job]:
    from adapters.delivery import Job  # noqa: PLC0415  # with DBOS, as above

    async def purge() -> None:
        removed = await database.purge(keep, _now())
        log.info("Deleted what was kept long enough: %s", removed or "nothing")

    async def remind_owners() -> None:
        await expiring(desk, _now())

    async def digests() -> None:
        if count := await digesting.send(desk):
            log.info("%d digests are on their way", count)

    async def keep_promises() -> None:
        if count := await casework.keep_promises(desk):
            log.warning("%d open cases had lost their next step; they have one again", count)

    return (
        Job("digests", "*/15 * * * *", "UTC", digests),
        Job("keep-promises", "*/10 * * * *", "UTC", keep_promises),
        Job("purge", "7 3 * * *", "Europe/Oslo", purge),
        Job("remind-owners", "3 9 * * 1-5", "Europe/Oslo", remind_owners),
    )


# ── behind a port ────────────────────────────────────────────────────────────────────────────────────────────────────
class Server(uvicorn.Server):
    """Ends the open streams when it is told to stop, rather than waiting for their readers; and returns then, rather
    than raising the signal anew, so that what runs beside it can end as well."""

    def __init__(self, config: uvicorn.Config, stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._stop = stop

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop, signals = asyncio.get_running_loop(), (signal.SIGINT, signal.SIGTERM)
        for each in signals:
            loop.add_signal_handler(each, self.handle_exit, each, None)
        try:
            yield
        finally:
            for each in signals:
                loop.remove_signal_handler(each)

    def end_where_faulty(self, rules: Future[Rulebook]) -> None:
        """A rule that cannot be read ends the server, as any other fault in the knowledge does at the start."""
        if rules.exception():
            self.should_exit = True
            self._stop()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self._stop()


async def serve(settings: Settings, ready: Callable[[str], None]) -> None:
    """Serves until the process is told to stop. ``ready`` is given the address once it can be opened.

    SettingsError where there is nothing to serve, or the port is taken.
    """
    if not settings.web and settings.slack is None and settings.teams is None:
        raise SettingsError("nothing is set up to serve; the web page is off beside Slack and Teams: set HANDBOK_WEB=1")
    save_memory()
    sys.setswitchinterval(SWITCH)
    with take_port(settings.port, settings.host) as listening:
        async with assembled(settings) as served:
            config = config_of(served.app)
            ready(_shown(settings))
            log.info("Started: version %s, listening on %s, process %d", VERSION, _shown(settings), os.getpid())
            server = Server(config, served.stop)
            served.rules.add_done_callback(server.end_where_faulty)
            await server.serve([listening])
            log.info("Stopping: what is under way is finished first")
            if served.rules.done():
                served.rules.result()


def config_of(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app, http=Hasty, lifespan="off", log_level="warning", access_log=False, server_header=False,
        timeout_graceful_shutdown=GRACE, timeout_keep_alive=20, limit_concurrency=CONNECTIONS,
    )  # fmt: skip


def _shown(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def take_port(port: int, host: str = "127.0.0.1") -> socket.socket:
    """Taken at once, so that whoever comes early waits instead of being refused.

    asyncio turns Nagle's algorithm off only for sockets that say they are TCP, which Python's own do not: a body would
    wait 40 ms for the browser's receipt of its headers.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=QUEUE)
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise SettingsError(f"HANDBOK_HOST is {host}, which is no address of this machine") from error
        raise SettingsError(f"port {port} is taken; stop what has it, or set HANDBOK_PORT to another") from error
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # of every connection that it takes
    return listening
