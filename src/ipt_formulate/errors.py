"""Everything this library raises on purpose.

::

    IptFormulateError
    ├── InputError                 something handed in is not usable; carries every problem found
    │   ├── DocumentError          a file is not readable YAML or JSON, or is beyond the limits
    │   ├── CaseError              a case breaks the case model
    │   ├── CourseError            a course file breaks the model of a course
    │   └── RuleBaseError          a rule base does not load
    ├── UnknownName                a rule, area, example, tradition or path that does not exist
    ├── CaseNeeded                 a formulation read back from JSON needs its case for this
    └── EngineUnavailable          the engine asked for cannot be imported here, or has no room

No message ever contains a recorded value: it names the place, what is wrong, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ContextDecorator
from dataclasses import dataclass
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input.

    Attributes:
        where: the path in a case, or ``file:line`` in a rule base.
        what: what is wrong, without the value that was found there.
        remedy: what to do about it, or an empty string where ``what`` says it.
    """

    where: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}; {self.remedy}" if self.remedy else text


class IptFormulateError(Exception):
    """The root of the tree."""


class InputError(IptFormulateError, ValueError):
    """An input that cannot be used. ``problems`` lists all that was found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class DocumentError(InputError):
    """A file that is not readable YAML or JSON, or that is beyond the limits of size and depth."""


class CaseError(InputError):
    """A case that breaks the case model."""


class CourseError(InputError):
    """A course file that breaks the model of a course."""


class RuleBaseError(InputError):
    """A rule base that does not load."""


class UnknownName(IptFormulateError, LookupError):
    """A name that nothing has; the message says which names there are."""


class CaseNeeded(IptFormulateError):
    """A formulation that was read back from JSON needs its case to answer this."""


class EngineUnavailable(IptFormulateError):
    """The engine that was asked for cannot be imported on this machine, or holds as many cases as it can."""


class _Silent(ContextDecorator):
    """Lets an error of this library go out without what it came from.

    A reader or a validator keeps what it was given in its own error, where a log or a debugger would find it, even
    behind ``raise ... from None``. What a file system says is kept.
    """

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if isinstance(error, IptFormulateError):
            if not isinstance(error.__cause__, (OSError, ImportError)):
                error.__cause__ = None
            error.__context__ = None


silent: _Silent = _Silent()
"""Goes on every function that takes what was recorded: ``@silent``."""
