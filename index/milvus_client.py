"""A Milvus server, as far as an index needs it. Home of pymilvus, which is imported when the first connection is made.

Every failure comes out as one of the errors of `IndexUnavailableError`. A call that finds the connection broken is tried
again by pymilvus itself when a new one can be made within the timeout, which is that of the whole call; when none can, it
fails at once. After a restart of the server the next call simply works again.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from index.errors import EngineMissingError, IndexMissingError, IndexUnavailableError, IndexUnreachableError
from index.milvus_columns import INDEX_PARAMS, LONGEST_BYTES, Column
from index.settings import IndexSettings, MilvusPlace

BUILD_TIMEOUT_SECONDS = 120.0
PAGE = 1000
"""Rows of one page when all are read."""

Row = dict[str, Any]

# pymilvus.exceptions.ErrorCode and the server's own list: the first is of a missing collection, the second of a missing alias.
_MISSING = (100, 1600)
_NOT_LOADED = 101
_CONNECT_FAILED = 2
# All keys of ours; anything else that is asked for cannot be there, and must not reach the server as part of an expression.
_KEY = re.compile(r"[A-Za-z0-9._#!-]{1,256}")
_INSTALL = "install it with: pip install -e '.[milvus]'"


class MilvusServer:
    """A connection; safe to use from several threads, but not across a fork."""

    def __init__(self, settings: IndexSettings, timeout_seconds: float | None = None) -> None:
        """Connect; raises `EngineMissingError` and `IndexUnreachableError`."""
        assert settings.milvus is not None
        self.place: MilvusPlace = settings.milvus
        self._timeout = timeout_seconds or settings.milvus_timeout_seconds
        with self._errors():
            self._client = _library().MilvusClient(**_connection(settings, self._timeout))

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def resolve(self, alias: str) -> str | None:
        """Return the collection that an alias names, None when there is no such alias."""
        try:
            return str(self._call("describe_alias", alias=alias)["collection_name"])
        except IndexMissingError:
            return None

    def point(self, alias: str, collection: str) -> None:
        """Make an alias name a collection; what it named before is replaced in one step."""
        known = self.resolve(alias) is not None
        self._call("alter_alias" if known else "create_alias", collection_name=collection, alias=alias)

    def forget(self, alias: str) -> None:
        """Drop an alias; nothing happens when there is none."""
        if self.resolve(alias) is not None:
            self._call("drop_alias", alias=alias)

    def collections(self) -> list[str]:
        """Return the names of all collections."""
        return sorted(self._call("list_collections"))

    def drop(self, collection: str) -> None:
        """Drop a collection; nothing happens when there is none."""
        self._call("drop_collection", collection_name=collection)

    def create(self, collection: str, columns: Sequence[Column], settings: IndexSettings) -> None:
        """Create, index and load a collection, as far as that is not done."""
        here = partial(self._call, collection_name=collection)
        self._ensure(partial(here, "has_collection"), partial(here, "create_collection", schema=_schema(columns), num_shards=settings.milvus_shards))
        for column in (c for c in columns if c.indexed):
            create = partial(here, "create_index", index_params=_index(column), sync=False)
            self._ensure(partial(here, "list_indexes", field_name=column.name), create)
        here("load_collection", replica_number=settings.milvus_replicas)

    @staticmethod
    def _ensure(is_done: Callable[[], object], do: Callable[[], object]) -> None:
        """Do what another process of a parallel load may be doing at the same moment."""
        if is_done():
            return
        try:
            do()
        except IndexUnavailableError:
            if not is_done():
                raise

    def upsert(self, collection: str, rows: Sequence[Row]) -> None:
        """Write rows; a row with the key of an older one replaces it."""
        if rows:
            self._call("upsert", collection_name=collection, data=list(rows))

    def flush(self, collection: str) -> None:
        """Seal what was written, so that it is indexed."""
        self._call("flush", collection_name=collection)

    def get(self, collection: str, keys: Sequence[str], columns: Sequence[str], fresh: bool = False) -> list[Row]:
        """Return the rows of some keys in any order; `fresh` sees all that was written before."""
        possible = [k for k in keys if _KEY.fullmatch(k)]
        if not possible:
            return []
        found = self._call("get", collection_name=collection, ids=possible, output_fields=list(columns), **_consistency(fresh))
        return [dict(row) for row in found]

    def count(self, collection: str, where: str = "", fresh: bool = False) -> int:
        """Return how many rows fit a condition in Milvus' own language."""
        found = self._call("query", collection_name=collection, filter=where, output_fields=["count(*)"], **_consistency(fresh))
        return int(found[0]["count(*)"])

    def rows(self, collection: str, where: str, columns: Sequence[str]) -> Iterator[Row]:
        """Yield all rows that fit a condition, in the order of their keys."""
        pages = self._call("query_iterator", collection_name=collection, filter=where, output_fields=list(columns), batch_size=PAGE, **_consistency(True))
        while page := self._within(collection, pages.next):
            yield from (dict(row) for row in page)
        pages.close()

    def search(self, collection: str, column: Column, wanted: object, limit: int, where: str, **params: object) -> list[tuple[str, float]]:
        """Return (key, distance as Milvus gives it) of the nearest rows, best first."""
        metric = "BM25" if column.kind == "bm25" else "IP"
        options = {"anns_field": column.name, "limit": limit, "filter": where, "search_params": {"metric_type": metric, "params": params}}
        found = self._call("search", collection_name=collection, data=[wanted], **options)
        return [(str(hit.id), float(hit.distance)) for hit in found[0]]

    def _call(self, method: str, **arguments: Any) -> Any:
        return self._within(str(arguments.get("collection_name", "")), lambda: getattr(self._client, method)(**arguments, timeout=self._timeout))

    def _within(self, collection: str, call: Any) -> Any:
        with self._errors():
            try:
                return call()
            except _library().MilvusException as error:
                if error.code != _NOT_LOADED:
                    raise
            # A server that was restarted (milvus-lite does so), or an operator, has unloaded it.
            self._client.load_collection(collection, timeout=self._timeout)
            return call()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn what pymilvus and gRPC raise into our errors; their messages hold no token."""
        library = _library()
        try:
            yield
        except library.MilvusException as error:
            refused = isinstance(error.__cause__, _grpc().RpcError) and error.__cause__.code()  # why no connection could be made
            raise self._translated(refused or error.code, " ".join(str(error.message).split())[:300]) from error
        except _grpc().RpcError as error:
            raise self._translated(error.code(), str(error.details())) from error
        except OSError as error:  # a certificate file that is not there
            raise IndexUnavailableError(f"The file {error.filename!r} for Milvus cannot be read ({error.strerror}); check the MILVUS_… settings.") from error

    def _translated(self, code: object, said: str) -> IndexUnavailableError:
        status = _grpc().StatusCode
        if code in _MISSING:
            return IndexMissingError(
                f"Milvus at {self.place.server!r} says: {said}; it was dropped meanwhile or never built (python -m index build SOURCE...)."
            )
        if code in (status.UNAUTHENTICATED, status.PERMISSION_DENIED) or "auth" in said.lower():
            return IndexUnavailableError(f"Milvus at {self.place.server!r} refuses access; set MILVUS_TOKEN to 'user:password' or an API key that may use it.")
        if code == _CONNECT_FAILED or isinstance(code, status):
            return IndexUnreachableError(
                f"Milvus at {self.place.server!r} does not answer ({said or code}); start it, or check INDEX_URL and the MILVUS_… settings."
            )
        return IndexUnavailableError(f"Milvus at {self.place.server!r} cannot do what was asked: {said}")


def _library() -> Any:
    try:
        import pymilvus
    except ImportError as error:
        raise EngineMissingError(f"A milvus+http:// index needs the library pymilvus, which is not installed; {_INSTALL}") from error
    # It writes a traceback for every failure, also for one that it was asked about; our errors say what happened.
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
    return pymilvus


def _grpc() -> Any:
    import grpc

    return grpc


def _connection(settings: IndexSettings, timeout_seconds: float) -> Mapping[str, Any]:
    """Arguments of a client.

    gRPC looks every second whether a lost server is back; by default it would wait up to two minutes.
    `dedicated`: closing one connection must not close that of another generation.
    """
    assert settings.milvus is not None
    files = {
        "client_pem_path": settings.milvus_client_certificate,
        "client_key_path": settings.milvus_client_key,
        "ca_pem_path" if settings.milvus_client_key else "server_pem_path": settings.milvus_ca_file,
    }
    return {
        "uri": settings.milvus.server,
        "token": settings.milvus_token.get_secret_value() if settings.milvus_token else "",
        "timeout": timeout_seconds,
        "grpc_options": {"grpc.initial_reconnect_backoff_ms": 100, "grpc.max_reconnect_backoff_ms": 1000},
        "dedicated": True,
        **{name: str(path) for name, path in files.items() if path is not None},
    }


def _consistency(fresh: bool) -> Mapping[str, str]:
    return {"consistency_level": "Strong" if fresh else "Bounded"}


def _schema(columns: Sequence[Column]) -> Any:
    library = _library()
    kinds = library.DataType
    schema = library.MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    for column in columns:
        match column.kind:
            case "key":
                schema.add_field(column.name, kinds.VARCHAR, is_primary=True, max_length=column.size)
            case "text":
                analysed = any(c.of == column.name for c in columns)
                # Our terms are ASCII letters and digits, which every version of this tokenizer leaves whole.
                more = {"enable_analyzer": True, "analyzer_params": {"tokenizer": "standard"}} if analysed else {}
                # Whole texts stay on the query nodes' disks: in memory they would be as large as the vectors.
                schema.add_field(column.name, kinds.VARCHAR, max_length=column.size, mmap_enabled=column.size == LONGEST_BYTES, **more)
            case "number":
                schema.add_field(column.name, kinds.INT64)
            case "vector":
                schema.add_field(column.name, kinds.FLOAT_VECTOR, dim=column.size)
            case _:
                schema.add_field(column.name, kinds.SPARSE_FLOAT_VECTOR)
                bm25 = library.FunctionType.BM25
                schema.add_function(library.Function(name=column.name, function_type=bm25, input_field_names=[column.of], output_field_names=[column.name]))
    return schema


def _index(column: Column) -> Any:
    indexes = _library().MilvusClient.prepare_index_params()
    more = {"metric_type": "BM25" if column.kind == "bm25" else "IP", "params": INDEX_PARAMS.get(column.indexed, {})}
    indexes.add_index(column.name, index_type=column.indexed, **(more if column.kind in ("vector", "bm25") else {}))
    return indexes
