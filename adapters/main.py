"""The command `handbok`: the only place that knows all parts."""

from __future__ import annotations


def main() -> None:
    from adapters.cli.app import app  # noqa: PLC0415  # so that importing this module costs nothing

    app()


if __name__ == "__main__":
    main()
