"""What the service counts about itself; home of prometheus-client. No question and no address is ever a label."""

from collections.abc import Callable, Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from index.datatypes import IndexManifest
from qa.datatypes import Answer
from qa.settings import Settings

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Meters:
    """Counters of one app; each app has its own registry, so that tests do not share counts."""

    def __init__(self, settings: Settings, manifest: Callable[[], IndexManifest]) -> None:
        """Count for an app; `manifest` gives that of the generation which is served at the time of the call."""
        self._served = _Served(manifest)
        self._folder = settings.prometheus_multiproc_dir
        self._registry = CollectorRegistry()
        self._requests = Counter("qa_requests_total", "Requests.", ["endpoint", "method", "status"], registry=self._registry)
        self._seconds = Histogram("qa_request_seconds", "Seconds to answer a request.", ["endpoint"], buckets=_SECONDS, registry=self._registry)
        self._answers = Counter("qa_answers_total", "Answered questions.", ["composer"], registry=self._registry)
        self._abstentions = Counter("qa_abstentions_total", "Questions without an answer.", ["reason"], registry=self._registry)
        self._stages = Histogram("qa_stage_seconds", "Seconds of a question by stage.", ["stage"], buckets=_SECONDS, registry=self._registry)
        self._errors = Counter("qa_errors_total", "Requests that failed here, by the error's kind.", ["kind"], registry=self._registry)

    def request(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Count one finished request."""
        self._requests.labels(endpoint, method, str(status)).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def error(self, kind: str) -> None:
        """Count a request that ended with a status of 500 or more."""
        self._errors.labels(kind).inc()

    def answer(self, answer: Answer) -> None:
        """Count an answer or an abstention by its reason, and how long each stage took."""
        for stage, milliseconds in answer.timing_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1000)
        if answer.abstention is None:
            self._answers.labels(answer.composer.value).inc()
        else:
            self._abstentions.labels(answer.abstention.reason.value).inc()

    def page(self) -> bytes:
        """Return all counts in Prometheus' text format; of all workers when they share a folder."""
        shown = CollectorRegistry()
        shown.register(self._served)
        if self._folder is None:
            shown.register(self._registry)  # a registry is a collector too
        else:
            MultiProcessCollector(shown, path=str(self._folder))  # type: ignore[no-untyped-call]  # prometheus-client
        return generate_latest(shown)


class _Served(Collector):
    """The index as the worker that is asked serves it; read at that time, for a new generation may have come."""

    def __init__(self, manifest: Callable[[], IndexManifest]) -> None:
        self._manifest = manifest

    def collect(self) -> Iterator[Metric]:
        served = self._manifest()
        generation = GaugeMetricFamily("qa_index_generation", "1 for the generation that is served.", labels=["generation", "encoder"])
        generation.add_metric([served.generation, served.encoder], 1)
        yield generation
        yield GaugeMetricFamily("qa_index_articles", "Articles in the index.", value=served.articles)
        yield GaugeMetricFamily("qa_index_passages", "Passages in the index.", value=served.passages)
