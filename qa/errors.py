"""Errors of the answering side; the tree's root and the index's branch are in `index.errors`.

ServiceError
├── InputError
│   ├── ComposerNotConfiguredError  the language model was asked for but none is set up
│   └── ForeignFormError            a form was sent from a page of another site
├── LanguageModelError              the language model failed or took too long
└── FeedbackUnavailableError        the feedback file cannot be written or read
    └── FeedbackFullError           it holds as many entries as it may
"""

from index.errors import InputError, ServiceError


class ComposerNotConfiguredError(InputError):
    """`composer: llm` was asked for, but no language model is configured."""


class LanguageModelError(ServiceError):
    """The configured language model failed, refused or took too long."""


class ForeignFormError(InputError):
    """A form came from a page that is not this service's own."""


class FeedbackUnavailableError(ServiceError):
    """The feedback file cannot be written or read."""


class FeedbackFullError(FeedbackUnavailableError):
    """The feedback file holds as many entries as it may."""
