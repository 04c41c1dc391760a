"""The import rules of the layout, and that nothing in the code knows the demonstration's articles."""

import ast
import json
import lzma
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
MODULES = tuple(sorted(p.relative_to(REPOSITORY).as_posix() for folder in ("index", "qa") for p in (REPOSITORY / folder).rglob("*.py")))
HOMES = {
    "sentence_transformers": {"index/encoder.py", "index/onnx_embedding.py"},
    "faiss": {"index/dense.py"},
    "tantivy": {"index/lexical.py"},
    "pymilvus": {"index/milvus_client.py"},
    "grpc": {"index/milvus_client.py"},
    "onnxruntime": {"index/inference.py"},
    "onnx": {"qa/adapter.py"},
    "safetensors": {"qa/adapter.py", "index/token_vectors.py"},
    "trafilatura": {"index/html.py"},
    "lxml": {"index/html.py"},
    "datasketch": {"index/duplicates.py"},
    "pypdf": {"index/pdf.py"},
    "yaml": {"index/markdown.py"},
    "charset_normalizer": {"index/decoding.py"},
    "feedparser": {"index/feeds.py"},
    "urllib3": {"index/fetching.py"},
    "protego": {"index/robots.py"},
    "langchain": {"qa/language_model.py", "index/langchain_retriever.py"},
    "prometheus_client": {"qa/monitoring.py", "qa/serve.py"},
    "flask_limiter": {"qa/limits.py"},
    "flask_cors": {"qa/limits.py"},
    "gunicorn": {"qa/serve.py", "qa/worker.py"},
}


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse((REPOSITORY / module).read_text(encoding="utf-8"))


def imports_of(tree: ast.Module) -> Iterator[str]:
    """Full names of the imported modules, those inside functions and type-checking blocks too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide which layer they reach"
            yield node.module or ""


def importers_of(*packages: str, under: str = "") -> set[str]:
    """Modules that import one of the packages (a name matches itself, `name.x` and `name_x`)."""
    wanted = re.compile(rf"(?:{'|'.join(packages)})(?:[._].*)?")
    return {m for m in MODULES if m.startswith(under) and any(wanted.fullmatch(name) for name in imports_of(tree_of(m)))}


def environment_reads(tree: ast.Module) -> list[int]:
    """Lines that read the environment; setting a variable for a library is not reading."""
    writes: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            writes.add(id(node.value))
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Attribute)
            and node.value.func.attr == "setdefault"
        ):
            writes.add(id(node.value.func.value))
    attributes = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == "os"]
    read = [n.lineno for n in attributes if n.attr in ("environ", "environb", "getenv", "getenvb") and id(n) not in writes]
    named = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module == "os" and {a.name for a in n.names} & {"environ", "getenv"}]
    return read + named


def test_qa_imports_index() -> None:
    assert importers_of("index", under="qa/")


def test_index_never_imports_qa() -> None:
    assert importers_of("qa", under="index/") == set()


def test_nothing_at_run_time_imports_training_or_tests() -> None:
    assert importers_of("training", "tests", "fakes", "conftest") == set()


@pytest.mark.parametrize("package", HOMES)
def test_library_is_imported_in_its_home_only(package: str) -> None:
    assert importers_of(package) == HOMES[package]


@pytest.mark.parametrize("package", ["flask", "werkzeug", "gunicorn"])
def test_index_knows_nothing_of_the_web(package: str) -> None:
    assert importers_of(package, under="index/") == set()


@pytest.mark.parametrize("module", [m for m in MODULES if Path(m).name != "settings.py"])
def test_environment_is_read_in_settings_only(module: str) -> None:
    assert environment_reads(tree_of(module)) == []


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("import os\nos.environ['A']", [2]),
        ("import os\nos.getenv('A')", [2]),
        ("import os\nx = os.environ.setdefault('A', 'b')", [2]),
        ("import os\n'A' in os.environ", [2]),
        ("from os import environ", [1]),
        ("import os\nos.environ['A'] = 'b'", []),
        ("import os\nos.environ.setdefault('A', 'b')", []),
    ],
)
def test_reading_the_environment_is_recognised(code: str, lines: list[int]) -> None:
    assert environment_reads(ast.parse(code)) == lines


def test_what_reads_pages_is_loaded_in_a_child_process_only() -> None:
    code = "import sys, index.__main__, qa.__main__; print(sorted({m.split('.')[0] for m in sys.modules} & {'trafilatura', 'lxml', 'pypdf', 'feedparser'}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "[]"


def test_answering_starts_without_langchain_which_takes_seconds_to_import() -> None:
    code = (
        "import sys, qa.pipeline, index.__main__, qa.__main__; print(sorted({m.split('.')[0] for m in sys.modules if m.startswith(('langchain', 'training'))}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "[]"


def test_answering_needs_neither_torch_nor_sentence_transformers_which_take_seconds_to_import(seeds_folder: Path) -> None:
    code = (
        "import sys; from qa.__main__ import main; main(['ask', 'Siapa wali kota Semarang?', '--index-url', sys.argv[1]]); "
        "print(sorted({'torch', 'sentence_transformers', 'transformers', 'sklearn', 'scipy', 'pandas', 'matplotlib'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, f"file:{seeds_folder}"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.splitlines()[-1] == "[]"


# The demonstration is exchangeable: code that knows its names would be tuned to its test set.

# The name of the time zone in `datetime`; in the seeds it is part of a hall's name.
COINCIDENCES = {"utc"}
_WORD = re.compile(r"[^\W\d_]+")


def capitalised(text: str) -> set[str]:
    return {w.casefold() for w in _WORD.findall(text) if w[0].isupper()}


@cache
def names_of_the_seeds() -> frozenset[str]:
    """Words that the seeds write with a capital, and that neither the development articles (3,463 of other news) do nor anybody writes small.

    Derived, so that other seeds bring other names. "Semarang" is none of them because the development articles name the
    city as well; the product's own name ("Tanya ASN") is made of words that they hold too, so it needs no exception.
    """
    seeds = "\n".join(p.read_text(encoding="utf-8") for p in sorted((REPOSITORY / "seeds").glob("*.txt")))
    with lzma.open(REPOSITORY / "tests" / "testset" / "news_dev.corpus.jsonl.xz", "rt", encoding="utf-8") as lines:
        other_news = "\n".join(f"{row['title']}\n{row['text']}" for row in map(json.loads, lines))
    small = {w for w in _WORD.findall(f"{seeds}\n{other_news}") if w.islower()}
    return frozenset(capitalised(seeds) - capitalised(other_news) - small - COINCIDENCES)


def text_files() -> list[str]:
    """Code and data of the product.

    Not the encoders' folders, the reader's files and the list of words: they were learned from or counted in the public texts of the design's
    §7, which name half the world; what their authors chose is in `training/`, which is no part of the product.
    """
    files = [p for folder in ("index", "qa", "prompts") for p in (REPOSITORY / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    names = ("reader.onnx", "reader-adapter.safetensors", "decider-adapter.safetensors", "reader-tokenizer.json")
    reader = {REPOSITORY / "qa" / "model" / name for name in names}
    learnt = (*reader, *(REPOSITORY / "index" / name for name in ("model", "static_model", "words/lexicon.tsv.xz")))
    return sorted(p.relative_to(REPOSITORY).as_posix() for p in files if not any(p.is_relative_to(folder) for folder in learnt))


def test_seeds_have_names_of_their_own() -> None:
    assert len(names_of_the_seeds()) > 30


def test_city_of_the_seeds_is_no_name_of_theirs_alone() -> None:
    assert "semarang" not in names_of_the_seeds()


@pytest.mark.parametrize("path", text_files())
def test_names_that_only_the_seeds_hold_occur_in_no_code_or_data(path: str) -> None:
    words = {w.casefold() for w in _WORD.findall((REPOSITORY / path).read_text(encoding="utf-8"))}
    assert sorted(words & names_of_the_seeds()) == []
