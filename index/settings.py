"""Where the index is, which encoder, how passages are cut and weighed, what may be fetched. Read from the environment."""

import re
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

REPOSITORY = Path(__file__).resolve().parents[1]
MODEL_IN_THE_BOX = Path(__file__).resolve().parent / "model"
# The small one for large collections: a vector a word piece, averaged.
STATIC_MODEL = MODEL_IN_THE_BOX.with_name("static_model")
# Its cosines have no high floor, so it gets the share that the retrieval bench found best for it.
STATIC_SHARE = 0.4
STATIC = "static"
# The rest of 255 characters is for the kind and the generation that a collection's name ends with.
_MILVUS_URL = re.compile(r"milvus\+(?P<server>https?://(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\])(?::[0-9]{1,5})?)/(?P<collection>[A-Za-z_][A-Za-z0-9_]{0,199})")
_CREDENTIALS = re.compile(r"//[^/\s]*@")


class MilvusPlace(NamedTuple):
    """A server's address (`http://host:19530`) and the name of a collection there."""

    server: str
    collection: str

    def __str__(self) -> str:
        return f"milvus+{self.server}/{self.collection}"


class IndexSettings(BaseSettings):
    """Settings of `index`; each field is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True, extra="ignore")

    index_url: str = Field(
        "file:var/index",
        description="Where the index is: `file:` and a folder, absolute or relative to the repository root, or `milvus+https://HOST:19530/COLLECTION`.",
    )
    encoder: str = Field(
        str(MODEL_IN_THE_BOX),
        description="The model in the box by default; `static` for the fast one beside it, or a Sentence Transformers folder or name.",
    )
    # Cosines of the encoder in the box have a high floor (.45 for unrelated texts), so its share must be large to count as much as BM25's.
    dense_weight: float = Field(0.9, ge=0, le=1, description="Share of the encoder in the fused score; the rest is BM25. 0.4 with `ENCODER=static`.")
    vector_index: Literal["auto", "flat", "rabitq", "hnsw"] = Field(
        "auto",
        description="How a build stores vectors: `flat`, `rabitq` or `hnsw`; `auto` is flat up to 100,000 passages, rabitq beyond.",
    )
    deduplicate: bool = Field(True, description="Whether only the best of near-duplicate articles is ranked; the others are named beside it.")
    allow_fetch: bool = Field(False, description="Whether `index add` may fetch pages and feeds from the web.")
    milvus_token: SecretStr | None = Field(None, description="What Milvus knows you by: `user:password` or an API key.")
    milvus_timeout_seconds: float = Field(5.0, gt=0, description="Longest wait for one reply of Milvus to a question; a build waits longer.")
    milvus_ca_file: Path | None = Field(None, description="PEM file of the authority that signed Milvus' certificate; those known to gRPC by default.")
    milvus_client_certificate: Path | None = Field(None, description="PEM file that shows who asks, if Milvus wants to know (mutual TLS).")
    milvus_client_key: Path | None = Field(None, description="PEM file of that certificate's key.")
    milvus_vector_index: Literal["AUTO", "FLAT", "HNSW", "HNSW_SQ", "AUTOINDEX"] = Field(
        "AUTO", description="How Milvus searches vectors; `AUTO` is exact (`FLAT`) up to 100,000 passages, then `HNSW`."
    )
    milvus_shards: int = Field(1, ge=1, le=16, description="Into how many shards Milvus cuts a new generation.")
    milvus_replicas: int = Field(1, ge=1, le=64, description="How many copies of a new generation Milvus loads.")

    @model_validator(mode="before")
    @classmethod
    def _share_of_the_static_encoder(cls, given: dict[str, Any]) -> dict[str, Any]:
        return {"dense_weight": STATIC_SHARE, **given} if given.get("encoder") == STATIC else given

    @field_validator("index_url")
    @classmethod
    def _known_scheme(cls, url: str) -> str:
        if url.startswith("file:") and len(url) > len("file:"):
            return url
        if url.startswith("milvus+") and _CREDENTIALS.search(url):
            raise ValueError("INDEX_URL must not hold a user or password, because addresses are logged; set MILVUS_TOKEN to 'user:password'")
        if not _MILVUS_URL.fullmatch(url):
            raise ValueError(
                f"INDEX_URL {url!r} is not understood; use 'file:' and a folder, for example 'file:var/index', or a server and a collection "
                "(letters, digits, _), for example 'milvus+http://127.0.0.1:19530/news'"
            )
        return url

    @model_validator(mode="after")
    def _whole_mutual_tls(self) -> Self:
        given = (self.milvus_client_certificate is not None, self.milvus_client_key is not None)
        if any(given) and not (all(given) and self.milvus_ca_file):
            raise ValueError(
                "MILVUS_CLIENT_CERTIFICATE, MILVUS_CLIENT_KEY and MILVUS_CA_FILE are only used together; set all three or neither of the first two"
            )
        return self

    @property
    def index_folder(self) -> Path:
        """Absolute folder of a `file:` index; `ValueError` for another."""
        if not self.index_url.startswith("file:"):
            raise ValueError(f"{self.index_url!r} is no folder")
        path = self.index_url.removeprefix("file:")
        return (REPOSITORY / Path(path).expanduser()).resolve()

    @property
    def milvus(self) -> MilvusPlace | None:
        """Server and collection of a Milvus index; None for a folder."""
        match = _MILVUS_URL.fullmatch(self.index_url)
        return MilvusPlace(match["server"], match["collection"]) if match else None


def settings_problems(error: ValidationError) -> str:
    """Return one line for each setting that could not be used: its name, its value (without passwords) and what was expected."""
    return "\n".join(
        f"The setting {'.'.join(str(p) for p in e['loc']).upper()} cannot be used with the value {_without_credentials(e['input'])!r}: {e['msg']}."
        if e["loc"]
        else f"{e['msg']}."  # several settings that do not fit together; the input would be all of them, passwords too
        for e in error.errors()
    )


def _without_credentials(value: object) -> object:
    return _CREDENTIALS.sub("//***@", value) if isinstance(value, str) else value
