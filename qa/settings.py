"""Settings of the service; with `index.settings` the only reader of the environment."""

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from index.settings import REPOSITORY, IndexSettings
from qa.datatypes import Composer

PROMPTS = Path(__file__).resolve().parents[1] / "prompts"
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?")


class Settings(IndexSettings):
    """All settings; each field is an environment variable of the same name in capitals."""

    host: str = Field("127.0.0.1", description="Address the service listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the service listens on.")
    workers: int = Field(1, ge=1, le=64, description="Processes; each loads its own models after the fork.")
    threads: int = Field(4, ge=1, le=64, description="Threads of each process.")
    timeout_seconds: int = Field(60, ge=1, description="A worker silent for longer is restarted; a connection busy for longer is cut.")
    receive_timeout_seconds: float = Field(10.0, gt=0, description="A request that has not arrived whole by then is dropped.")
    cors_origins: str | None = Field(None, description="Origins whose pages may call the API, separated by commas, or `*`; empty: none.")
    rate_limit: str | None = Field(None, description="Most requests of one address, e.g. `30 per minute`; empty: no limit.")
    rate_limit_storage: str = Field("memory://", description="Where requests are counted; several workers need a shared place, e.g. `redis://…`.")
    trusted_proxies: int = Field(0, ge=0, le=10, description="How many proxies in front are trusted to name the visitor in `X-Forwarded-For`.")
    composer: Composer = Field(Composer.EXTRACTIVE, description="Who chooses quotes by default: `extractive` or `llm`.")
    language_model: str | None = Field(None, description="Model for `composer: llm`, as LangChain's init_chat_model names it, e.g. `ollama:llama3.1`.")
    language_model_timeout_seconds: float = Field(30.0, gt=0, description="Longest wait for the language model.")
    language_model_min_confidence: float = Field(
        0.5, ge=0, le=1, description="Below this confidence, which the language model states itself and nobody calibrated, the service abstains."
    )
    feedback: bool = Field(True, description="Whether readers may send verdicts on answers.")
    feedback_file: Path = Field(Path("var/feedback.sqlite"), description="Where verdicts are kept, absolute or relative to the repository root.")
    feedback_limit: int = Field(10_000, ge=1, description="Most verdicts that are kept; further ones are refused.")
    evaluation_folder: Path = Field(Path("var/eval"), description="Folder of JSON reports of `qa eval`; the page shows the newest.")
    # Answers 10 of news_dev's 68 unanswerable questions; from .44 on it is a fifth of them or less.
    min_confidence: float = Field(0.5, ge=0, le=1, description="Below this calibrated confidence the service abstains.")
    read_depth: int = Field(
        18, ge=1, le=100, description="How many passages are read for an answer at most; those behind the eighth when the first do not answer surely."
    )
    remembered_questions: int = Field(
        256, ge=0, le=100_000, description="Readings of so many recent questions are kept in memory, so that the same ones take milliseconds; 0: none."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Level of the service's log.")
    log_format: Literal["text", "json"] = Field("text", description="Log as lines of `text`, or as one `json` object a line.")
    prometheus_multiproc_dir: Path | None = Field(None, description="Folder where several workers share their counts; `serve` sets it by itself.")

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, level: object) -> object:
        return level.upper() if isinstance(level, str) else level

    @field_validator("cors_origins")
    @classmethod
    def _known_origins(cls, origins: str | None) -> str | None:
        for origin in _parts(origins):
            if origin != "*" and not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is no origin; use for example 'https://www.example.org' (no path, no slash at the end), or '*' alone")
        return origins

    @field_validator("rate_limit")
    @classmethod
    def _known_rate(cls, rate: str | None) -> str | None:
        if rate is not None:
            from qa.limits import check_rate  # loads Flask and the limiter, which only a service needs

            check_rate(rate)
        return rate

    @model_validator(mode="after")
    def _counted_in_one_place(self) -> Self:
        if self.rate_limit and self.workers > 1 and self.rate_limit_storage.startswith("memory:"):
            raise ValueError(
                f"RATE_LIMIT {self.rate_limit!r} needs one worker or a shared RATE_LIMIT_STORAGE, because each of the {self.workers} workers would "
                "count for itself; set WORKERS=1 or RATE_LIMIT_STORAGE=redis://HOST:PORT"
            )
        return self

    @model_validator(mode="after")
    def _answers_before_it_is_cut(self) -> Self:
        if self.language_model and self.language_model_timeout_seconds >= self.timeout_seconds:
            raise ValueError(
                f"LANGUAGE_MODEL_TIMEOUT_SECONDS {self.language_model_timeout_seconds:g} must be less than TIMEOUT_SECONDS {self.timeout_seconds}, because a "
                "connection that is busy for longer is cut before an answer or an error is sent; lower the first or raise the second"
            )
        return self

    @property
    def allowed_origins(self) -> list[str]:
        """Origins of `cors_origins` as a list."""
        return _parts(self.cors_origins)

    @property
    def feedback_path(self) -> Path:
        """Absolute place of the file of verdicts."""
        return REPOSITORY / self.feedback_file.expanduser()

    @property
    def evaluation_path(self) -> Path:
        """Absolute folder of the evaluation's reports."""
        return REPOSITORY / self.evaluation_folder.expanduser()


def _parts(listed: str | None) -> list[str]:
    return [part.strip() for part in (listed or "").split(",") if part.strip()]
