"""A picture in the thread of a message that says the same. Sources: Slack's files.getUploadURLExternal and
files.completeUploadExternal (scope files:write)."""

from __future__ import annotations

import aiohttp

from adapters.slack.clients import TIMEOUT, Clients
from adapters.slack.failures import called
from bot.errors import DeliveryError
from bot.messages import Picture
from bot.ports import Address

ALT = 1000  # characters of an alternative text


async def upload(clients: Clients, to: Address, below: str, picture: Picture) -> None:
    """DeliveryError or UndeliverableError where Slack does not take it."""
    client = await clients.asking(to.workspace)
    size = len(picture.png)
    place = await called(
        client.files_getUploadURLExternal(filename="handbok.png", length=size, alt_txt=picture.alt[:ALT])
    )
    try:
        async with clients.session.post(place["upload_url"], data=picture.png, timeout=TIMEOUT) as reply:
            if reply.status != 200:
                raise DeliveryError(f"Slack does not take the picture ({reply.status})")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise DeliveryError("Slack does not answer") from error
    file = {"id": place["file_id"], "title": picture.alt.partition(".")[0][:200]}
    await called(client.files_completeUploadExternal(files=[file], channel_id=to.conversation, thread_ts=below))
