"""Settings of the service; with `index.settings` the only reader of the environment."""

from pathlib import Path

from pydantic import Field

from index.settings import REPOSITORY, IndexSettings
from qa.datatypes import Composer

PROMPTS = Path(__file__).resolve().parents[1] / "prompts"


class Settings(IndexSettings):
    """All settings; each field is an environment variable of the same name in capitals."""

    host: str = Field("127.0.0.1", description="Address the service listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the service listens on.")
    workers: int = Field(1, ge=1, le=64, description="Processes; each loads its own models after the fork.")
    threads: int = Field(4, ge=1, le=64, description="Threads of each process.")
    timeout_seconds: int = Field(60, ge=1, description="A worker silent for longer is restarted.")
    composer: Composer = Field(Composer.EXTRACTIVE, description="Who chooses quotes by default: `extractive` or `llm`.")
    language_model: str | None = Field(None, description="Model for `composer: llm`, as LangChain's init_chat_model names it, e.g. `ollama:llama3.1`.")
    language_model_timeout_seconds: float = Field(30.0, gt=0, description="Longest wait for the language model.")
    feedback: bool = Field(True, description="Whether readers may send verdicts on answers.")
    feedback_file: Path = Field(Path("var/feedback.sqlite"), description="Where verdicts are kept, absolute or relative to the repository root.")
    feedback_limit: int = Field(10_000, ge=1, description="Most verdicts that are kept; further ones are refused.")
    evaluation_folder: Path = Field(Path("var/eval"), description="Folder of JSON reports of `qa eval`; the page shows the newest.")
    min_confidence: float = Field(0.54, ge=0, le=1, description="Below this calibrated confidence the service abstains.")
    read_depth: int = Field(9, ge=1, le=100, description="How many passages are read for an answer.")
    log_level: str = Field("INFO", description="Level of the service's log.")
    prometheus_multiproc_dir: Path | None = Field(None, description="Folder where several workers share their counts; `serve` sets it by itself.")

    @property
    def feedback_path(self) -> Path:
        """Absolute place of the file of verdicts."""
        return REPOSITORY / self.feedback_file.expanduser()

    @property
    def evaluation_path(self) -> Path:
        """Absolute folder of the evaluation's reports."""
        return REPOSITORY / self.evaluation_folder.expanduser()
