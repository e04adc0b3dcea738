"""What Microsoft publishes on npm alone: installed with ``npm install --ignore-scripts``, in the folder named here."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(os.environ.get("HANDBOK_NODE_MODULES", "node_modules"))
RENDERER = FOLDER / "adaptivecards" / "dist" / "adaptivecards.min.js"
MANIFESTS = FOLDER / "@microsoft" / "app-manifest" / "build" / "json-schemas" / "teams" / "v1.25"
EMOJI = FOLDER / "@fontsource" / "noto-color-emoji" / "files" / "noto-color-emoji-emoji-400-normal.woff2"

needs_renderer = pytest.mark.skipif(not RENDERER.exists(), reason="npm package adaptivecards is not installed")
needs_manifests = pytest.mark.skipif(not MANIFESTS.exists(), reason="npm package @microsoft/app-manifest is missing")


def manifest_schema(name: str) -> Any:
    return json.loads((MANIFESTS / f"{name}.schema.json").read_text(encoding="utf-8-sig"))
