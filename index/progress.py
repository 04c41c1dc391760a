"""Shows how far a build is, with rate and time left, and keeps how long each stage took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm


class Stages:
    """The stages of one build; `seconds` holds those that have ended, in their order."""

    def __init__(self, shown: bool) -> None:
        """Show a bar for each stage, or nothing."""
        self._shown = shown
        self.seconds: dict[str, float] = {}

    @contextmanager
    def of(self, name: str, unit: str, total: int | None = None) -> Iterator[Callable[[int], object]]:
        """Give a function to be called with the number of things done since; without a total only their rate is shown."""
        started = time.perf_counter()
        with tqdm(total=total, desc=name, unit=f" {unit}", disable=not self._shown) as bar:
            yield bar.update
        self.seconds[name] = time.perf_counter() - started
