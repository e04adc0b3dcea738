"""The parts that every way in shares: knowledge, matcher and wording, built from the settings."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.app.modelcache import load_matcher
from adapters.settings import Settings, fits
from bot.errors import InputError
from bot.knowledge import KnowledgeBase, Organisation
from bot.language import Language
from bot.loading import load
from bot.matching.matcher import Matcher
from bot.wording import Wording, wording


@dataclass(frozen=True)
class Parts:
    """What answers questions."""

    settings: Settings
    knowledge: KnowledgeBase
    matcher: Matcher
    say: Wording

    def organisation(self, name: str | None) -> Organisation:
        """The organisation called ``name``, or the one that the settings name. InputError where there is none such."""
        return organisation(self.knowledge, name or self.settings.organisation)


def build(settings: Settings) -> Parts:
    """KnowledgeError where the knowledge has faults, SettingsError where a setting names what it does not have."""
    knowledge = load(settings.knowledge)
    fits(settings, knowledge.organisation)
    return Parts(settings, knowledge, load_matcher(knowledge, settings.cache), wording())


def organisation(knowledge: KnowledgeBase, name: str) -> Organisation:
    found = knowledge.organisation.get(name)
    if found is None:
        raise InputError(f"“{name[:40]}” is no organisation here; there are {', '.join(knowledge.organisation)}")
    return found


def language(name: str | None) -> Language | None:
    """The language called ``name``. InputError where Handbok does not speak it."""
    if name is None:
        return None
    try:
        return Language(name)
    except ValueError as error:
        raise InputError(f"“{name[:40]}” is no language here; there are {', '.join(Language)}") from error
