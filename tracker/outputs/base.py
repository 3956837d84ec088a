"""What a renderer is: a function from a story to text or bytes. It writes nothing, asks nobody and computes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tracker.outputs.story import Story
from tracker.outputs.words.catalogue import translated


@dataclass(frozen=True)
class Renderer:
    """
    One kind of output.

    Parameters
    ----------
    name
        As in `tracker.render(name, …)` and `--format name`.
    suffix
        The ending of its files.
    write
        `write(story, *, lang="en", **options)`: `str` or `bytes` out. The same story gives the same bytes.
    needs
        The fields of the story that it reads; only these are filled in.
    """

    name: str
    suffix: str
    write: Callable[..., str | bytes]
    needs: tuple[str, ...]

    def render(self, story: Story, *, lang: str = "en", **options: Any) -> str | bytes:
        """Write a story; what its sources say of themselves is said in the language, too."""
        return self.write(_said(story, lang), lang=lang, **options)


def _said(story: Story, lang: str) -> Story:
    """Say the messages among the texts of a story; the note is a mark that renderers know (see `note_text`)."""
    credits = [story.credits] if isinstance(story.credits, str) else story.credits
    return replace(
        story,
        title=translated(story.title, lang),
        caption=translated(story.caption, lang),
        credit=translated(story.credit, lang),
        credits=[translated(line, lang) for line in credits],
        titles=[translated(title, lang) for title in story.titles],
        left_out=[translated(words, lang) for words in story.left_out],
    )
