"""Importing this reads the dictionary: children that start from here need not spend their time on it."""

from ingest.words import words

words("政策")
