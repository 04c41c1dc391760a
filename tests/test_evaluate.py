"""The evaluation run over a scripted pipeline: test set errors, scores, JSON and the HTML report."""

import hashlib
import io
import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from index.datatypes import Article, ArticleSummary, Coverage, Hit, IndexManifest, Passage
from index.errors import InputError, UnknownArticleError
from qa.calibration import ThresholdPoint
from qa.datatypes import Abstention, Answer, Citation, Composer, Reason, Request
from qa.evaluate import as_json, cpu_name, evaluate, from_json, run_evaluation
from qa.intervals import Estimate
from qa.report import failures, floor_lines, interval, print_tables, reason_counts, signed_interval, threshold_rows, write_html
from qa.results import MEASURES, Evaluation
from qa.settings import Settings
from qa.testset import read_gold

TEXTS = {
    "apel": "Apel digelar Senin. Sebanyak 1.900 pegawai hadir. Wali kota memimpin.",
    "harga": "Harga naik 5,9 persen. <script>alert(1)</script> tampil di layar.",
}
MANIFEST = IndexManifest(1, "g1", "2026-01-01T00:00:00Z", 2, 2, "/somewhere/on/disk/model", "f1", 4, 1, "p1", "c1")


class FakeIndex:
    """Articles in memory; each is one passage."""

    manifest = MANIFEST

    def __init__(self, texts: dict[str, str]) -> None:
        self.articles = {k: Article(k, k.title(), v, hashlib.sha256(v.encode()).hexdigest()) for k, v in texts.items()}

    def article(self, article_id: str) -> Article:
        if article_id not in self.articles:
            raise UnknownArticleError(article_id)
        return self.articles[article_id]

    def article_summaries(self) -> list[ArticleSummary]:
        return [ArticleSummary(a.article_id, a.title, None, None, False, None) for a in self.articles.values()]


class ScriptedPipeline:
    """Answers from {question: (article, quote, short answer, confidence)}; abstains on any other question."""

    def __init__(
        self, script: dict[str, tuple[str, str, str | None, float]], texts: dict[str, str] = TEXTS, sha256: str | None = None, framing: str = ""
    ) -> None:
        self.framing = framing
        self.sha256 = sha256  # what citations claim; None means the truth
        self.index = FakeIndex(texts)
        self.script = script
        self.history: list[tuple[Request, str]] = []
        self.held_back: dict[str, tuple[str, str, str | None, float]] = {}  # shown only without a threshold

    def with_min_confidence(self, value: float) -> "ScriptedPipeline":
        assert value == 0
        return ScriptedPipeline(self.script | self.held_back, {k: self.index.article(k).text for k in self.index.articles}, self.sha256, self.framing)

    def answer_question(self, request: Request, request_id: str) -> Answer:
        self.history.append((request, request_id))
        found = self.script.get(request.question)
        answer = Answer(
            request_id, request.question, "id", "", None, 0.1, Composer.EXTRACTIVE,
            Abstention(Reason.LOW_CONFIDENCE, "Tidak ditemukan: 1.900 pegawai.", (), Coverage(2, (), None, None)),
            (), (), self._hits(), MANIFEST, {"total": 1.0},
        )  # fmt: skip
        if found is None:
            return replace(answer, answer="Tidak ditemukan: 1.900 pegawai.")
        article_id, quote, short_answer, confidence = found
        citations = (self._cite(article_id, quote),)
        return replace(answer, answer=f"{self.framing}{quote} [1]", short_answer=short_answer, confidence=confidence, citations=citations, abstention=None)

    def _cite(self, article_id: str, quote: str) -> Citation:
        article = self.index.article(article_id)
        start = article.text.index(quote)
        return Citation(
            1, article_id, f"{article_id}#0", "T", None, date(2025, 1, 1), False, None, quote, start, start + len(quote), self.sha256 or article.sha256
        )

    def _hits(self) -> tuple[Hit, ...]:
        passages = [Passage(f"{k}#0", k, 0, 0, len(self.index.article(k).text), self.index.article(k).text) for k in ("apel", "harga")]
        return tuple(Hit(passage, 1.0, rank) for rank, passage in enumerate(passages, start=1))


def line(**changes: object) -> dict[str, object]:
    given: dict[str, object] = {
        "id": "q1",
        "question": "Berapa pegawai yang hadir?",
        "language": "id",
        "category": "fact",
        "answers": ["1.900", "1.900 pegawai"],
        "evidence": [{"article_id": "apel", "quote": "Sebanyak 1.900 pegawai hadir."}],
        "answerable": True,
    }
    return {**given, **changes}


def unanswerable(**changes: object) -> dict[str, object]:
    return line(**{"category": "near_miss", "answers": [], "evidence": [], "answerable": False, **changes})


LINES = [
    line(),
    line(id="q2", question="Berapa persen harga naik?", answers=["5,9"], evidence=[{"article_id": "harga", "quote": "Harga naik 5,9 persen."}]),
    line(
        id="q3",
        question="Siapa <b>memimpin</b>?",
        answers=["Wali kota&apel"],
        evidence=[{"article_id": "apel", "quote": "Wali kota memimpin."}],
        category="list",
    ),
    line(id="q4", question="Kapan apel digelar?", answers=["Senin"], evidence=[{"article_id": "apel", "quote": "Apel digelar Senin."}], category="list"),
    unanswerable(id="q5", question="Siapa wali kota Solo?"),
    unanswerable(id="q6", question="Berapa harga emas?"),
]
SCRIPT = {
    "Berapa pegawai yang hadir?": ("apel", "Sebanyak 1.900 pegawai hadir.", "1.900", 0.9),
    "Berapa persen harga naik?": ("harga", "<script>alert(1)</script> tampil di layar.", "5,9 persen", 0.8),
    "Siapa <b>memimpin</b>?": ("apel", "Wali kota memimpin.", None, 0.7),
    "Berapa harga emas?": ("harga", "Harga naik 5,9 persen.", "5,9 persen", 0.6),
}  # q4 and q5 abstain


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
def gold_file(tmp_path: Path) -> Path:
    return write(tmp_path, *LINES)


@pytest.fixture
def evaluation(gold_file: Path, settings: Settings) -> Evaluation:
    return evaluate(ScriptedPipeline(SCRIPT), read_gold(gold_file), settings)


def write(folder: Path, *lines: object) -> Path:
    path = folder / "set.jsonl"
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines), encoding="utf-8")
    return path


def value(evaluation: Evaluation, name: str) -> float:
    return evaluation.total.estimates[name].value


# Test sets


def test_read_gold_keeps_order_and_hashes_the_file(gold_file: Path) -> None:
    gold = read_gold(gold_file)
    assert [question.id for question in gold.questions] == ["q1", "q2", "q3", "q4", "q5", "q6"]
    assert gold.sha256 == hashlib.sha256(gold_file.read_bytes()).hexdigest()


def test_read_gold_ignores_a_byte_order_mark_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(b"\xef\xbb\xbf\r\n" + json.dumps(line()).encode() + b"\r\n\r\n")
    assert len(read_gold(path).questions) == 1


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ([], ["line 1", "[]", "JSON object"]),
        (line(question="  "), ["line 1", "'question'", "'  '", "1 to 1,000"]),
        (line(question="x" * 1001), ["'question'", "1,000"]),
        (line(language="fr"), ["'language'", "'fr'", "'en'"]),
        (line(category=""), ["'category'", "''"]),
        (line(id=7), ["'id'", "7"]),
        (line(answers="1.900"), ["'answers'", "'1.900'", "List the accepted answers"]),
        (line(answers=["x", 3]), ["'answers.1'", "3"]),
        (line(answers=["TNI&"]), ["'answers'", "'TNI&'", "around each '&'"]),
        (line(answers=[]), ["'answers'", "'answerable' is true"]),
        (line(evidence=[]), ["'evidence'", "'answerable' is true"]),
        (line(evidence=[{"article_id": "a/b", "quote": "x"}]), ["'evidence.0.article_id'", "'a/b'"]),
        (line(evidence=[{"article_id": "a"}]), ["'evidence.0.quote'", "missing"]),
        (line(answerable="yes"), ["'answerable'", "'yes'", "true or false"]),
        (line(answerable=False), ["'answers'", "'answerable' is false"]),
        ({k: v for k, v in line().items() if k != "category"}, ["'category'", "missing"]),
    ],
)
def test_a_bad_line_is_named_with_its_cure(tmp_path: Path, bad: object, words: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        read_gold(write(tmp_path, bad))
    assert [word for word in ["set.jsonl, line 1", *words] if word not in str(caught.value)] == []


def test_every_bad_line_is_listed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"line 1.*\n.*line 3"):
        read_gold(write(tmp_path, line(language="fr"), line(), line(id="q3", category="")))


def test_a_long_list_of_bad_lines_is_shortened(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="and 5 more"):
        read_gold(write(tmp_path, *(line(id=f"q{n}", language="fr") for n in range(15))))


def test_a_repeated_id_names_both_lines(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"line 2: the field 'id' is 'q1', as on line 1"):
        read_gold(write(tmp_path, line(), line()))


@pytest.mark.parametrize("raw", [b"{not json}\n", b'{"id": "\xff"}\n', b"\x00\x01\n"])
def test_a_line_that_is_not_json_is_named(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(raw)
    with pytest.raises(InputError, match=r"set\.jsonl, line 1"):
        read_gold(path)


def test_an_empty_test_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no question"):
        read_gold(write(tmp_path))


@pytest.mark.parametrize("name", ["absent.jsonl", "."])
def test_an_unreadable_test_set_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_gold(tmp_path / name)


def test_an_index_without_the_articles_is_refused_by_name(gold_file: Path, settings: Settings) -> None:
    pipeline = ScriptedPipeline(SCRIPT, {"apel": TEXTS["apel"]})
    with pytest.raises(InputError, match=r"lacks 1 of the 2 articles of 'set\.jsonl': 'harga'"):
        evaluate(pipeline, read_gold(gold_file), settings)
    assert pipeline.history == []


def test_tables_are_printed_even_when_the_disk_has_filled_up(gold_file: Path, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class FillingPipeline(ScriptedPipeline):
        def answer_question(self, request: Request, request_id: str) -> Answer:
            (tmp_path / "report.json").mkdir(exist_ok=True)  # stands for a place that was good when it was looked at
            return super().answer_question(request, request_id)

    with pytest.raises(InputError, match=r"report.json' cannot be written"):
        run_evaluation(FillingPipeline(SCRIPT), gold_file, settings, json_out=tmp_path / "report.json")
    assert "floor" in capsys.readouterr().out


def test_a_quote_that_is_not_in_its_article_is_refused(tmp_path: Path, settings: Settings) -> None:
    wrong = line(evidence=[{"article_id": "apel", "quote": "Sebanyak 1.901 pegawai"}])
    with pytest.raises(InputError, match=r"question 'q1'.*1\.901.*'apel'"):
        evaluate(ScriptedPipeline(SCRIPT), read_gold(write(tmp_path, wrong)), settings)


# Scores: of four answerable questions q1 is right, q2 cites the wrong sentence, q3 is wrong, q4 abstains.


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("success_at_1", 3 / 4),
        ("success_at_5", 1.0),
        ("rr_at_10", (1 + 0.5 + 1 + 1) / 4),
        ("exact_match", 1 / 4),
        ("token_f1", (1 + 2 / 3) / 4),
        ("contains", 2 / 4),
        ("contains_quoted", 2 / 4),
        ("citation_precision", 2 / 3),
        ("citation_recall", 2 / 4),
        ("wrong_share", 1 / 4),
        ("abstained_share", 1 / 4),
        ("error_rate", 2 / 4),
        ("hallucination_rate", 1 / 2),
        ("auroc", 6.5 / 8),  # .9 .8 .7 .1 against .1 .6: six pairs won, one tied
        # Drafts: .9 right, .8 right, .7 wrong, .6 wrong (unanswerable).
        ("aurc", (0 + 0 + 1 / 3 + 2 / 4) / 4),
        ("e_aurc", 0.0),
        ("ece", (0.1 + 0.2 + 0.7 + 0.6) / 4),
    ],
)
def test_total_scores_by_hand(evaluation: Evaluation, name: str, expected: float) -> None:
    assert value(evaluation, name) == pytest.approx(expected)


def test_every_measure_is_reported_with_its_interval(evaluation: Evaluation) -> None:
    assert set(evaluation.total.estimates) == {measure.name for measure in MEASURES}
    assert all(e.low <= e.value <= e.high for e in evaluation.total.estimates.values())


def test_categories_keep_their_order_and_hold_only_what_applies(evaluation: Evaluation) -> None:
    assert list(evaluation.categories) == ["fact", "list", "near_miss"]
    assert set(evaluation.categories["near_miss"].estimates) == {"hallucination_rate"}


def test_an_abstention_that_names_the_answer_by_chance_is_no_answer(tmp_path: Path, settings: Settings) -> None:
    run = evaluate(ScriptedPipeline({}), read_gold(write(tmp_path, line())), settings)
    assert (run.rows[0].contains, run.rows[0].reason, run.total.reasons) == (False, "low_confidence", {"low_confidence": 1})


def test_an_answer_that_stands_only_in_the_framing_is_told_apart(tmp_path: Path, settings: Settings) -> None:
    script = {"Berapa pegawai yang hadir?": ("apel", "Apel digelar Senin.", None, 0.9)}
    run = evaluate(ScriptedPipeline(script, framing="Menurut 1.900 warta: "), read_gold(write(tmp_path, line())), settings)
    assert (value(run, "contains"), value(run, "contains_quoted")) == (1.0, 0.0)


def test_an_unverifiable_quote_is_counted(gold_file: Path, settings: Settings) -> None:
    run = evaluate(ScriptedPipeline(SCRIPT, sha256="0" * 64), read_gold(gold_file), settings)
    assert (run.total.citations, run.total.verbatim) == (4, 0)
    assert "Quotes verbatim: 0 of 4 (0.0%); floor: all, NOT met." in floor_lines(run)


def test_rows_tell_enough_for_an_error_analysis(evaluation: Evaluation) -> None:
    row = evaluation.rows[1]
    assert (row.id, row.first_relevant_rank, row.contains, row.short_answer) == ("q2", 2, True, "5,9 persen")
    assert row.citations[0].quote == "<script>alert(1)</script> tampil di layar."
    assert row.ms >= 0


def test_risk_and_coverage_end_with_the_last_draft(evaluation: Evaluation) -> None:
    last = evaluation.risk_coverage[-1]
    assert (last.confidence, last.coverage, last.risk) == (0.6, 4 / 6, 2 / 4)


@pytest.fixture
def held_back(gold_file: Path, settings: Settings) -> Evaluation:
    """q4 has a right answer, q5 (unanswerable) a wrong one, which the threshold of the service holds back."""
    pipeline = ScriptedPipeline(SCRIPT)
    pipeline.held_back = {
        "Kapan apel digelar?": ("apel", "Apel digelar Senin.", "Senin", 0.1),
        "Siapa wali kota Solo?": ("apel", "Wali kota memimpin.", None, 0.1),
    }
    return evaluate(pipeline, read_gold(gold_file), settings)


def test_an_answer_that_was_held_back_is_judged(held_back: Evaluation) -> None:
    assert {row.id: row.draft_right for row in held_back.rows} == {"q1": True, "q2": True, "q3": False, "q4": True, "q5": False, "q6": False}


def test_an_answer_that_was_held_back_changes_no_score_of_the_service(held_back: Evaluation, evaluation: Evaluation) -> None:
    names = ("contains", "wrong_share", "abstained_share", "hallucination_rate", "auroc")
    assert [value(held_back, n) for n in names] == [value(evaluation, n) for n in names]


def test_the_curve_covers_what_was_held_back(held_back: Evaluation) -> None:
    last = held_back.risk_coverage[-1]
    assert (last.confidence, last.coverage, last.risk) == (0.1, 1.0, 3 / 6)


def test_a_question_without_any_draft_is_told_apart(evaluation: Evaluation) -> None:
    assert {row.id: row.draft_right for row in evaluation.rows if row.abstained} == {"q4": None, "q5": None}


def test_the_threshold_of_the_service_gives_the_scores_of_the_service(held_back: Evaluation) -> None:
    at = next(p for p in held_back.thresholds if p.threshold == Settings().min_confidence)
    assert [at.accepted, at.wrong, at.unanswerable_answered] == [value(held_back, n) for n in ("contains", "wrong_share", "hallucination_rate")]


def test_abstentions_are_counted_by_reason_and_kind_of_question(evaluation: Evaluation) -> None:
    counts = reason_counts(evaluation.rows)
    assert [counts[group]["low_confidence"] for group in ("list", "answerable", "unanswerable", "total")] == [1, 1, 1, 2]


def test_each_question_is_asked_once_after_one_warm_up(gold_file: Path, settings: Settings) -> None:
    pipeline = ScriptedPipeline(SCRIPT)
    evaluate(pipeline, read_gold(gold_file), settings)
    assert [request_id for _, request_id in pipeline.history] == [f"eval-{q}" for q in ("q1", "q1", "q2", "q3", "q4", "q5", "q6")]
    assert {request.top_k for request, _ in pipeline.history} == {10}


def test_the_report_names_no_path_of_this_machine(evaluation: Evaluation, tmp_path: Path) -> None:
    assert evaluation.run.encoder == "model"
    assert str(tmp_path) not in as_json(evaluation).decode()


def test_cpu_name_is_never_empty() -> None:
    assert cpu_name()


# Reports


def test_json_round_trip(evaluation: Evaluation) -> None:
    assert from_json(as_json(evaluation)) == evaluation


def test_json_is_plain(evaluation: Evaluation) -> None:
    report = json.loads(as_json(evaluation))
    assert report["total"]["estimates"]["contains"]["n"] == 4
    assert report["run"]["settings"]["top_k"] == 10


def test_tables_are_aligned_and_close_with_the_floors(evaluation: Evaluation) -> None:
    out = io.StringIO()
    print_tables(evaluation, out)
    lines = out.getvalue().splitlines()
    assert len({len(each) for each in lines[2:7]}) == 1
    assert lines[-4:] == [
        "Quotes verbatim: 4 of 4 (100.0%); floor: all, met.",
        "Answerable questions with an accepted answer: 2 of 4 (50.0%); floor: at least 75%, NOT met.",
        "Unanswerable questions answered all the same: 1 of 2 (50.0%); floor: at most 20%, NOT met.",
        "Abstained: 2 of 6 (low_confidence 2).",
    ]


def test_interval_is_a_dash_where_nothing_was_measured() -> None:
    assert interval(None) == "–"


@pytest.mark.parametrize(
    ("difference", "shown"), [(Estimate(0.05, -0.01, 0.1, 9), "+.050 [-.010, +.100]"), (Estimate(-1.0, -1.0, 0.0, 9), "-1.000 [-1.000, +.000]"), (None, "–")]
)
def test_differences_are_signed(difference: Estimate | None, shown: str) -> None:
    assert signed_interval(difference) == shown


def test_a_threshold_is_told_with_what_it_holds_back() -> None:
    assert threshold_rows([ThresholdPoint(0.5, 0.6, 0.75, 0.05, None)]) == [("0.50", ".750", ".050", ".200", "–", ".600")]


def test_tables_tell_why_it_abstained(evaluation: Evaluation) -> None:
    out = io.StringIO()
    print_tables(evaluation, out)
    assert "low_confidence           1             1" in out.getvalue()


def test_html_tells_thresholds_and_reasons(page: str) -> None:
    text = re.sub(r"<[^>]+>", " ", page)
    assert re.search(r"0\.55\s+\.500\s+\.250\s+\.250\s+\.500\s+\.667", text)
    assert re.search(r"list\s+1\s+1", text)


def test_failures_are_sorted_by_kind(evaluation: Evaluation) -> None:
    assert [[row.id for row in rows] for rows in failures(evaluation.rows).values()] == [["q3"], ["q4"], ["q6"], [], ["q2"], []]


def test_run_evaluation_writes_both_reports(gold_file: Path, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    json_out, html_out = tmp_path / "new" / "report.json", tmp_path / "new" / "report.html"
    evaluation = run_evaluation(ScriptedPipeline(SCRIPT), gold_file, settings, json_out, html_out)
    assert from_json(json_out.read_bytes()) == evaluation
    assert html_out.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "floor" in capsys.readouterr().out


def test_a_report_that_cannot_be_written_is_refused_before_any_question(gold_file: Path, settings: Settings, tmp_path: Path) -> None:
    pipeline = ScriptedPipeline(SCRIPT)
    with pytest.raises(InputError, match="cannot be written"):
        run_evaluation(pipeline, gold_file, settings, json_out=tmp_path)
    assert pipeline.history == []


class _Loads(HTMLParser):
    """Collects ids, and everything a browser would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [v for k, v in attrs if k == "id" and v]
        self.loads += [tag] if tag in {"script", "link", "iframe", "img", "object", "b"} else []
        self.loads += [v or "" for k, v in given.items() if k in {"src", "href", "xlink:href", "srcset"} and not (v or "").startswith("#")]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("page")
    write_html(evaluate(ScriptedPipeline(SCRIPT), read_gold(write(folder, *LINES)), Settings()), folder / "report.html")
    return (folder / "report.html").read_text(encoding="utf-8")


def test_html_loads_nothing_and_escapes_everything(page: str) -> None:
    parser = _Loads()
    parser.feed(page)
    assert parser.loads == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;b&gt;memimpin&lt;/b&gt;" in page


def test_html_names_addresses_only_as_xml_namespaces(page: str) -> None:
    outside = re.sub(r'\bxmlns(:\w+)?="[^"]*"', "", page)
    assert re.findall(r"https?://[^\s\"<]*|@import|url\((?!#)[^)]*\)", outside) == []


def test_html_ids_are_unique_across_the_plots(page: str) -> None:
    parser = _Loads()
    parser.feed(page)
    assert page.count("<svg") == 6
    assert len(parser.ids) == len(set(parser.ids))


def test_html_escapes_category_names_in_plots(tmp_path: Path, settings: Settings) -> None:
    odd = write(tmp_path, line(category="<i>$x_$ & y</i>"))
    write_html(evaluate(ScriptedPipeline(SCRIPT), read_gold(odd), settings), tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<i>" not in page
    assert "&lt;i&gt;$x_$ &amp; y&lt;/i&gt;" in page
