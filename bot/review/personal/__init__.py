"""Personal data: numbers.py (identity, phone, card), documents.py (passport, plate, case; links), contacts.py (e-mail,
home address), people.py (health, benefits).

Each looks for what it knows and leaves the organisation's own public contacts alone. Whatever one of them sees is
masked everywhere in the review, also where the rule itself is switched off.
"""

from collections.abc import Iterator

from bot.review.compiled import CompiledRule, Scene
from bot.review.findings import Sighting
from bot.review.personal.contacts import addresses, emails
from bot.review.personal.documents import documents, links
from bot.review.personal.numbers import numbers
from bot.review.personal.people import sensitive


def personal_data(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Everything in the draft that tells of a person what is theirs alone to tell."""
    yield from numbers(compiled, scene)
    yield from documents(compiled, scene)
    yield from links(compiled, scene)
    yield from emails(compiled, scene)
    yield from addresses(compiled, scene)
    yield from sensitive(compiled, scene)
