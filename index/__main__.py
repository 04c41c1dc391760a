"""Command line of the index: `python -m index build | add | remove | stats | check`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from pydantic import ValidationError

from index.articles import SUFFIXES
from index.build import BuildOptions, BuildReport
from index.encoder import SentenceTransformersEncoder
from index.engines import add_articles, build_index, check_index, newest, open_served, remove_articles, repair_index
from index.errors import ServiceError, SourceError, printable
from index.fetching import FetchPolicy
from index.settings import IndexSettings, settings_problems
from index.web import is_web_address, read_all

DONE, FAILED, USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 failed, 2 usage."""
    options = _parser().parse_args(arguments)
    try:
        settings = IndexSettings(**({} if options.index_url is None else {"index_url": options.index_url}))
        command: Callable[[argparse.Namespace, IndexSettings], int] = options.command
        return command(options, settings)
    except ValidationError as error:
        print(settings_problems(error), file=sys.stderr)
        return USAGE
    except ServiceError as error:
        print(error, file=sys.stderr)
        return FAILED


def _build(options: argparse.Namespace, settings: IndexSettings) -> int:
    if addresses := [s for s in options.source if is_web_address(s)]:
        raise SourceError(f"An index is not built from the web, so {addresses[0]!r} is not read; build from files, then use 'add' for addresses.")
    sources = [Path(s) for s in options.source]
    report = build_index(sources, settings, _encoder(settings), _options(options, settings))
    return _summary(report, options.strict)


def _add(options: argparse.Namespace, settings: IndexSettings) -> int:
    newest(settings)()  # an error before anything is fetched
    from_web = any(map(is_web_address, options.source))
    sources = read_all(options.source, FetchPolicy() if settings.allow_fetch else None) if from_web else [Path(s) for s in options.source]
    report = add_articles(sources, settings, _encoder(settings), _options(options, settings))
    return _summary(report, options.strict)


def _options(options: argparse.Namespace, settings: IndexSettings) -> BuildOptions:
    return BuildOptions(progress=True, wait_seconds=options.wait, vector_index=settings.vector_index, shard=getattr(options, "shard", None))


def _remove(options: argparse.Namespace, settings: IndexSettings) -> int:
    return _summary(remove_articles(options.article_id, settings, _encoder(settings), _options(options, settings)), strict=False)


def _stats(_: argparse.Namespace, settings: IndexSettings) -> int:
    with closing(open_served(settings)) as index:
        made, covered = index.manifest, index.coverage()
        print(f"index       {settings.milvus or settings.index_folder}\ngeneration  {made.generation} (created {made.created})")
        print(f"articles    {made.articles}\npassages    {made.passages}\nencoder     {made.encoder} ({made.encoder_fingerprint}, {made.dimension}-d)")
        print(f"vectors     {made.vector_index}")
        print(f"published   {covered.first_published or '-'} to {covered.last_published or '-'}\npublishers  {printable(', '.join(covered.publishers)) or '-'}")
    return DONE


def _check(options: argparse.Namespace, settings: IndexSettings) -> int:
    encoder = _encoder(settings)
    if options.repair:
        done, left = repair_index(settings, encoder, options.wait)
        for sentence in (*done, *left):
            print(sentence)
        if left:
            return FAILED
    problems = check_index(settings, encoder)
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems found." if problems else "The index is sound.")
    return FAILED if problems else DONE


def _summary(report: BuildReport, strict: bool) -> int:
    for error in report.errors:
        print(f"left out: {error}", file=sys.stderr)
    made = report.manifest
    state = "new generation" if report.promoted else "loaded a part, to be promoted by a build without --shard: generation"
    state = state if report.changed else "nothing changed, generation"
    print(
        f"{made.articles} articles, {made.passages} passages ({report.encoded} encoded, {report.reused} kept), "
        f"{len(report.errors)} files left out; {state} {made.generation} in {report.folder}"
    )
    took = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in report.seconds.items())
    print(f"took {sum(report.seconds.values()):.1f} s: {took}", file=sys.stderr)
    return FAILED if strict and report.errors else DONE


def _encoder(settings: IndexSettings) -> SentenceTransformersEncoder:
    return SentenceTransformersEncoder(settings.encoder)


def _shard(written: str) -> tuple[int, int]:
    first, slash, last = written.partition("/")
    if not (slash and first.isdecimal() and last.isdecimal() and 1 <= int(first) <= int(last)):
        raise argparse.ArgumentTypeError(f"{written!r} is no part; write I/N with I from 1 to N, for example 2/4")
    return int(first), int(last)


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--index-url", help="where the index is (default: file:var/index)")
    writing = argparse.ArgumentParser(add_help=False)
    writing.add_argument("--wait", type=float, default=0.0, metavar="SECONDS", help="wait so long while another build runs (default: 0)")
    parser = argparse.ArgumentParser(prog="python -m index", description="Build and inspect the index of articles.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command, text, web in (
        ("build", _build, "make the index mirror the sources exactly", ""),
        ("add", _add, "add the articles of the sources", "; with ALLOW_FETCH also addresses of pages and feeds"),
    ):
        sub = commands.add_parser(name, parents=[common, writing], help=text)
        sub.add_argument("source", nargs="+", metavar="SOURCE", help=f"files ({', '.join(SUFFIXES)}) or folders of them{web}")
        sub.add_argument("--strict", action="store_true", help="exit with 1 when any file was left out")
        sub.set_defaults(command=command)
    commands.choices["build"].add_argument(
        "--shard", type=_shard, metavar="I/N", help="load the I-th of N parts into Milvus only; afterwards a build without it completes and promotes"
    )
    sub = commands.add_parser("remove", parents=[common, writing], help="remove articles")
    sub.add_argument("article_id", nargs="+", metavar="ARTICLE_ID")
    sub.set_defaults(command=_remove)
    commands.add_parser("stats", parents=[common], help="say what the index holds").set_defaults(command=_stats)
    sub = commands.add_parser("check", parents=[common, writing], help="find any mismatch of counts, hashes, offsets and vectors")
    sub.add_argument("--repair", action="store_true", help="mend what can be mended, and say what cannot")
    sub.set_defaults(command=_check)
    return parser


if __name__ == "__main__":
    sys.exit(main())
