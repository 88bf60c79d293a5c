"""The page's own words, in Chinese or, as a person chooses, in English; documents and answers stay Chinese.

Labels of Gradio's widgets are translated in the browser (`label`), what our handlers write on the server
(`say`). Both follow one cookie, which the switch in the masthead sets; the browser's language plays no part.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import gradio as gr
import yaml
from gradio.i18n import I18nData
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from page.safety import escape

Language = Literal["zh", "en"]
TEXTS = Path(__file__).parent / "data" / "texts.yaml"
COOKIE = "language"
LOCALES: dict[Language, str] = {"zh": "zh-CN", "en": "en"}
# Read before Gradio's own modules, which take the language from the browser.
SCRIPT = b'<script src="page/language.js"></script>'
BEFORE = b"<script>window.gradio_config"


def label(key: str) -> I18nData:
    """The text of a widget's label, placeholder or value; KeyError where texts.yaml has no such key."""
    assert texts()[key]
    return translations()(key)


def say(key: str, language: Language = "zh", **values: object) -> str:
    """A text that a handler shows.

    Example: say("ask.fresh", "en") -> "New conversation"
    """
    return texts()[key][language].format(**values)


def language_of(request: gr.Request) -> Language:
    """What the person who asks has chosen."""
    return "en" if request.cookies.get(COOKIE) == "en" else "zh"


def masthead() -> str:
    """The product's name, its promise and the switch of language; page.css shows the language chosen."""
    names = {"zh": "中文", "en": "English"}
    switch = "".join(
        f'<button type="button" data-language="{lang}" lang="{LOCALES[lang]}">{names[lang]}</button>'
        for lang in LOCALES
    )
    return (
        f"<header><div><h1>{both('product')}</h1><p>{both('product.promise')}</p></div>"
        f'<div class="switch" role="group" aria-label="语言 / Language">{switch}</div></header>'
    )


def both(key: str, **values: object) -> str:
    """A text in both languages, as HTML of which page.css shows the one that was chosen."""
    return "".join(
        f'<span class="{lang}" lang="{LOCALES[lang]}">{escape(text.format(**values))}</span>'
        for lang, text in texts()[key].items()
    )


class LanguageScript:
    """ASGI middleware: puts the script into Gradio's page. SecurityHeaders, around it, counts the length."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request; its answer is changed where it is the page."""

        async def with_script(message: Message) -> None:
            if BEFORE in message.get("body", b""):
                message["body"] = message["body"].replace(BEFORE, SCRIPT + BEFORE, 1)
            await send(message)

        await self.app(scope, receive, with_script if scope["type"] == "http" else send)


@lru_cache(maxsize=1)
def translations() -> gr.I18n:
    """All texts, for Gradio's frontend."""
    return gr.I18n(
        **{locale: {key: text[lang] for key, text in texts().items()} for lang, locale in LOCALES.items()}
    )


@lru_cache(maxsize=1)
def texts() -> dict[str, dict[Language, str]]:
    """texts.yaml: key → language → text."""
    loaded: dict[str, dict[Language, str]] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    return loaded
