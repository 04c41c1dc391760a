"""Answers from the newest sound generation: a new one is opened beside the old one and takes its place between requests.

A request sees one generation from its beginning to its end. The old generation is closed when the last request that
began with it has ended; a new one that cannot answer is refused, with its reason in the log, and the old one goes on.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from index.datatypes import SearchIndex
from index.errors import IndexUnavailableError
from qa.datatypes import Answer, Composer, Request
from qa.settings import Settings

CHECK_SECONDS = 1.0
"""How often a service looks which generation is promoted; it reads one line of a file."""

REFUSED_SECONDS = 60.0
"""After so long a refused generation is tried again: memory or open files may have been short."""

FIRST_QUESTION = "Siapa yang hadir?"
"""Asked of each new generation before it serves, so that every part of it is read once; its answer does not matter."""

log = logging.getLogger("qa")
WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Closable(Protocol):
    """A pipeline that holds files open."""

    @property
    def index(self) -> SearchIndex:
        """The collection that is answered from."""

    def answer_question(self, request: Request, request_id: str) -> Answer:
        """Return an answer or an abstention."""

    def close(self) -> None:
        """Release files and connections."""


class _Served:
    """A pipeline with the number of requests that use it; `retired` when another has taken its place."""

    def __init__(self, pipeline: Closable) -> None:
        self.pipeline = pipeline
        self.generation = pipeline.index.manifest.generation
        self.users = 0
        self.retired = False


class SwitchingPipeline:
    """A pipeline that follows the promoted generation while it serves. Safe to use from several threads."""

    def __init__(self, newest: Callable[[], str], open_newest: Callable[[], Closable]) -> None:
        """Open the newest generation; raises what `open_newest` raises.

        `newest` names the promoted generation and is cheap, `open_newest` opens a pipeline over it.
        """
        self._newest, self._open_newest = newest, open_newest
        self._served = _Served(open_newest())
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()
        self._pinned: ContextVar[_Served | None] = ContextVar("pinned", default=None)
        self._refused, self._refused_until = "", 0.0
        self._complaint = ""
        self._stopped = threading.Event()

    @property
    def index(self) -> SearchIndex:
        """The collection of the pinned generation, or of the served one outside of `pinned()`."""
        return (self._pinned.get() or self._served).pipeline.index

    def answer_question(self, request: Request, request_id: str) -> Answer:
        """Return an answer or an abstention, all of it from one generation."""
        with self.pinned() as pipeline:
            return pipeline.answer_question(request, request_id)

    @contextmanager
    def pinned(self) -> Iterator[Closable]:
        """Keep to one generation, and keep it open, until the block ends; a block within another keeps to the other's."""
        if (outer := self._pinned.get()) is not None:
            yield outer.pipeline
            return
        with self._lock:
            served = self._served
            served.users += 1
        token = self._pinned.set(served)
        try:
            yield served.pipeline
        finally:
            self._pinned.reset(token)
            self._release(served)

    def around(self, app: WSGI) -> WSGI:
        """Return the app with every request pinned; replies must be whole when the app returns, as ours are."""

        def pinned_app(environment: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            with self.pinned():
                return app(environment, start_response)

        return pinned_app

    def refresh(self) -> bool:
        """Serve the newest generation if it is another than the served one and answers; return whether it was switched."""
        with self._refreshing:
            name = self._name_of_newest()
            if name is None or name == self._served.generation or (name == self._refused and time.monotonic() < self._refused_until):
                return False
            pipeline = self._opened()
            if pipeline is None:
                self._refused, self._refused_until = name, time.monotonic() + REFUSED_SECONDS
                return False
            self._replace(_Served(pipeline))
            return True

    def watch(self, every_seconds: float = CHECK_SECONDS) -> None:
        """Refresh from a thread of its own, so that no request waits for an index to be opened."""
        threading.Thread(target=self._watch, args=(every_seconds,), name="generations", daemon=True).start()

    def close(self) -> None:
        """Stop watching; close the served generation when no request uses it any more."""
        self._stopped.set()
        with self._refreshing:
            self._retire(self._served)

    def _watch(self, every_seconds: float) -> None:
        while not self._stopped.wait(every_seconds):
            try:
                self.refresh()
            except Exception:  # a thread that ends would leave the service on an old generation for ever
                log.exception("the newest generation could not be looked for; it is tried again")

    def _name_of_newest(self) -> str | None:
        try:
            name = self._newest()
            self._complaint = ""  # the same outage another day is told again
            return name
        except IndexUnavailableError as error:
            if self._complaint != str(error):  # once, not every second
                self._complaint = str(error)
                log.error("no other generation can be served, %r goes on: %s", self._served.generation, error)
            return None

    def _opened(self) -> Closable | None:
        """Open the newest generation and ask it a question; None when it fails, which the log tells."""
        try:
            pipeline = self._open_newest()
            try:
                pipeline.answer_question(Request(FIRST_QUESTION, composer=Composer.EXTRACTIVE), "switch")
            except BaseException:
                pipeline.close()
                raise
        except IndexUnavailableError as error:
            log.error("the new generation is refused, %r goes on: %s", self._served.generation, error)
        except Exception:  # damaged files can show in any way
            log.exception("the new generation is refused, %r goes on", self._served.generation)
        else:
            return pipeline
        return None

    def _replace(self, new: _Served) -> None:
        with self._lock:
            old, self._served = self._served, new
        log.info("generation %r is served instead of %r", new.generation, old.generation)
        self._retire(old)

    def _retire(self, old: _Served) -> None:
        with self._lock:
            old.retired = True
            unused = old.users == 0
        if unused:
            old.pipeline.close()

    def _release(self, served: _Served) -> None:
        with self._lock:
            served.users -= 1
            last = served.retired and served.users == 0
        if last:
            served.pipeline.close()


def open_switching(settings: Settings) -> SwitchingPipeline:
    """Load the encoder, open the index of the settings and watch for new generations.

    Raises the errors of `IndexUnavailableError`.
    """
    from index.encoder import SentenceTransformersEncoder  # loads torch; an app with its own pipeline need not
    from index.engines import newest, open_index
    from qa.pipeline import Pipeline

    encoder = SentenceTransformersEncoder(settings.encoder)

    def open_newest() -> Closable:
        index = open_index(settings, encoder)
        try:
            index.coverage()  # reads a large collection's columns, seconds for a million passages, which the first abstention would wait for
        except BaseException:
            index.close()
            raise
        return Pipeline(index, encoder, settings)

    switching = SwitchingPipeline(newest(settings), open_newest)
    switching.watch()
    return switching
