"""``python -m benchmarks [NAME] [ARGUMENTS]``: each in a process of its own; what it prints is kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE / "results"
TABLES = ("matching", "ablation", "clinc", "pairs", "speed")  # print Markdown themselves
ASKED = ("strangers",)  # print tables of the files that they are given; of none by themselves
OTHERS = ("checkpost", "learning", "delivery", "slack", "teams", "web", "desk", "gaps")


def main(arguments: list[str]) -> int:
    """Exit status 0 well, 1 where a benchmark failed, 2 for a name that there is not."""
    known = [name for name in (*TABLES, *ASKED, *OTHERS) if (HERE / f"{name}.py").is_file()]
    if arguments and arguments[0] not in known:
        print(f"“{arguments[0]}” is no benchmark; there are {', '.join(known)}", file=sys.stderr)
        return 2
    wanted = arguments[:1] or [name for name in known if name not in ASKED]
    return max(run(name, arguments[1:]) for name in wanted)


def run(name: str, arguments: list[str]) -> int:
    """Prints while it runs; what a failed run printed is not kept."""
    command = (
        [sys.executable, "-u", "-m", f"benchmarks.{name}"]
        if name in (*TABLES, *ASKED, "checkpost")
        else [sys.executable, "-u", str(HERE / f"{name}.py")]
    )
    print(f"\n──── {name}", flush=True)
    environment = {**os.environ, "COLUMNS": "120", "PYTHONIOENCODING": "utf-8"}
    lines: list[str] = []
    with subprocess.Popen(
        [*command, *arguments], cwd=HERE.parent, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    if process.returncode:
        print(f"{name} failed with status {process.returncode}", file=sys.stderr)
        return 1
    text = "".join(lines)
    RESULTS.mkdir(exist_ok=True)
    kept = text if name in (*TABLES, *ASKED) else f"# {name}\n```\n{text}```\n"
    (RESULTS / f"{name}.md").write_text(kept, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
