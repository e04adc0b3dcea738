"""A weekday beside a date with its year, where that date is another day. Without a year nobody can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import regex

from bot.language import Language
from bot.review.compiled import CompiledRule, Scene
from bot.review.findings import Sighting

DAYS: Mapping[Language, tuple[str, ...]] = {  # from Monday on
    Language.NB: ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    Language.NN: ("måndag", "tysdag", "onsdag", "torsdag", "fredag", "laurdag", "søndag"),
    Language.SV: ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    Language.EN: ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
}
_MONTHS = (
    "januar|januari|january|jan", "februar|februari|february|feb", "mars|march|mar", "april|apr", "mai|maj|may",
    "juni|june|jun", "juli|july|jul", "august|augusti|aug", "september|sept|sep", "oktober|october|okt|oct",
    "november|nov", "desember|december|des|dec",
)  # fmt: skip
_NUMBER = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split("|")}
_INDEX = {name: index for names in DAYS.values() for index, name in enumerate(names)} | {"sundag": 6}
_DAY = "|".join(sorted(_INDEX, key=len, reverse=True))
_MONTH = "|".join(sorted(_NUMBER, key=len, reverse=True))
_DATE = regex.compile(
    rf"(?<!\w)(?P<name>{_DAY})(?:en)?,?\ (?:den\ |the\ )?(?:"
    rf"(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?\ (?:of\ )?(?P<month>{_MONTH})\.?,?\ (?P<year>20\d\d)"
    r"|(?P<day>\d{1,2})[./](?P<number>\d{1,2})[./](?P<year>20\d\d)"
    rf"|(?P<month>{_MONTH})\ (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\ (?P<year>20\d\d))(?!\w)",
    regex.X,
)


def wrong_weekdays(_compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Weekdays that do not fit their dates, with the day that does; a date that there is not is another finding."""
    for found in _DATE.finditer(scene.text.lower):
        month = _NUMBER[found["month"]] if found["month"] else int(found["number"])
        try:
            day = date(int(found["year"]), month, int(found["day"]))
        except ValueError:  # the thirty-first of February
            continue
        if day.weekday() != _INDEX[found["name"]]:
            language = scene.language_at(found.start()) or scene.organisation.language
            right = DAYS[language][day.weekday()]
            plain = right.capitalize() if language is Language.EN else right
            yield replace(scene.sighting(*found.span(), "weekday"), values=(("plain", plain),))
