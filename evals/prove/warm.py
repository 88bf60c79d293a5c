"""Importing this reads the dictionary: children that start from here spend their time on what is to be tried."""

from ingest.words import words

words("政策")
