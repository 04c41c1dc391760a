"""Text to unit vectors. Home of sentence-transformers; nothing else imports it at run time."""

import hashlib
import json
import os
import threading
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.datatypes import Vectors
from index.errors import IndexUnavailableError
from index.settings import MODEL_IN_THE_BOX, REPOSITORY, STATIC, STATIC_MODEL
from index.text_network import NETWORK, TextNetwork
from index.token_vectors import TokenVectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 256
_SMALLEST_NORM = 1e-12
"""As the library divides."""


class SentenceTransformersEncoder:
    """Any Sentence Transformers model; the one in the box by default. Safe to call from several threads.

    Questions to the two in the box go to their files directly, which gives the same vectors: the library, with torch and
    seconds of imports, is loaded when passages are encoded.
    """

    def __init__(self, name_or_folder: str = str(MODEL_IN_THE_BOX)) -> None:
        """Load the model; raise `IndexUnavailableError` when it cannot be loaded."""
        folder = STATIC_MODEL if name_or_folder == STATIC else (REPOSITORY / name_or_folder).resolve()
        self._location = str(folder) if folder.is_dir() else name_or_folder
        self._network = _load_network(folder)
        self._loaded = _load(self._location) if self._network is None else None
        self._fingerprint = fingerprint_of(self._location)
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """`in-the-box` for the shipped model, `static` for the fast one, else the name or folder's name it was loaded by."""
        return name_of(self._location)

    @property
    def fingerprint(self) -> str:
        """First 16 hex digits over the model's files (a folder) or of its name."""
        return self._fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._network.dimension if self._network is not None else int(self._model().get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of passages, shape (len(texts), dimension); a text without known words is all zeros."""
        return self._encode(texts, lambda: self._model().encode_document)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of questions, shape (len(texts), dimension)."""
        if self._network is None or not texts:
            return self._encode(texts, lambda: self._model().encode_query)
        prompt = _prompts(self._network.folder)["query"]
        with self._lock:
            vectors = self._network.encode([f"{prompt}{text}" for text in texts])
        unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), _SMALLEST_NORM)
        return unit

    def _encode(self, texts: Sequence[str], method: Callable[[], Callable[..., object]]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:  # a tokenizer may change its padding state while it works
            vectors = method()(list(texts), batch_size=BATCH, show_progress_bar=False, normalize_embeddings=True)
        return np.nan_to_num(np.asarray(vectors, dtype=np.float32))

    def _model(self) -> "SentenceTransformer":
        if self._loaded is None:
            self._loaded = _wrapped(self._network) if isinstance(self._network, TextNetwork) else _load(self._location)
        return self._loaded


def name_of(location: str) -> str:
    """Return the name under which an encoder is shown and recorded."""
    path = Path(location)
    in_the_box = {MODEL_IN_THE_BOX: "in-the-box", STATIC_MODEL: STATIC}
    return in_the_box.get(path) or (path.name if path.is_dir() else location)


def fingerprint_of(location: str) -> str:
    """Return 16 hex digits that change whenever the files of a model folder do (its card does not count)."""
    folder = Path(location)
    digest = hashlib.sha256()
    if not folder.is_dir():
        digest.update(location.encode())
        return digest.hexdigest()[:16]
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".md"):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _load(location: str) -> "SentenceTransformer":
    # A folder is complete; without this the library asks its hub about it, which a locked network makes slow.
    if Path(location).is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(location, device="cpu")
    except (OSError, ValueError) as error:
        raise _cannot_load(location, error) from error
    return model.float()  # weights in the box are stored as 16-bit floats, which CPUs add slowly


def _load_network(folder: Path) -> TextNetwork | TokenVectors | None:
    """The network of a folder of ours, None for any other model."""
    if folder != STATIC_MODEL and not (folder / NETWORK).is_file():
        return None
    try:
        return TokenVectors(folder) if folder == STATIC_MODEL else TextNetwork(folder)
    except ValueError as error:
        raise _cannot_load(str(folder), error) from error


def _cannot_load(location: str, error: Exception) -> IndexUnavailableError:
    return IndexUnavailableError(
        f"The encoder {location!r} cannot be loaded ({error}); set ENCODER to a Sentence Transformers folder, or unset it to use the one in the box."
    )


@cache
def _prompts(folder: Path) -> dict[str, str]:
    """What stands before questions and passages, from the library's own file."""
    prompts: dict[str, str] = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))["prompts"]
    return prompts


def _wrapped(network: TextNetwork) -> "SentenceTransformer":
    """The network as the library's model."""
    from sentence_transformers import SentenceTransformer

    from index.onnx_embedding import OnnxEmbedding  # imports the library, which takes seconds

    return SentenceTransformer(modules=[OnnxEmbedding(network)], device="cpu", prompts=_prompts(network.folder), similarity_fn_name="cosine")
