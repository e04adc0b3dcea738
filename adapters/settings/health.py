"""What `handbok doctor` says of each thing that it looks at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Remark:
    """What was looked at, how it is, and what to do where it is not well."""

    about: str
    well: bool
    says: str
    remedy: str = ""
