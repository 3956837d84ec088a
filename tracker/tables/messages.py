"""Messages: texts that lower rooms hold in English, and that whoever prints them translates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def N_(text: str) -> str:  # noqa: N802 (the name that translators' tools look for)
    """Mark a text for the catalogue (`tracker.outputs.words`) and leave it as it is."""
    return text


class Message(str):
    """
    A text in English that remembers what it was made of: it passes for that text, and can be said in another language.

    What is put together from several texts, or copied from table to table before it is printed, can be translated only
    so: the catalogue knows the parts, not the whole.

    Parameters
    ----------
    text
        In English, with a placeholder for each value; it is marked for the catalogue.
    **values
        What stands in the placeholders; messages among them are said in the same language.

    Examples
    --------
    >>> line = Message("{credit}. {licence}", credit=Message("Own map"), licence="CC0")
    >>> line, line.told({"Own map": "Власна мапа"}.get)
    ('Own map. CC0', 'Власна мапа. CC0')
    """

    __slots__ = ("text", "values")
    text: str
    values: dict[str, Any]

    def __new__(cls, text: str, /, **values: Any) -> Message:  # noqa: D102 (the class says it)
        made = super().__new__(cls, text.format(**values) if values else text)
        made.text, made.values = text, values
        return made

    def told(self, gettext: Callable[[str], str | None]) -> str:
        """Say the message with the texts that `gettext` gives for those in English."""
        values = {
            name: value.told(gettext) if isinstance(value, Message) else value for name, value in self.values.items()
        }
        text = gettext(self.text) or self.text
        return text.format(**values) if values else text
