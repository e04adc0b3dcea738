"""`handbok run`: the server."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated

import typer

from adapters.cli.envfile import EnvFile, load
from adapters.cli.shared import complain, settings, told


@told
def run(
    port: Annotated[
        int | None, typer.Option("--port", help="Of the web page, on this machine.", min=1, max=65535)
    ] = None,
    env_file: EnvFile = None,
) -> None:
    """The server: a web page with both roles, to try everything without any account. Stop it with Ctrl+C."""
    load(env_file)
    from adapters.app.logs import write_logs  # noqa: PLC0415
    from adapters.app.serve import serve  # noqa: PLC0415  # a second that no other command need pay

    found = replace(settings(), port=port) if port else settings()
    write_logs(found.log, found.log_level)
    verb = "open" if found.web else "listening on"
    asyncio.run(serve(found, lambda address: complain(f"{verb} {address} (Ctrl+C stops it)")))
