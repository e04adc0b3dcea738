"""The route that Teams sends to: who calls is checked first, then what is sent, and only then anybody reads it."""

from __future__ import annotations

import logging

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from adapters.chat.bodies import read
from adapters.settings.teams import TeamsSettings
from adapters.teams.activities import Handler, InvokeReply, understood
from adapters.teams.adapter import TeamsAdapter
from adapters.teams.trust import Gate, RefusedError

__all__ = ["Handler", "InvokeReply", "route"]

log = logging.getLogger(__name__)
PATH = "/api/messages"
LARGEST = 512 * 1024  # bytes of a request; Teams' are far smaller


def route(settings: TeamsSettings, gate: Gate, handler: Handler) -> Route:
    """``handler`` gets each activity that Teams sent, as its JSON has it; what it returns answers an invoke, and None
    answers one with 200 and nothing."""
    adapter = TeamsAdapter(settings.app_id)

    async def take(request: Request) -> Response:
        try:
            caller = await gate.admit(request.headers.getlist("authorization"))
            if not request.headers.get("content-type", "").startswith("application/json"):
                return PlainTextResponse("not understood", 415)
            body = await read(request, LARGEST)
            if body is None:
                return PlainTextResponse("too large", 413)
            activity = understood(body)
            if activity is None:
                return PlainTextResponse("not understood", 400)
            gate.vouch(caller, activity)
        except RefusedError as error:
            log.info("Refused a request: %s", error)
            return PlainTextResponse("not sent by Teams", 401)
        reply = await adapter.turn(caller, activity, handler)
        return _response(reply) if reply else Response(status_code=202)

    return Route(PATH, take, methods=["POST"])


def _response(reply: InvokeReply) -> Response:
    return Response(status_code=reply.status) if reply.body is None else JSONResponse(reply.body, reply.status)
