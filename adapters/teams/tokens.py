"""The token that Handbok shows when it replies: fetched by MSAL in a thread, and kept ahead of need."""

from __future__ import annotations

import asyncio
from typing import Any

import msal  # type: ignore[import-untyped]
import requests

from adapters.settings.teams import TeamsSettings
from adapters.teams.kept import Fetched, Kept
from bot.errors import DeliveryError

RESOURCE = "https://api.botframework.com"
CALL_TIMEOUT = 10.0  # seconds without a byte from Entra ID
PATIENCE = 30.0  # seconds for all of it
AHEAD = 600.0  # seconds before its end that a token is renewed
UNREADABLE = (ValueError, RuntimeError, KeyError, AttributeError, TypeError)  # MSAL's for a reply of another shape
SPARE = 60.0  # seconds before its end that a token is no longer used


class _Session(requests.Session):
    """MSAL gives no timeout where it asks for a managed identity, and requests waits for ever without one."""

    def request(self, *given: Any, **more: Any) -> requests.Response:
        more.setdefault("timeout", CALL_TIMEOUT)
        return super().request(*given, **more)


def kept_token(settings: TeamsSettings) -> Kept[str]:
    """DeliveryError from it names what the operator can mend."""

    async def fetch() -> Fetched[str]:
        try:
            async with asyncio.timeout(PATIENCE):
                found = await asyncio.to_thread(_asked, settings)
        except (TimeoutError, requests.RequestException, msal.exceptions.MsalError) as error:
            mend = _mend(settings, "check HANDBOK_TEAMS_LOGIN and the network")
            raise DeliveryError(f"Entra ID does not answer; {mend}") from error
        except UNREADABLE as error:
            mend = _mend(settings, "check TEAMS_APP_TENANT_ID and HANDBOK_TEAMS_LOGIN")
            raise DeliveryError(f"Entra ID gives no token; {mend}") from error
        return _read(settings, found)

    return Kept("The token for replies", fetch)


def _asked(settings: TeamsSettings) -> Any:
    """A client anew each time: its own cache would give the old token again."""
    with _Session() as session:
        if settings.app_type == "UserAssignedMSI":
            identity = msal.UserAssignedManagedIdentity(client_id=settings.app_id)
            return msal.ManagedIdentityClient(identity, http_client=session).acquire_token_for_client(resource=RESOURCE)
        client = msal.ConfidentialClientApplication(
            settings.app_id,
            client_credential=settings.app_password,
            authority=f"{settings.login}/{settings.tenant}",
            instance_discovery=False,
            http_client=session,
        )
        return client.acquire_token_for_client([f"{RESOURCE}/.default"])


def _read(settings: TeamsSettings, found: Any) -> Fetched[str]:
    token = found.get("access_token") if isinstance(found, dict) else None
    lasts = found.get("expires_in") if isinstance(found, dict) else None
    if not isinstance(token, str) or not token or not isinstance(lasts, int):
        code = str(found.get("error", "no reason given"))[:60] if isinstance(found, dict) else "no reply of Entra ID's"
        mend = _mend(settings, "check TEAMS_APP_PASSWORD: it may have expired, or be of another app")
        raise DeliveryError(f"Entra ID refuses a token ({code}); {mend}", 60.0)
    return Fetched(token, max(lasts - AHEAD, lasts / 2), max(lasts - SPARE, lasts * 0.9))


def _mend(settings: TeamsSettings, by_secret: str) -> str:
    by_identity = "check that the managed identity TEAMS_APP_ID is assigned to this machine"
    return by_identity if settings.app_type == "UserAssignedMSI" else by_secret
