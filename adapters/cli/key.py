"""`handbok key`: the secret key, made, changed, and let go of where it is lost."""

from __future__ import annotations

import asyncio

import typer

from adapters.cli.envfile import EnvFile, load
from adapters.cli.shared import complain, settings, told, write
from adapters.settings import Settings

key = typer.Typer(help="The secret key that seals who asks confidentially.", no_args_is_help=True)


@key.command("new")
@told
def new() -> None:
    """A new key, for HANDBOK_SECRET_KEY. To change keys: set NEW,OLD, start anew, then `handbok key reseal`."""
    from adapters.database import new_key  # noqa: PLC0415  # SQLAlchemy takes half a second

    write(new_key())


@key.command("reseal")
@told
def reseal(env_file: EnvFile = None) -> None:
    """Seal everything under the first key, so that the ones after it can be taken away. Not beside a running server
    on SQLite."""
    load(env_file)
    count = asyncio.run(_reseal(settings()))
    complain(f"sealed {count} pieces anew; the first key alone is needed from now on")


@key.command("lost")
@told
def lost(
    env_file: EnvFile = None,
    yes: bool = typer.Option(False, "--yes", help="Do not ask."),
) -> None:
    """The key is lost for good: let go of what it sealed. Who asked confidentially can no longer be reached."""
    load(env_file)
    if not yes:
        typer.confirm("Whoever asked confidentially, and waits, gets no answer any more. Go on?", abort=True, err=True)
    count = asyncio.run(_abandon(settings()))
    complain(f"let go of {count} sealed pieces; the key that is set now seals what comes")


async def _reseal(found: Settings) -> int:
    from adapters.app.starting import own_secret  # noqa: PLC0415
    from adapters.database import opened  # noqa: PLC0415

    async with opened(found.database, found.secret or own_secret(found.database)) as database:
        return await database.reseal()


async def _abandon(found: Settings) -> int:
    from adapters.app.starting import own_secret  # noqa: PLC0415
    from adapters.database import opened  # noqa: PLC0415
    from adapters.settings import needs_key  # noqa: PLC0415

    needs_key(found)
    secret = found.secret or own_secret(found.database, anew=True)
    async with opened(found.database, secret, trusting=True) as database:
        return await database.abandon_lost_key()
