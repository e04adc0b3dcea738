"""Numbers that lead to a person: identity numbers of Norway and Sweden, phones, cards and accounts, student numbers.

By chance 0.10 % of eleven-digit numbers pass as a Norwegian identity number and 0.36 % of ten-digit ones as a Swedish
one, so bare digits need a label or a form of their own; and numbers of cases, orders, books and money are none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice

import phonenumbers
import regex
from personnummer import personnummer  # type: ignore[import-untyped]
from stdnum import iban, luhn
from stdnum.no import fodselsnummer, kontonr

from bot.review.compiled import CompiledRule, Scene
from bot.review.findings import Sighting
from bot.review.marks import Span, enclosing
from bot.review.personal.cues import followed, hidden, labelled, names, preceded

MAX_CANDIDATES = 400  # of a kind in one draft; a list that long is found out by its first ones
_EDGE, _END = r"(?<![\w.,/+-])", r"(?![\w/]|[.,-]\d)"
_NORWEGIAN = regex.compile(rf"{_EDGE}(\d{{2}})[ .]?(\d{{2}})[ .]?(\d{{2}})([ ./-]{{0,3}})(\d{{3}})[ .]?(\d{{2}}){_END}")
_SWEDISH = regex.compile(rf"{_EDGE}(19|20)?(\d{{2}})([ ./-]?)(\d{{2}})[ ./-]?(\d{{2}})([ +-]{{0,3}})(\d{{4}}){_END}")
_CARD = regex.compile(rf"{_EDGE}\d{{4}}([ -]?)\d{{4}}\1\d{{4}}\1\d{{4}}{_END}")
_IBAN = regex.compile(r"(?<!\w)(?:NO|SE|DK|FI|DE|GB)\d{2}(?: ?[A-Z0-9]{4}){2,6}(?: ?[A-Z0-9]{1,3})?(?!\w)")
_ACCOUNT = regex.compile(rf"{_EDGE}\d{{4}}[ .]?\d{{2}}[ .]?\d{{5}}{_END}")
_STUDENT = regex.compile(rf"{_EDGE}[sS]?\d{{3,7}}{_END}")
_PHONE = regex.compile(
    r"(?<![\w.,/+-]|\d )(?:"
    r"(?:(?:\+|00)47 ?|\(\+47\) ?)?"
    r"(?:[2-9]\d{7}|[2-9]\d{2}([ .-])\d{2}\1\d{3}|[2-9]\d([ .-])\d{2}(?:\2\d{2}){2}"
    r"|[2-9]\d{2} \d{5}|[2-9]\d{3} \d{4}|\d{8})"
    r"|(?:(?:\+|00)46[ -]?(?:\(0\) ?)?|0)[1-9]\d{0,2}(?:[ .-]|/| - )?\d{2,3}(?:[ .-]?\d{2,3}){1,3}"
    r"|\+[1-9]\d{0,2}(?:[ .-]?\d){7,12}"
    r")(?![\w/]|[.,-]\d| \d{2,})"
)
_MOBILE = frozenset({phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.PERSONAL_NUMBER})
_PUBLIC = frozenset(
    {
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.UAN,
    }
)


def numbers(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Every number that leads to a person; none twice."""
    if not any(letter.isdigit() for letter in scene.text.lower):
        return
    taken: list[Span] = []
    for part, keep, spans in (
        ("identity", 4, _identities(compiled, scene)),
        ("account", 4, _accounts(compiled, scene)),
        ("student", 2, _students(compiled, scene)),
        ("phone", 3, _phones(compiled, scene)),
    ):
        for start, end in islice(spans, MAX_CANDIDATES):
            if enclosing(sorted(taken), start) is None and not scene.text.marks.is_address(start):
                taken.append((start, end))
                yield hidden(scene.sighting(start, end, part), scene, keep, (start, end))


def _identities(compiled: CompiledRule, scene: Scene) -> Iterator[Span]:
    for match in islice(_NORWEGIAN.finditer(scene.text.cased), MAX_CANDIDATES):
        day, month, year, gap, *rest = match.groups()
        born = _is_day(year, month, str(int(day) - 40) if int(day) > 40 else day)
        valid = born and fodselsnummer.is_valid("".join([day, month, year, *rest]))
        if valid or _is_said(compiled, scene, match.start(), formed=born and bool(gap)):
            yield match.span()
    for match in islice(_SWEDISH.finditer(scene.text.cased), MAX_CANDIDATES):
        century, year, inner, month, day, gap, last = match.groups()
        born = _is_day(year, month, str(int(day) - 60) if int(day) > 60 else day)
        formed = born and gap.strip() in {"-", "+"}  # a date and a time has a space there
        valid = born and personnummer.valid("".join([century or "", year, month, day, "-", last]))
        if (valid and (formed or (bool(century) and not inner))) or _is_said(
            compiled, scene, match.start(), formed=formed
        ):
            yield match.span()


def _is_said(compiled: CompiledRule, scene: Scene, start: int, *, formed: bool) -> bool:
    """Whether a number that fails its check is meant as one all the same: by its label, or by its form."""
    label = labelled(compiled, scene, "identity_label", start)
    return label or (formed and not _is_filed(compiled, scene, start))


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        date(2000 + int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _is_filed(compiled: CompiledRule, scene: Scene, start: int) -> bool:
    """Whether the number is said to be of a case, an order, a book or the like."""
    return labelled(compiled, scene, "filed", start, reach=24) or preceded(compiled, scene, "amount", start)


def _accounts(compiled: CompiledRule, scene: Scene) -> Iterator[Span]:
    for match in islice(_CARD.finditer(scene.text.cased), MAX_CANDIDATES):
        if luhn.is_valid(regex.sub(r"\D", "", match.group())) and not _is_filed(compiled, scene, match.start()):
            yield match.span()
    for match in islice(_IBAN.finditer(scene.text.cased), MAX_CANDIDATES):
        if iban.is_valid(match.group()):
            yield match.span()
    for match in islice(_ACCOUNT.finditer(scene.text.cased), MAX_CANDIDATES):
        if labelled(compiled, scene, "account_label", match.start()) and kontonr.is_valid(match.group()):
            yield match.span()


def _students(compiled: CompiledRule, scene: Scene) -> Iterator[Span]:
    for match in islice(_STUDENT.finditer(scene.text.cased), MAX_CANDIDATES):
        if labelled(compiled, scene, "student_label", match.start()):
            yield match.span()


def _phones(compiled: CompiledRule, scene: Scene) -> Iterator[Span]:
    for match in islice(_PHONE.finditer(scene.text.cased), MAX_CANDIDATES):
        if _is_private(compiled, scene, match.span()):
            yield match.span()


def _is_private(compiled: CompiledRule, scene: Scene, span: Span) -> bool:
    """Whether a number is somebody's own phone: valid, or said to be a phone; no office's, no amount's, no case's."""
    start, end = span
    written = scene.text.cased[start:end]
    number = _parsed(written, scene.organisation.country)
    if (number is not None and _is_public(number, scene)) or _is_filed(compiled, scene, start):
        return False
    private = labelled(compiled, scene, "private_phone", start)
    if followed(compiled, scene, "unit", end) or (
        labelled(compiled, scene, "public_phone", start, reach=60) and not private
    ):
        return False
    label = labelled(compiled, scene, "phone_label", start)
    if number is None or not phonenumbers.is_valid_number(number):
        return label or private
    kind = phonenumbers.number_type(number)
    if kind in _MOBILE:
        return label or private or not regex.fullmatch(r"\d{4} \d{4}", written)
    return kind not in _PUBLIC and (private or (label and _tells_of_someone(compiled, scene, start)))


def _tells_of_someone(compiled: CompiledRule, scene: Scene, spot: int) -> bool:
    sentence = scene.text.marks.sentence(spot)
    return any(names(scene, sentence)) or scene.has(compiled.cues["someone"], sentence)


def _parsed(written: str, country: str) -> phonenumbers.PhoneNumber | None:
    """The number as dialled in the organisation's country, else in the neighbour's."""
    for region in (country, "SE" if country == "NO" else "NO"):
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            return None
        if phonenumbers.is_valid_number(number):
            return number
    return None


def _is_public(number: phonenumbers.PhoneNumber, scene: Scene) -> bool:
    """Whether the number is one of the organisation's, or in a series of theirs (all but the last four digits)."""
    dialled = f"+{number.country_code}{number.national_number}"
    return any(dialled == own or dialled[:-4] == own[:-4] for own in scene.organisation.public.phones)
