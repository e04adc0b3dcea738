"""The one place that knows botbuilder: a thin adapter over its turns.

What the SDK would do slowly or unsafely is done beside it: trust.py has checked the request before a turn begins, and
connector.py is the way back. So a successor of the archived SDK replaces this file.
"""

from __future__ import annotations

from botbuilder.core import CloudAdapterBase, TurnContext  # type: ignore[import-untyped]
from botbuilder.schema import Activity as SdkActivity  # type: ignore[import-untyped]
from botbuilder.schema import ActivityTypes, CallerIdConstants, ConversationAccount
from botframework.connector.auth import (  # type: ignore[import-untyped]
    AuthenticationConstants,
    BotFrameworkAuthentication,
    ClaimsIdentity,
)
from botframework.connector.auth.authenticate_request_result import (  # type: ignore[import-untyped]
    AuthenticateRequestResult,
)

from adapters.teams.activities import Activity, Handler, InvokeReply
from adapters.teams.trust import Caller


class TeamsAdapter(CloudAdapterBase):  # type: ignore[misc]
    """Takes activities that were checked through the SDK's turn, its middleware (``use``) included."""

    def __init__(self, app_id: str) -> None:
        super().__init__(_Checked())
        self._app_id = app_id

    async def turn(self, caller: Caller, activity: Activity, handler: Handler) -> InvokeReply | None:
        """What an invoke is answered with; None for everything else."""

        async def logic(context: TurnContext) -> None:
            reply = await handler(activity)
            if context.activity.type == ActivityTypes.invoke:
                answer = SdkActivity(type=ActivityTypes.invoke_response, value=reply or InvokeReply())
                await context.send_activity(answer)

        found = await self.process_activity(self._result(caller), _outline(activity), logic)
        return found if isinstance(found, InvokeReply) else None

    def _result(self, caller: Caller) -> AuthenticateRequestResult:
        result = AuthenticateRequestResult()
        claims = {
            AuthenticationConstants.AUDIENCE_CLAIM: self._app_id,
            AuthenticationConstants.SERVICE_URL_CLAIM: caller.service_url,
        }
        result.claims_identity = ClaimsIdentity(claims, caller.service_url is not None)
        result.caller_id = CallerIdConstants.public_azure_channel
        result.connector_factory = _NoClients()
        return result


def _outline(activity: Activity) -> SdkActivity:
    """What a turn is told of an activity; the handler has all of it, and the SDK's reading of the whole is slow."""
    conversation = activity["conversation"]
    return SdkActivity(
        type=activity["type"],
        id=activity.get("id"),
        name=activity.get("name"),
        text=activity.get("text"),
        channel_id=activity["channelId"],
        service_url=activity["serviceUrl"],
        conversation=ConversationAccount(id=conversation["id"], tenant_id=conversation.get("tenantId")),
    )


class _NoClients:
    """The SDK wants a client for its replies in each turn; Handbok's go out by connector.py."""

    async def create(self, service_url: str, audience: str) -> _NoClients:  # noqa: ARG002
        return self


class _Checked(BotFrameworkAuthentication):  # type: ignore[misc]
    """The SDK's own check, which is never asked: trust.py has checked before a turn begins."""

    async def authenticate_request(self, activity: object, auth_header: str) -> AuthenticateRequestResult:  # noqa: ARG002
        raise PermissionError("trust.py admits requests")

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> object:  # noqa: ARG002
        raise PermissionError("there is no streaming")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> _NoClients:  # noqa: ARG002
        return _NoClients()

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """Handbok signs nobody in."""
