"""What was worked out a moment ago and holds still: answers kept by the very things they were worked out from.

Most of a map is the same as the one before it, so most of what is worked out for a map was worked out for that one. An
answer depends on its key alone, never on whether it was remembered: with `afresh` in the place of a `Recent` the same
comes out, only later.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

Recall = Callable[[Hashable, Callable[[], Any]], Any]
"""(key, make) → what `make` gives; a key holds all that this depends on."""


def afresh(key: Hashable, make: Callable[[], Any]) -> Any:
    """Remember nothing: make the answer anew."""
    return make()


class Recent:
    """
    The answers that the last two rounds used: of a round, which is a file of a load, no more than twice is ever kept.

    Examples
    --------
    >>> recall = Recent()
    >>> recall("six times seven", lambda: 42), recall("six times seven", lambda: 1 / 0)
    (42, 42)
    >>> recall.next_round()
    >>> recall.next_round()
    >>> recall("six times seven", lambda: "forgotten")
    'forgotten'
    """

    def __init__(self) -> None:
        self._answers: dict[Hashable, _Answer] = {}
        self._round = 0

    def __call__(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Give the answer to a key; make it where neither this round nor the one before had it."""
        known = self._answers.get(key)
        if known is None:
            return self.keep(key, make()).answer
        known.round = self._round
        return known.answer

    def __len__(self) -> int:
        """Count the answers that are remembered."""
        return len(self._answers)

    def find(self, key: Hashable) -> _Answer | None:
        """Look for the answer to a key, which is then kept for another round."""
        known = self._answers.get(key)
        if known is not None:
            known.round = self._round
        return known

    def keep(self, key: Hashable, answer: Any) -> _Answer:
        """Remember an answer."""
        kept = self._answers[key] = _Answer(answer, self._round)
        return kept

    def next_round(self) -> None:
        """Forget what only the round before the one that ends has used."""
        for key in [key for key, known in self._answers.items() if known.round < self._round]:
            del self._answers[key]
        self._round += 1


@dataclass(slots=True)
class _Answer:
    """An answer, and the last round that used it."""

    answer: Any
    round: int
