"""A question → a verified answer."""

from assistant.answer import Answer, Status
from assistant.pipeline import PolicyAssistant
from assistant.reply import Reply
from assistant.session import Session, Turn

__all__ = ["Answer", "PolicyAssistant", "Reply", "Session", "Status", "Turn"]
