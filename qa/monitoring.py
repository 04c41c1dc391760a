"""What the service counts about itself; home of prometheus-client. No question and no address is ever a label."""

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from qa.datatypes import Answer
from qa.settings import Settings

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Meters:
    """Counters of one app; each app has its own registry, so that tests do not share counts."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.prometheus_multiproc_dir
        self._registry = CollectorRegistry()
        self._requests = Counter("qa_requests_total", "Requests.", ["endpoint", "method", "status"], registry=self._registry)
        self._seconds = Histogram("qa_request_seconds", "Seconds to answer a request.", ["endpoint"], buckets=_SECONDS, registry=self._registry)
        self._answers = Counter("qa_answers_total", "Answered questions.", ["composer"], registry=self._registry)
        self._abstentions = Counter("qa_abstentions_total", "Questions without an answer.", ["reason"], registry=self._registry)

    def request(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Count one finished request."""
        self._requests.labels(endpoint, method, str(status)).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def answer(self, answer: Answer) -> None:
        """Count an answer or an abstention by its reason."""
        if answer.abstention is None:
            self._answers.labels(answer.composer.value).inc()
        else:
            self._abstentions.labels(answer.abstention.reason.value).inc()

    def page(self) -> bytes:
        """Return all counts in Prometheus' text format; of all workers when they share a folder."""
        if self._folder is None:
            return generate_latest(self._registry)
        shared = CollectorRegistry()
        MultiProcessCollector(shared, path=str(self._folder))  # type: ignore[no-untyped-call]  # prometheus-client
        return generate_latest(shared)
