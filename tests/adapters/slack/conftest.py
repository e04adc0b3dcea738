"""Fixtures of Slack's tests."""

from slack_staff import rules, slack, staff

__all__ = ["rules", "slack", "staff"]
