"""What every reader returns or raises; each module beside this one reads one family of formats."""

from dataclasses import dataclass


class UnreadableFile(Exception):
    """The file cannot be read: a Chinese message, what is wrong and what to do next."""


@dataclass(frozen=True)
class RawText:
    """A document's text as its file gives it, not yet cleaned.

    `format` is the reader's name (text, html, pdf, …), `encoding` is set for text formats, `title` only if
    the file itself declares one (<title>, the core property of a Word file).
    """

    text: str
    format: str
    encoding: str | None = None
    title: str | None = None
