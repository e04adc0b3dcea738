"""What Handbok looks like in Slack, on one sheet: ``python tests/adapters/slack/contact_sheet.py docs/slack.png``.

Drawn from the tests' own samples, by a plain imitation of Slack: it shows what stands where, not every pixel. It needs
Chromium and a font with emoji.
"""

from __future__ import annotations

import html
import re
import shutil
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[2])]

from playwright.sync_api import sync_playwright  # noqa: E402  # the paths come first
from samples import say, small  # noqa: E402

from adapters.settings import ROOT  # noqa: E402
from adapters.slack.forms import draft_form, write_form  # noqa: E402
from adapters.slack.home import Home, Queue, home_view  # noqa: E402
from adapters.slack.render import to_blocks  # noqa: E402
from bot.insights import Week, figures  # noqa: E402
from bot.language import Language  # noqa: E402
from bot.loading import load  # noqa: E402
from bot.messages import AnswerCard, CaseCard, Options, StatusCard  # noqa: E402
from bot.ports import Piles  # noqa: E402
from bot.review import load_rules  # noqa: E402

STYLE = """
* { font-family: "DejaVu Sans", "Noto Color Emoji", sans-serif }
body { margin: 0; padding: 12px; background: #e8e8ea; font-size: 15px; line-height: 1.45; width: 1424px }
.sheet { column-count: 4; column-gap: 12px } .one { break-inside: avoid; margin-bottom: 16px }
.card { background: #fff; border: 1px solid #ddd; border-radius: 6px; padding: 10px 12px; font-size: 12px }
.name { font-size: 10px; color: #555; margin-bottom: 5px } .who { font-weight: bold; margin-bottom: 4px }
h3 { font-size: 15px; margin: 6px 0 } .small { font-size: 10px; color: #666; margin: 3px 0 }
.small span { margin-right: 8px } p { margin: 3px 0; white-space: pre-line }
button { font-size: 11px; font-weight: bold; background: #fff; border: 1px solid #bbb; border-radius: 4px;
  padding: 5px 9px; margin: 3px 4px 3px 0 }
button.primary { background: #007a5a; color: #fff } button.danger { color: #c01343 }
blockquote { border-left: 3px solid #ddd; margin: 4px 0; padding-left: 8px; white-space: pre-line }
pre { background: #f4f4f4; border: 1px solid #ddd; padding: 8px; font-size: 10px; white-space: pre-wrap }
.field { border: 1px solid #888; border-radius: 4px; min-height: 16px; padding: 6px; margin: 3px 0 }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 6px 10px; margin: 5px 0 }
hr { border: 0; border-top: 1px solid #ddd; margin: 9px 0 } .end { text-align: right; margin-top: 8px }
"""


def text(part: dict[str, Any]) -> str:
    """mrkdwn is escaped already; the only mark that Handbok writes is bold."""
    shown = part["text"] if part["type"] == "mrkdwn" else html.escape(html.unescape(part["text"]))
    return re.sub(r"(?m)^\*([^*\n]+)\*", r"<b>\1</b>", shown)


def element(part: dict[str, Any]) -> str:
    match part["type"]:
        case "button":
            return f'<button class="{part.get("style", "")}">{text(part["text"])}</button>'
        case "checkboxes":
            return "".join(f"<div>☐ {text(option['text'])}</div>" for option in part["options"])
        case "static_select":
            return f'<div class="field">{text(part["initial_option"]["text"])} ▾</div>'
        case "plain_text_input":
            tall = ' style="min-height: 38px"' if part.get("multiline") else ""
            return f'<div class="field"{tall}>{html.escape(part.get("initial_value", ""))}</div>'
    raise ValueError(part["type"])


def draw(block: dict[str, Any]) -> str:  # noqa: PLR0911  # one for each kind
    match block["type"]:
        case "header":
            return f"<h3>{text(block['text'])}</h3>"
        case "section" if "fields" in block:
            shown = "".join(f"<p>{text(field)}</p>" for field in block["fields"])
            return f'<div class="fields">{shown}</div>'
        case "section":
            return f"<p>{text(block['text'])}</p>"
        case "context":
            return f'<div class="small">{"".join(f"<span>{text(each)}</span>" for each in block["elements"])}</div>'
        case "actions":
            return "".join(map(element, block["elements"]))
        case "divider":
            return "<hr>"
        case "rich_text":
            part = block["elements"][0]
            tag = "pre" if part["type"] == "rich_text_preformatted" else "blockquote"
            return f"<{tag}>{html.escape(part['elements'][0]['text'])}</{tag}>"
        case "input":
            hint = f'<div class="small">{text(block["hint"])}</div>' if "hint" in block else ""
            return f"<p><b>{text(block['label'])}</b></p>{element(block['element'])}{hint}"
    raise ValueError(block["type"])


def card(name: str, blocks: list[dict[str, Any]]) -> str:
    shown = "".join(map(draw, blocks))
    return _framed(name, f'<div class="who">Handbok</div>{shown}')


def window(name: str, view: dict[str, Any]) -> str:
    ends = [("", view["close"]), *([("primary", view["submit"])] if "submit" in view else [])]
    row = "".join(f'<button class="{style}">{text(part)}</button>' for style, part in ends)
    shown = f"<h3>{text(view['title'])}</h3>{''.join(map(draw, view['blocks']))}<div class='end'>{row}</div>"
    return _framed(name, shown)


def _framed(name: str, shown: str) -> str:
    return f'<div class="one"><div class="name">{name}</div><div class="card">{shown}</div></div>'


def sheet() -> str:
    nb, sv, en = Language.NB, Language.SV, Language.EN
    made, swedish = small(nb), small(sv)
    answer, options, case, status = made["answer"], made["options"], made["case"], swedish["status"]
    assert isinstance(answer, AnswerCard)
    assert isinstance(options, Options)
    assert isinstance(case, CaseCard)
    assert isinstance(status, StatusCard)
    case = replace(case, text="Kan vi dele bildet fra åpen dag?\nTo av studentene er med på det.", asker="Alva Berg")
    case = replace(case, history=case.history[:1], urgent="")
    status = replace(status, quote="Får vi dela bilden från öppet hus?", answer="Ja, om alla på bilden har sagt ja.")
    options = replace(options, choices=options.choices[:1])
    improved = "Ring sentralbordet om det. Dette er en skandale."
    seen = replace(made["findings"], improved=improved)  # type: ignore[arg-type]  # Findings, as its name says
    now = Week(42, 31, 6, timedelta(hours=1, minutes=10), 12, 2)
    shown = figures(now, Week(37, 25, 8, timedelta(hours=2, minutes=35), 9, 4), say, nb)
    prompts = ["Hvilken emneknagg skal jeg bruke?"]
    comms = Home("OsloMet", nb, prompts, [], Queue([case], Piles(1, 0, 4, 0), shown))
    staff = Home("Malmö stad", sv, ["Vad gör jag om jag har lagt ut något fel?"], [status])
    knowledge = load(ROOT / "knowledge")
    platforms = load_rules(ROOT / "knowledge", knowledge).platforms
    draft = "What a day at the Kjeller campus! What did you learn?"
    return "".join(
        [
            card("Answer · nb", to_blocks(answer, "…")),
            card("Options · nb", to_blocks(options, "…")),
            card("Where a case stands · sv", to_blocks(status, "…")),
            card("/checkpost · nb", to_blocks(seen, "…")),
            card("Case in comms' channel · nb", to_blocks(case, say("talk.whole", nb))),
            window("Draft form · en", draft_form(tuple(platforms), say, en, draft=draft)),
            window("Answer form · nb", write_form("answer", say, nb)),
            window("Ask comms · nn", write_form("ask-comms", say, Language.NN)),
            card("Home · sv", home_view(staff, say)["blocks"]),
            card("Home of comms · nb", home_view(comms, say)["blocks"]),
        ]
    )


def main(out: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        page = browser.new_page(viewport={"width": 1448, "height": 400})
        page.set_content(f'<style>{STYLE}</style><div class="sheet">{sheet()}</div>')
        page.evaluate("document.fonts.ready.then(() => true)")
        page.screenshot(path=out, full_page=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
