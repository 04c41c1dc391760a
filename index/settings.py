"""Where the index is, which encoder, how passages are cut and weighed, what may be fetched. Read from the environment."""

from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

REPOSITORY = Path(__file__).resolve().parents[1]
MODEL_IN_THE_BOX = Path(__file__).resolve().parent / "model"


class IndexSettings(BaseSettings):
    """Settings of `index`; each field is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True, extra="ignore")

    index_url: str = Field("file:var/index", description="Where the index is: `file:` and a folder, absolute or relative to the repository root.")
    encoder: str = Field(str(MODEL_IN_THE_BOX), description="A Sentence Transformers folder or name; the model in the box by default.")
    # Cosines of the encoder in the box have a high floor (.45 for unrelated texts), so its share must be large to count as much as BM25's.
    dense_weight: float = Field(0.9, ge=0, le=1, description="Share of the encoder in the fused score; the rest is BM25.")
    deduplicate: bool = Field(True, description="Whether only the best of near-duplicate articles is ranked; the others are named beside it.")
    allow_fetch: bool = Field(False, description="Whether `index add` may fetch pages and feeds from the web.")

    @field_validator("index_url")
    @classmethod
    def _known_scheme(cls, url: str) -> str:
        if not url.startswith("file:") or len(url) <= len("file:"):
            raise ValueError(f"INDEX_URL {url!r} is not understood; use 'file:' and a folder, for example 'file:var/index'")
        return url

    @property
    def index_folder(self) -> Path:
        """Absolute folder of a `file:` index."""
        path = self.index_url.removeprefix("file:")
        return (REPOSITORY / Path(path).expanduser()).resolve()


def settings_problems(error: ValidationError) -> str:
    """Return one line for each setting that could not be used: its name, its value and what was expected."""
    return "\n".join(
        f"The setting {'.'.join(str(p) for p in e['loc']).upper()} cannot be used with the value {e['input']!r}: {e['msg']}."
        if e["loc"]
        else f"{e['msg']}."  # several settings that do not fit together; the input would be all of them, passwords too
        for e in error.errors()
    )
