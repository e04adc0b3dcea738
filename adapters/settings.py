"""The environment, read once, into one typed Settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """What the operator sets; each field names its variable."""

    knowledge: Path  # HANDBOK_KNOWLEDGE: the folder with the YAML
    cache: Path  # HANDBOK_CACHE: trained models are kept here
    organisation: str  # HANDBOK_ORGANISATION: whose staff asks where nothing else says so


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in ``environment``. SettingsError where one cannot hold."""
    knowledge = Path(environment.get("HANDBOK_KNOWLEDGE") or ROOT / "knowledge")
    if not knowledge.is_dir():
        raise SettingsError(
            f"HANDBOK_KNOWLEDGE names no folder ({knowledge}); point it at the folder with handbooks.yaml"
        )
    return Settings(
        knowledge=knowledge,
        cache=Path(environment.get("HANDBOK_CACHE") or user_cache_path("handbok")),
        organisation=environment.get("HANDBOK_ORGANISATION") or "oslomet",
    )
