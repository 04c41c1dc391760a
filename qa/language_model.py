"""The LangChain composer: a chat model chooses quotes, the same gate verifies them. Off unless configured."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from langchain.chat_models import init_chat_model
from langchain_core.exceptions import OutputParserException
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_core.output_parsers import JsonOutputParser

from index.datatypes import Hit, SearchIndex, Span
from qa.citations import locate
from qa.datatypes import Draft, Quote, Reason
from qa.errors import LanguageModelError
from qa.prompts import prompt
from qa.questions import Question
from qa.settings import Settings

PASSAGES_SHOWN = 8
# Calls that a model does not end keep their threads; beyond so many at once none is begun.
MOST_AT_ONCE = 16
NOTHING = Draft((), None, 0.0, Reason.LOW_CONFIDENCE)


def open_chat_model(settings: Settings) -> BaseChatModel:
    """Return the configured chat model; raise `LanguageModelError` when its package or key is missing."""
    try:
        model = init_chat_model(settings.language_model, temperature=0, timeout=settings.language_model_timeout_seconds, max_retries=0)
    except Exception as error:  # each provider raises its own classes: a missing package, an unknown name, no key
        raise LanguageModelError(
            f"The language model {settings.language_model!r} cannot be set up ({error}); check LANGUAGE_MODEL, its package and its key."
        ) from error
    assert isinstance(model, BaseChatModel)  # a name was given, so the model is no configurable placeholder
    return model


class LanguageModelComposer:
    """Lets a chat model pick quotes from the best passages; what is not in the articles is dropped."""

    def __init__(self, model: BaseChatModel, index: SearchIndex, timeout_seconds: float = 30.0) -> None:
        """Ask `model` about passages of `index`; a reply that takes longer than `timeout_seconds` is not waited for."""
        self._model = model
        self._index = index
        self._timeout_seconds = timeout_seconds
        self._slots = threading.BoundedSemaphore(MOST_AT_ONCE)

    def compose(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """Return the model's quotes as they stand in the articles; without passages the model is not asked.

        Raises `LanguageModelError` when the model fails. A reply that is no JSON of the asked form is an empty draft.
        """
        shown = list(hits[:PASSAGES_SHOWN])
        if not shown:
            return Draft((), None, 0.0, Reason.NO_EVIDENCE)
        try:
            reply = JsonOutputParser().parse(self._ask(question, shown))
        except OutputParserException:
            return NOTHING
        return self._draft(reply, shown) if isinstance(reply, dict) else NOTHING

    def _ask(self, question: Question, shown: Sequence[Hit]) -> str:
        passages = "\n\n".join(f"[{n}] {h.passage.text}" for n, h in enumerate(shown, start=1))
        user = prompt("llm_user.txt", frozenset({"question", "passages"})).format(question=question.text, passages=passages)
        messages = [SystemMessage(prompt("llm_system.txt", frozenset())), HumanMessage(user)]
        try:
            return self._within_time(lambda: str(self._model.invoke(messages).text))
        except Exception as error:  # each provider raises its own classes
            raise LanguageModelError("The language model did not answer; try again, or ask with composer 'extractive'.") from error

    def _within_time(self, call: Callable[[], str]) -> str:
        """What the call returns; raises its errors, and `TimeoutError` when it takes too long.

        Not every provider knows a timeout: a call without an end may keep its own thread, but not the one of a request.
        """
        if not self._slots.acquire(blocking=False):
            raise TimeoutError(f"{MOST_AT_ONCE} calls of the language model have not ended")
        future: Future[str] = Future()

        def run() -> None:
            try:
                future.set_result(call())
            except BaseException as error:
                future.set_exception(error)
            finally:
                self._slots.release()

        threading.Thread(target=run, name="language model", daemon=True).start()
        return future.result(self._timeout_seconds)

    def _draft(self, reply: dict[str, Any], shown: Sequence[Hit]) -> Draft:
        statements = reply.get("statements")
        quotes = tuple(q for s in statements if (q := self._quote(s, shown))) if isinstance(statements, list) else ()
        short = reply.get("short_answer")
        short = short if isinstance(short, str) and any(short in q.text for q in quotes) else None
        confidence = reply.get("confidence")
        sure = float(confidence) if isinstance(confidence, int | float) and 0 <= confidence <= 1 else 0.5
        return Draft(quotes, short or None, sure if quotes else 0.0, Reason.LOW_CONFIDENCE)

    def _quote(self, statement: Any, shown: Sequence[Hit]) -> Quote | None:
        """The statement as the article holds it, or None when the article does not."""
        if not isinstance(statement, dict) or not isinstance(statement.get("quote"), str):
            return None
        number = statement.get("passage")
        if not isinstance(number, int) or not 1 <= number <= len(shown):
            return None
        hit = shown[number - 1]
        article = self._index.article(hit.passage.article_id)
        span = locate(statement["quote"], article, Span(hit.passage.start, hit.passage.end))
        return Quote(article.article_id, hit.passage.passage_id, span.start, span.end, article.text[slice(*span)]) if span else None
