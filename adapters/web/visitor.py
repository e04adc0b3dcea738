"""Who a browser is: a random id in a signed cookie, with what its person chose. Nobody signs in to a demo."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Container
from dataclasses import asdict, dataclass, replace

from bot.language import Language, of_tag
from bot.ports import Address
from bot.service.desk import Sender

COOKIE = "handbok"
KEPT_DAYS = 180
MOST_HIDDEN = 40  # confidential cases that a cookie remembers; the oldest go first
_NAMES = (
    "Kim", "Robin", "Alex", "Noa", "Mika", "Sam", "Charlie", "Elis", "Tove", "Jo", "Bo", "Kari", "Liv", "Sami",
    "Aino", "Odd", "Maja", "Isa", "Ask", "Eli", "Per", "Ylva", "Nils", "Ida",
)  # fmt: skip


@dataclass(frozen=True)
class Visitor:
    """A browser's person. ``hidden``: the numbers of their confidential cases, which nothing else leads back to."""

    id: str
    organisation: str
    language: Language | None = None  # chosen outright; else the browser's
    hidden: tuple[int, ...] = ()

    def remember(self, cases: tuple[int, ...]) -> Visitor:
        return replace(self, hidden=(*self.hidden, *cases)[-MOST_HIDDEN:])

    @property
    def name(self) -> str:
        return _NAMES[self._draw(0) % len(_NAMES)]

    @property
    def comms_name(self) -> str:
        """Another than ``name``: the two sides are two people."""
        return _NAMES[(self._draw(0) + 1 + self._draw(1) % (len(_NAMES) - 1)) % len(_NAMES)]

    def _draw(self, place: int) -> int:
        return int.from_bytes(hashlib.sha256(f"{place}/{self.id}".encode()).digest()[:4])

    def as_staff(self, event: str, program: Language | None = None) -> Sender:
        place = Address("web", "demo", f"staff-{self.id}")
        return Sender(event, place, f"staff-{self.id}", self.name, self.organisation, program=program)

    def as_comms(self, event: str, shown: str) -> Sender:
        """``shown``: the name that askers and colleagues see."""
        place = Address("web", "demo", f"comms-{self.organisation}")
        return Sender(event, place, f"comms-{self.id}", shown, self.organisation)


class Cookies:
    """Signs visitors into cookies and reads them again."""

    def __init__(self, secret: str, organisations: Container[str], organisation: str) -> None:
        self._key = hmac.digest(secret.encode(), b"handbok web visitor", "sha256")
        self._organisations = organisations
        self._organisation = organisation

    def write(self, visitor: Visitor) -> str:
        body = base64.urlsafe_b64encode(json.dumps(asdict(visitor), separators=(",", ":")).encode()).decode()
        return f"{body}.{self._sign(body)}"

    def read(self, cookie: str) -> Visitor | None:
        """The visitor of a cookie; None where it is not one of ours, or of an organisation that is gone."""
        body, _, signature = cookie.partition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            return None
        found = json.loads(base64.urlsafe_b64decode(body))
        language = Language(found["language"]) if found["language"] else None
        visitor = Visitor(found["id"], found["organisation"], language, tuple(found["hidden"]))
        return visitor if visitor.organisation in self._organisations else None

    def new(self) -> Visitor:
        return Visitor(secrets.token_urlsafe(12), self._organisation)

    def _sign(self, body: str) -> str:
        return base64.urlsafe_b64encode(hmac.digest(self._key, body.encode(), "sha256")).decode().rstrip("=")


def accepted(header: str) -> Language | None:
    """The first language of an Accept-Language header that Handbok speaks; ``no`` is read as Bokmål."""
    wanted = []
    for place, part in enumerate(header[:500].split(",")):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), place, of_tag(tag)))
        except ValueError:
            continue
    return next((language for _, _, language in sorted(wanted, key=lambda part: part[:2]) if language), None)
