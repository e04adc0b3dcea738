"""Fixtures of the journeys."""

from browsing import browser, server, visit

__all__ = ["browser", "server", "visit"]
