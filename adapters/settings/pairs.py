"""Settings that name pairs: ``a=b,c=d``."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import SettingsError


def pairs(environment: Mapping[str, str], name: str, example: str) -> dict[str, str]:
    """``a=b,c=d`` as a mapping. SettingsError where it is something else."""
    found = {}
    for pair in filter(None, (part.strip() for part in environment.get(name, "").split(","))):
        left, equals, right = (part.strip() for part in pair.partition("="))
        if not (left and equals and right):
            raise SettingsError(f"{name} holds “{pair[:40]}”; write {example}, several separated by commas")
        found[left] = right
    return found


def channels(given: Mapping[str, str], organisations: Mapping[str, str], prefix: str) -> dict[str, tuple[str, str]]:
    """Where comms works, by organisation. The workspace may be left out where the organisation has one:
    ``oslomet=C1``, ``oslomet=T1/C1``. SettingsError for a workspace that ``organisations`` does not have.
    """
    found = {}
    for organisation, place in given.items():
        workspace, slash, channel = place.partition("/")
        known = [each for each, whose in organisations.items() if whose == organisation]
        if not slash:
            workspace, channel = (known[0] if known else ""), place
        if workspace not in known:
            raise SettingsError(
                f"{prefix}_COMMS names {organisation}, for which {prefix}_ORGANISATIONS has no such workspace"
            )
        found[organisation] = (workspace, channel)
    return found
