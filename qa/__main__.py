"""Command line of the service: `python -m qa ask | serve | eval | verify | feedback`."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from pydantic import ValidationError

from index.errors import ServiceError, printable
from index.settings import settings_problems
from qa.datatypes import Answer, Composer, Request
from qa.fields import FieldsError
from qa.settings import Settings

DONE, FAILED, USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 failed, 2 usage."""
    options = _parser().parse_args(arguments)
    given = {name: value for name in ("index_url", "host", "port", "workers") if (value := getattr(options, name, None)) is not None}
    try:
        command: Callable[[argparse.Namespace, Settings], int] = options.command
        settings = Settings(**given)
        if settings.composer is Composer.LLM and not settings.language_model:
            print("COMPOSER is 'llm', but LANGUAGE_MODEL names no model; set it, or COMPOSER=extractive.", file=sys.stderr)
            return USAGE
        return command(options, settings)
    except ValidationError as error:
        print(settings_problems(error), file=sys.stderr)
        return USAGE
    except FieldsError as error:  # the question or the date on the command line
        print(error, file=sys.stderr)
        return USAGE
    except ServiceError as error:
        print(error, file=sys.stderr)
        return FAILED
    except BrokenPipeError:  # the reader of a pipe (`| head`) has seen enough
        sys.stderr.close()
        return DONE


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    from qa.asking import request_from
    from qa.pipeline import open_pipeline
    from qa.replies import reply_json

    request: Request = request_from({"question": options.question, **({"as_of": options.as_of} if options.as_of else {})})
    with closing(open_pipeline(settings)) as pipeline:
        answer = pipeline.answer_question(request, "cli")
    print(reply_json(answer) if options.json else _in_words(answer))
    return DONE


def _in_words(answer: Answer) -> str:
    from qa.texts import TEXTS, dated_line, part_lines, unmentioned_note

    words = TEXTS[answer.language]
    short = [answer.short_answer] if answer.short_answer else []
    lines = part_lines(answer, answer.language) or ([dated_line(answer)] if answer.timeline else short)
    lines.append(answer.answer)
    if answer.unmentioned:
        lines.append(unmentioned_note(answer, answer.language))
    for c in answer.citations:
        estimate = f" ({words['estimated']})" if c.published_is_estimate else ""
        published = f"{c.published}{estimate}" if c.published else "-"
        lines.append(f"[{c.marker}] {c.title} · {c.publisher or '-'} · {published} · {c.article_id} {c.start}-{c.end}")
    return printable("\n".join(lines))  # quotes and titles are an article's: a terminal must not run them


def _serve(_: argparse.Namespace, settings: Settings) -> int:
    from qa.serve import serve

    return serve(settings)


def _eval(options: argparse.Namespace, settings: Settings) -> int:
    from qa.evaluate import run_evaluation
    from qa.pipeline import open_pipeline

    with closing(open_pipeline(settings)) as pipeline:
        run_evaluation(pipeline, options.testset, settings, json_out=options.json, html_out=options.html)
    return DONE


def _verify(options: argparse.Namespace, settings: Settings) -> int:
    from qa.verify import verify_file

    reply = verify_file(options.answer, settings)
    for citation in reply.citations:
        print(f"[{citation.marker}] {citation.status}")
    if reply.citations:
        print("Every citation was found." if reply.verified else "Not every citation was found.")
    else:
        print("The reply abstained, so there is nothing to check." if reply.verified else "The reply claims an answer without any citation.")
    return DONE if reply.verified else FAILED


def _feedback(options: argparse.Namespace, settings: Settings) -> int:
    from qa.feedback import FeedbackStore, lines_for_testset, review_lines

    entries = FeedbackStore(settings.feedback_path, settings.feedback_limit).entries()
    lines = review_lines(entries) if options.all else lines_for_testset(entries)
    for line in lines:
        print(json.dumps(line, ensure_ascii=False))
    kept = "all of them" if options.all else "these say that an answer is right, without filters and without anybody's objection"
    print(f"{len(lines)} of {len(entries)} verdicts: {kept}.", file=sys.stderr)
    return DONE


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--index-url", help="where the index is (default: file:var/index)")
    parser = argparse.ArgumentParser(prog="python -m qa", description="Ask, serve, evaluate and verify cited answers.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    ask = commands.add_parser("ask", parents=[common], help="answer one question")
    ask.add_argument("question")
    ask.add_argument("--json", action="store_true", help="print the whole reply as JSON")
    ask.add_argument("--as-of", metavar="DATE", help="ignore articles published after this date (YYYY-MM-DD)")
    ask.set_defaults(command=_ask)
    serve = commands.add_parser("serve", parents=[common], help="serve the web form and /ask")
    serve.add_argument("--host")
    serve.add_argument("--port", type=int)
    serve.add_argument("--workers", type=int)
    serve.set_defaults(command=_serve)
    evaluate = commands.add_parser("eval", parents=[common], help="answer a test set and report")
    evaluate.add_argument("testset", type=Path, metavar="TESTSET.jsonl")
    evaluate.add_argument("--json", type=Path, metavar="OUT", help="write all numbers and answers as JSON")
    evaluate.add_argument("--html", type=Path, metavar="OUT", help="write a self-contained report")
    evaluate.set_defaults(command=_eval)
    verify = commands.add_parser("verify", parents=[common], help="re-check the citations of a saved answer")
    verify.add_argument("answer", type=Path, metavar="ANSWER.json")
    verify.set_defaults(command=_verify)
    feedback = commands.add_parser("feedback", parents=[common], help="print what readers called right as test-set lines")
    feedback.add_argument("--all", action="store_true", help="print every verdict with its comment instead, to be read by a person")
    feedback.set_defaults(command=_feedback)
    return parser


if __name__ == "__main__":
    sys.exit(main())
