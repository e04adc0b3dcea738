"""A knowledge folder as small as one can be, to be broken in tests: two handbooks, two entries, a topic, a greeting."""

from __future__ import annotations

from pathlib import Path

HANDBOOKS = """\
- id: oslomet
  name: OsloMet
  language: nn
  country: "NO"
  time_zone: Europe/Oslo
  handbook: Handboka
  edition: "2026-01-31"
  facts:
    hashtag: "#oslomet"
    department: {nb: avdelingen, nn: avdelinga, sv: avdelningen, en: the department}
  hours:
    monday: {opens: "08:00", closes: "15:30"}
  public:
    domains: [oslomet.no]
  sections:
    - id: oslomet/hashtag
      title: {nb: Emneknaggen, nn: Emneknaggen, sv: Hashtaggen, en: The hashtag}
      fingerprints: ["000000000000-0000000000000000"]
- id: malmo
  name: Malmö stad
  language: sv
  country: "SE"
  time_zone: Europe/Stockholm
  handbook: Handboken
  edition: "2026-01-31"
  facts:
    department: {nb: avdelingen, nn: avdelinga, sv: avdelningen, en: the department}
  hours: {}
  public: {}
  sections:
    - id: malmo/mistakes
      title: {nb: Feil, nn: Feil, sv: Misstag, en: Mistakes}
      fingerprints: ["000000000000-0000000000000000"]
"""

ENTRIES = """\
- id: hashtag
  title: {nb: Emneknagg, nn: Emneknagg, sv: Hashtagg, en: Hashtag}
  answers:
    oslomet:
      sources: [oslomet/hashtag]
      nb: "Bruk {hashtag}."
      nn: "Bruk {hashtag}."
      sv: "Använd {hashtag}."
      en: "Use {hashtag}."
  related: [made-a-mistake]
  questions:
    nb: [hvilken emneknagg skal jeg bruke, hashtaggen vår]
    nn: [kva emneknagg skal eg bruke, merkelappen vår]
    sv: [vilken hashtagg ska jag använda, vår tagg]
    en: [which hashtag do I use, our tag]
- id: made-a-mistake
  title: {nb: Feil, nn: Feil, sv: Fel, en: A mistake}
  answers:
    malmo:
      sources: [malmo/mistakes]
      nb: "Rett det opp, eller spør {department}."
      nn: "Rett det opp, eller spør {department}."
      sv: "Rätta det, eller fråga {department}."
      en: "Put it right, or ask {department}."
  questions:
    nb: [jeg la ut noe galt, jeg skrev feil navn]
    nn: [eg la ut noko gale, eg skreiv feil namn]
    sv: [jag lade ut något fel, jag skrev fel namn]
    en: [I posted something wrong, I got a name wrong]
"""

HANDOFF = """\
- id: handoff/press
  title: {nb: Pressen, nn: Pressa, sv: Pressen, en: The press}
  urgent: true
  reply: {nb: "Spør {department}.", nn: "Spør {department}.", sv: "Fråga {department}.", en: "Ask {department}."}
  questions:
    nb: [en journalist ringer, avisa vil ha intervju]
    nn: [ein journalist ringjer, avisa vil ha intervju med meg]
    sv: [en journalist ringer mig, tidningen vill ha en intervju]
    en: [a journalist is calling, the paper wants an interview]
"""

SMALLTALK = """\
- id: smalltalk/hello
  reply: {nb: Hei!, nn: Hei!, sv: Hej!, en: Hello!}
  questions:
    nb: [hei, heisann]
    nn: [hei der, god dag]
    sv: [hej, tjena]
    en: [hello, good morning]
"""

GOLDEN = """\
- {org: oslomet, language: nb, expect: [hashtag], text: hvilken emneknagg}
- {org: malmo, language: en, expect: [none], text: what is for lunch}
"""

FILES = {
    "handbooks.yaml": HANDBOOKS,
    "entries/all.yaml": ENTRIES,
    "handoff.yaml": HANDOFF,
    "smalltalk.yaml": SMALLTALK,
    "golden.yaml": GOLDEN,
    "lexicon.yaml": "[]\n",
}


def write(folder: Path) -> Path:
    """The folder, filled."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def swap(folder: Path, name: str, old: str, new: str) -> int:
    """Replaces ``old``, which must stand once, in a file; returns the line that it begins at."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"“{old}” stands {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text.count("\n", 0, text.index(old)) + 1


def line(folder: Path, name: str, text: str) -> int:
    """The line at which ``text``, which must stand once, begins in a file."""
    return swap(folder, name, text, text)
