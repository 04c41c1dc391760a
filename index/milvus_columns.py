"""What a column of a Milvus collection is, and how each kind is indexed."""

from collections.abc import Mapping
from typing import NamedTuple

LONGEST_BYTES = 65_535
"""Milvus' largest text."""


class Column(NamedTuple):
    """A field of a collection: its name, 'key' (a text, primary), 'text', 'number', 'vector' or 'bm25', and its size.

    The size is the most bytes of a text, or the length of a vector; a 'bm25' column is made by Milvus from the column `of`.
    """

    name: str
    kind: str
    size: int = 0
    of: str = ""
    indexed: str = ""


_HNSW = {"M": 32, "efConstruction": 200}  # as the index in a folder
INDEX_PARAMS: Mapping[str, Mapping[str, object]] = {
    "HNSW": _HNSW,
    "HNSW_SQ": {**_HNSW, "sq_type": "SQ8"},
    "SPARSE_INVERTED_INDEX": {"bm25_k1": 1.2, "bm25_b": 0.75},  # tantivy's, so that both engines rank alike
}
