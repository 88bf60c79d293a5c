"""What is wrong with a setting, in words that name its variable and the remedy."""

from __future__ import annotations


class SettingsError(ValueError):
    """An environment variable cannot be used; the message names it, and never the value of a secret."""
