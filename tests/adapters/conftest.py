"""Fixtures that several adapters' tests share."""

from store_contract import kept, postgres, url

__all__ = ["kept", "postgres", "url"]
