"""The pages around the answers: about, evaluation, and the verdicts that readers send."""

from flask import Flask, Response, make_response, request
from werkzeug.wrappers import Response as Redirect

from qa import evaluation_page, feedback_form, pages
from qa.api import Answering
from qa.feedback import FeedbackStore
from qa.settings import Settings


def register(app: Flask, pipeline: Answering, settings: Settings) -> None:
    """Add the pages to the app; the settings say where verdicts and reports are."""
    store = FeedbackStore(settings.feedback_path, settings.feedback_limit) if settings.feedback else None
    app.config["FEEDBACK"] = settings.feedback
    _register_about(app, pipeline, settings)
    _register_evaluation(app, settings)

    @app.route("/feedback", methods=["POST"])
    def send_feedback() -> Redirect:
        return feedback_form.receive(pipeline.index, store)

    @app.route("/feedback")
    def feedback() -> Response:
        return _fresh(feedback_form.thanks_page())


def _register_about(app: Flask, pipeline: Answering, settings: Settings) -> None:
    @app.route("/about")
    def about() -> Response:
        return _fresh(pages.about_page(pipeline.index, settings))


def _register_evaluation(app: Flask, settings: Settings) -> None:
    @app.route("/evaluation")
    def evaluation() -> Response:
        return _fresh(evaluation_page.evaluation_page(settings.evaluation_path, request.args.get("report")))

    @app.route("/evaluation/<report>/<int:number>.svg")
    def evaluation_plot(report: str, number: int) -> Response:
        return evaluation_page.plot_image(settings.evaluation_path, report, number)


def _fresh(page: str) -> Response:
    response = make_response(page)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
