"""Errors of the answering side; the tree's root and the index's branch are in `index.errors`.

ServiceError
├── InputError
│   └── ComposerNotConfiguredError  the language model was asked for but none is set up
└── LanguageModelError              the language model failed or took too long
"""

from index.errors import InputError, ServiceError


class ComposerNotConfiguredError(InputError):
    """`composer: llm` was asked for, but no language model is configured."""


class LanguageModelError(ServiceError):
    """The configured language model failed, refused or took too long."""
