"""Text to unit vectors. Home of sentence-transformers; nothing else imports it at run time."""

import hashlib
import json
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.datatypes import Vectors
from index.errors import IndexUnavailableError
from index.settings import MODEL_IN_THE_BOX, REPOSITORY

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 256
ONNX_FILE = "model.onnx"


class SentenceTransformersEncoder:
    """Any Sentence Transformers model; the one in the box by default. Safe to call from several threads."""

    def __init__(self, name_or_folder: str = str(MODEL_IN_THE_BOX)) -> None:
        """Load the model; raise `IndexUnavailableError` when it cannot be loaded."""
        folder = (REPOSITORY / name_or_folder).resolve()
        self._location = str(folder) if folder.is_dir() else name_or_folder
        self._model = _load(self._location)
        self._fingerprint = fingerprint_of(self._location)
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """`in-the-box` for the shipped model, else the name or folder's name it was loaded by."""
        return name_of(self._location)

    @property
    def fingerprint(self) -> str:
        """First 16 hex digits over the model's files (a folder) or of its name."""
        return self._fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of passages, shape (len(texts), dimension); a text without known words is all zeros."""
        return self._encode(texts, self._model.encode_document)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of questions, shape (len(texts), dimension)."""
        return self._encode(texts, self._model.encode_query)

    def _encode(self, texts: Sequence[str], by: Callable[..., object]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:  # a tokenizer may change its padding state while it works
            vectors = by(list(texts), batch_size=BATCH, show_progress_bar=False, normalize_embeddings=True)
        return np.nan_to_num(np.asarray(vectors, dtype=np.float32))


def name_of(location: str) -> str:
    """Return the name under which an encoder is shown and recorded."""
    path = Path(location)
    return "in-the-box" if path == MODEL_IN_THE_BOX else path.name if path.is_dir() else location


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
        if (Path(location) / ONNX_FILE).is_file():
            return _load_onnx(Path(location))
        model = SentenceTransformer(location, device="cpu")
    except (OSError, ValueError) as error:
        raise IndexUnavailableError(
            f"The encoder {location!r} cannot be loaded ({error}); set ENCODER to a Sentence Transformers folder, or unset it to use the one in the box."
        ) from error
    return model.float()  # weights in the box are stored as 16-bit floats, which CPUs add slowly


def _load_onnx(folder: Path) -> "SentenceTransformer":
    """A folder of ours: the network in ONNX, the prompts in the library's own file."""
    from sentence_transformers import SentenceTransformer

    from index.onnx_embedding import OnnxEmbedding  # imports the library, which takes seconds

    prompts = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))["prompts"]
    return SentenceTransformer(modules=[OnnxEmbedding(folder)], device="cpu", prompts=prompts, similarity_fn_name="cosine")
