"""A question → a verified answer."""

from assistant.answer import Answer, Status
from assistant.pipeline import PolicyAssistant
from assistant.session import Session, Turn

__all__ = ["Answer", "PolicyAssistant", "Session", "Status", "Turn"]
