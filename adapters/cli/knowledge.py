"""`handbok knowledge`: check, variants, drift, export, train."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from adapters.app.parts import organisation
from adapters.cli.shared import FOUND, fail, parts, read_text, settings, told, write, write_json, write_text
from bot.drift import Drift, compare
from bot.errors import InputError, KnowledgeError, SettingsError, StorageError
from bot.knowledge import KnowledgeBase
from bot.loading import load, read_all

knowledge = typer.Typer(
    help="What the bot knows: check it, list it, compare it with a new edition.", no_args_is_help=True
)


@knowledge.command()
@told
def variants(jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line.")] = False) -> None:
    """Every way of asking that the bot knows."""
    known = load(settings().knowledge)
    for variant in known.variants():
        item = {"entry": variant.entry, "sections": list(known.sections_of(variant.entry))}
        item |= {"language": variant.language.value, "text": variant.text}
        if jsonl:
            write_json(item)
        else:
            write(f"{variant.language}  {variant.entry:28}  {variant.text}")


Strict = Annotated[bool, typer.Option("--strict", help="Notes count as faults.")]
Quick = Annotated[
    bool,
    typer.Option(
        "--quick", help="Leave out what takes longer: the rules' examples, and the variants that others would win."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object and nothing else; it lists all notes.")]


@knowledge.command()
@told
def check(strict: Strict = False, quick: Quick = False, json: Json = False) -> None:
    """Everything wrong with the knowledge, and what an author may want to look at."""
    from adapters.app.modelcache import load_matcher, load_opinion  # noqa: PLC0415
    from adapters.cli.report import as_json, lines  # noqa: PLC0415  # so that the other commands start sooner
    from bot.checking import check as examine  # noqa: PLC0415
    from bot.review import find_speller  # noqa: PLC0415
    from bot.rulechecking import example_faults, rule_faults, wording_faults  # noqa: PLC0415

    found = settings()
    form = load_opinion(found.cache)
    loaded = read_all(found.knowledge)
    besides = [*wording_faults(), *([] if loaded.faults else rule_faults(found.knowledge, loaded.knowledge, form))]
    if not (quick or loaded.faults or besides) and (speller := find_speller()):
        besides += example_faults(found.knowledge, loaded.knowledge, speller, form)
    report = examine(loaded, lambda known: load_matcher(known, found.cache), quick=quick, besides=besides)
    if json:
        write_json(as_json(report))
    else:
        for line in lines(report):
            write(line)
    raise typer.Exit(FOUND if report.faults or (strict and report.notes) else 0)


Learnt = Annotated[
    bool | None,
    typer.Option(
        "--learned/--no-learned",
        help="Only what people taught; or only the handbooks' entries, without a look at the database.",
    ),
]


@knowledge.command()
@told
def export(
    out: Annotated[Path | None, typer.Option("--out", help="Write there instead of to stdout.")] = None,
    learned: Learnt = None,
) -> None:
    """Every entry as YAML to read and review, in the form of knowledge/entries.

    What people taught stands last, below a comment of its own: each with its case, owner and expiry under `learned`. It
    is read from HANDBOK_DATABASE_URL, also while the server runs; where there is no database yet, there is none of it.
    """
    from bot.yamlwriting import entries_yaml  # noqa: PLC0415

    known = load(settings().knowledge)
    parts, missing = [] if learned or not known.entries else [entries_yaml(known.entries)], None
    if learned is not False:
        try:
            parts.append(_learned())
        except (KnowledgeError, SettingsError, StorageError) as error:
            if learned:
                raise
            missing = error
    text = "\n".join(filter(None, parts)) or "[]\n"
    if out is None:
        write(text.removesuffix("\n"))
    else:
        write_text(out, text)
    if missing:
        fail(f"what people taught is left out ({missing}); mend that, or say --no-learned", FOUND)


def _learned() -> str:
    """What people taught, as YAML. KnowledgeError, SettingsError, StorageError."""
    from adapters.database import learned_in  # noqa: PLC0415  # SQLAlchemy takes half a second
    from bot.exporting import learned_yaml  # noqa: PLC0415

    found, names = learned_in(settings().database)
    return learned_yaml(found, names, datetime.now(UTC))


@knowledge.command()
@told
def drift(
    file: Annotated[Path, typer.Argument(help="A new edition of a handbook, as plain text.")],
    org: Annotated[str | None, typer.Option("--org", help="Whose; guessed from the text where left out.")] = None,
) -> None:
    """What a new edition of a handbook changed, and what to read again."""
    text = read_text(file)
    known = load(settings().knowledge)
    candidates = [organisation(known, org)] if org else list(known.organisations)
    reports = [
        (who, compare({**{s.id: s.fingerprints for s in who.sections}, "": who.headings}, text)) for who in candidates
    ]
    who, report = max(reports, key=lambda item: sum(found.kind == "same" for found in item[1]))
    if not org and not any(found.kind in {"same", "changed"} for found in report):
        raise InputError(f"{file} is like none of the handbooks; say whose it is with --org")
    changed = [found for found in report if found.kind != "same" and found.section != ""]
    for found in changed:
        place = f"{file}:{found.line}" if found.line else str(file)
        write(f"{place}: {found.kind} {found.section or 'paragraph'}; {_advice(found, known)}")
    if not changed:
        write(f"{file}: nothing has changed in {who.name}'s handbook")
    raise typer.Exit(FOUND if changed else 0)


def _advice(found: Drift, known: KnowledgeBase) -> str:
    """What an author does about it."""
    if found.section is None:
        return f"give it a section and an entry; its fingerprint is {found.fingerprint}"
    entries = ", ".join(entry.id for entry in known.entries if found.section in known.sections_of(entry.id)) or "it"
    if found.kind == "gone":
        return f"see whether {entries} still holds; then take {found.fingerprint} out of handbooks.yaml"
    return f"read again: {entries}; then write {found.fingerprint} for {found.was} in handbooks.yaml"


@knowledge.command()
@told
def train() -> None:
    """Train what a start needs, and keep it in HANDBOK_CACHE; what is there already is left as it is."""
    from adapters.app.modelcache import load_opinion  # noqa: PLC0415  # so that the other commands start sooner
    from bot.review import load_rules  # noqa: PLC0415

    known = parts()
    load_rules(known.settings.knowledge, known.knowledge, load_opinion(known.settings.cache))
    write(f"trained, in {known.settings.cache}")
