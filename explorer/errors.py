"""Everything that can go wrong with what people bring, said in a sentence of their language.

ExplorerError
├── InvalidQuery        a query that is not one
├── UnknownModel        a model or checkpoint that is not there
├── UnreadableImage     a picture that cannot be read or is too large
├── UntraceableModel    a module whose forward pass cannot be followed
├── UnusableWeights     weights that do not fit, or are not what their card says
├── MissingData         a data set that is not on this machine
├── NotANumber          values that have grown beyond what numbers can hold
├── Refused             a request that is not let in
└── NoStart             an option or a machine with which the program cannot start
"""

from __future__ import annotations

from explorer.records import Language, Trace
from explorer.words import say


class ExplorerError(Exception):
    """A sentence for the user: what was received, what was expected, what to do.

    `key` names the sentence in the catalogues of `explorer.words`; `values` fill its blanks.
    """

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Return the whole sentence in one language."""
        said = say(language, self.key, **self.values)
        return said.encode("utf-8", "backslashreplace").decode("utf-8")  # half letters as escapes


class InvalidQuery(ExplorerError):
    """A query with a field of the wrong type, length or range."""


class UnknownModel(ExplorerError):
    """A model, checkpoint or step that does not exist."""


class UnreadableImage(ExplorerError):
    """A picture that cannot be decoded, or is beyond the limits."""


class UntraceableModel(ExplorerError):
    """A module whose forward pass failed, or of which no values can be shown.

    `partial` is the trace of everything before the failure, None where nothing was called.
    """

    def __init__(self, key: str, *, partial: Trace | None = None, **values: object) -> None:
        self.partial = partial
        super().__init__(key, **values)


class UnusableWeights(ExplorerError):
    """Weights that are missing, damaged or of another shape."""


class MissingData(ExplorerError):
    """A data set that is neither on this machine nor to be had."""


class NotANumber(ExplorerError):
    """Values that have overflowed, or grown so large that nothing can be proved of them."""


class Refused(ExplorerError):
    """A request that is not let in; `status` is the one of HTTP."""

    def __init__(self, key: str, status: int, **values: object) -> None:
        self.status = status
        super().__init__(key, **values)


class NoStart(ExplorerError):
    """An option, a file or a machine with which the program cannot start."""
