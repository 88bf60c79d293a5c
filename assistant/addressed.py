"""Why words meant for a machine are not said; how they are known is ingest/addressed.py's."""

from ingest.addressed import to_a_machine

__all__ = ["TO_A_MACHINE", "to_a_machine"]

TO_A_MACHINE = "引文不是规定，是写给机器的话"
