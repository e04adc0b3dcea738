"""Entries as YAML, in the form of knowledge/entries: to read, to review, and to load again unchanged.

Quotes stand only where a text could be read as something else; long answers are folded.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator

from bot.knowledge import Answer, Entry, Questions
from bot.language import Language

WIDTH = 120  # columns

# What any YAML 1.1 or 1.2 reader takes for no text: numbers, times, truth values, nothing.
_NO_TEXT = re.compile(
    r"(?:[-+.]?[0-9][0-9_.,:eExXoabcdefABCDEF+-]*|~|null|true|false|yes|no|on|off|y|n|nan|inf)", re.IGNORECASE
)
# Begins with a letter, a digit or a sign that means nothing to YAML; no colon or hash where it would mean something.
_PLAIN = re.compile(r"(?:[A-Za-z0-9(]|[^\x00-\xa0])(?:[^:#]|:(?=[^\s,\[\]{}])|(?<=\S)#)*")
_IN_FLOW = re.compile(r"[,\[\]{}?:]")  # the last two only for readers that are strict about them
_UNPRINTABLE = re.compile("[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_FOLDABLE = re.compile(r"[^ \t\n\r]+(?: [^ \t\n\r]+)*")


def entries_yaml(entries: Iterable[Entry]) -> str:
    """The file that holds ``entries``, in their order. Reading it gives the same entries."""
    written = "".join(line + "\n" for entry in entries for line in _entry(entry))
    return written or "[]\n"


def scalar(text: str, *, in_flow: bool = False) -> str:
    """``text`` on one line. ``in_flow``: inside brackets, where commas mean something, too."""
    plain = _PLAIN.fullmatch(text) and not _NO_TEXT.fullmatch(text) and not _escaped(text)
    if plain and text == text.strip() and not (in_flow and _IN_FLOW.search(text)):
        return text
    return _UNPRINTABLE.sub(_escape, json.dumps(text, ensure_ascii=False))


def _entry(entry: Entry) -> Iterator[str]:
    titles = ", ".join(f"{language}: {scalar(entry.title[language], in_flow=True)}" for language in Language)
    yield f"- id: {scalar(entry.id)}"
    yield f"  title: {{{titles}}}"
    yield "  answers:"
    for organisation, answer in entry.answers.items():
        yield f"    {scalar(organisation)}:"
        yield from _answer(answer)
    if entry.related:
        yield f"  related: {flow_list(entry.related)}"
    yield "  questions:"
    yield from _questions(entry.questions)


def _answer(answer: Answer) -> Iterator[str]:
    yield f"      sources: {flow_list(answer.sources)}"
    yield from (f"      {mark}: true" for mark in ("borrowable", "beside") if getattr(answer, mark))
    for language in Language:
        yield from text_lines(f"      {language}: ", answer[language])


def _questions(questions: Questions) -> Iterator[str]:
    for language in Language:
        yield f"    {language}:" if questions[language] else f"    {language}: []"
        yield from (f"      - {scalar(text)}" for text in questions[language])


def text_lines(key: str, text: str) -> Iterator[str]:
    """``text`` after ``key`` on its line where it fits, else folded under it."""
    line = key + scalar(text)
    if len(line) <= WIDTH or _escaped(text) or not _FOLDABLE.fullmatch(text):
        yield line
        return
    indent = " " * (len(key) - len(key.lstrip()) + 2)
    yield f"{key}>-"
    folded = textwrap.wrap(text, WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
    yield from (indent + part for part in folded)


def flow_list(items: Iterable[str]) -> str:
    """``items`` in brackets, on one line."""
    return f"[{', '.join(scalar(item, in_flow=True) for item in items)}]"


def _escaped(text: str) -> bool:
    """Whether ``text`` holds what only quotes can say: line breaks and what does not print."""
    return bool(re.search(r"[\t\n\r]", text) or _UNPRINTABLE.search(text))


def _escape(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
