"""Cards in Microsoft's own renderer, in Chromium, with colours and limits like Teams'."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from npm import RENDERER
from playwright.sync_api import Page, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def _colours(**pairs: str) -> dict[str, Any]:
    return {name: {"default": colour, "subtle": "#616161"} for name, colour in pairs.items()}


_TEXT = _colours(default="#242424", accent="#5b5fc7", good="#237b4b", warning="#835b00", attention="#c4314b")
HOST: dict[str, Any] = {
    "fontFamily": "'Segoe UI', 'Noto Sans', 'DejaVu Sans', 'Noto Color Emoji', sans-serif",
    "fontSizes": {"small": 12, "default": 14, "medium": 16, "large": 18, "extraLarge": 24},
    "fontWeights": {"lighter": 300, "default": 400, "bolder": 600},
    "spacing": {"small": 4, "default": 8, "medium": 12, "large": 16, "extraLarge": 24, "padding": 12},
    "separator": {"lineThickness": 1, "lineColor": "#e0e0e0"},
    "supportsInteractivity": True,
    "actions": {"maxActions": 6, "spacing": "default", "buttonSpacing": 8, "actionsOrientation": "horizontal",
                "actionAlignment": "left", "showCard": {"actionMode": "inline", "inlineTopMargin": 8}},
    "containerStyles": {
        "default": {"backgroundColor": "#ffffff", "foregroundColors": _TEXT},
        "emphasis": {"backgroundColor": "#f5f5f5", "foregroundColors": _TEXT},
        "good": {"backgroundColor": "#e7f2da", "foregroundColors": _TEXT},
        "attention": {"backgroundColor": "#fcf4f6", "foregroundColors": _TEXT},
        "warning": {"backgroundColor": "#fbf6d9", "foregroundColors": _TEXT},
    },
    "inputs": {"label": {"inputSpacing": "small", "requiredInputs": {"weight": "bolder", "suffix": " *"},
                         "optionalInputs": {"weight": "bolder"}}},
}  # fmt: skip

_DRAW = """([payload, host]) => {
  const { ActionMode, AdaptiveCard, HostConfig, SerializationContext, ValidationEvent, Versions } = AdaptiveCards;
  const card = new AdaptiveCard(), context = new SerializationContext(Versions.v1_5);
  card.hostConfig = new HostConfig(host);
  card.parse(payload, context);
  const told = [];
  for (let n = 0; n < context.eventCount; n++) told.push(context.getEventAt(n).message);
  // the renderer's own check counts what is behind “…”, though it draws that in a menu, however much it is
  const all = set => Array.from({ length: set.getActionCount() }, (_, n) => set.getActionAt(n));
  const shown = set => all(set).filter(each => each.mode !== ActionMode.Secondary).length;
  const folded = ({ event, source }) =>
    event === ValidationEvent.TooManyActions && shown(source) <= host.actions.maxActions;
  for (const each of card.validateProperties().validationEvents) if (!folded(each)) told.push(each.message);
  const drawn = card.render();
  if (!drawn) return [[...told, 'nothing is drawn'], ''];
  document.body.replaceChildren(drawn);
  for (const each of drawn.querySelectorAll('textarea')) each.textContent = each.value;
  for (const each of drawn.querySelectorAll('input')) each.setAttribute('value', each.value);
  return [told, document.body.innerText, drawn.outerHTML, drawn.querySelectorAll('a, img, script, b').length];
}"""


@contextmanager
def renderer(width: int = 600) -> Generator[Page]:
    """A page with the renderer in it, which reaches no network."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            page = browser.new_page(viewport={"width": width, "height": 800})
            page.context.set_offline(True)
            page.set_content("<!doctype html><body></body>")
            page.add_script_tag(path=RENDERER)
            yield page
        finally:
            browser.close()


def draw(page: Page, card: dict[str, Any]) -> tuple[list[str], str, str, int]:
    """Warnings, the text that is seen, the markup, and how many links, pictures and scripts are in it."""
    told, *drawn = page.evaluate(_DRAW, [card, HOST])
    assert len(drawn) == 3, told
    return told, drawn[0], drawn[1], drawn[2]
