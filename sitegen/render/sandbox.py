"""Where layouts run: they see data and questions, nothing of Python or of the machine, and stop within limits.

Imports Jinja, and so is imported only by what renders.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, MutableMapping, MutableSequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from functools import partial
from types import (
    AsyncGeneratorType,
    BuiltinFunctionType,
    CodeType,
    CoroutineType,
    FrameType,
    FunctionType,
    GeneratorType,
    MethodType,
    ModuleType,
    TracebackType,
)
from typing import TYPE_CHECKING, Any

import msgspec
from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.filters import do_format
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from msgspec import Struct

from sitegen.model.settings import Extra
from sitegen.render.facade import Question
from sitegen.render.trouble import NoSuch, Trouble, described

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import BaseLoader, TemplateRuntimeError
    from jinja2.runtime import Context

MAX_OPERAND = 1_000_000  # characters or items that one operator may make
MAX_BITS = 10_000  # of a whole number
_HALVED = "a text has half of a character (\\ud800 to \\udfff)"
_WHOLE = "write the character itself"

_DAY = {"year", "month", "day", "weekday", "isoweekday", "isoformat"}
_CLOCK_TIME = {"hour", "minute", "second", "microsecond", "isoformat", "tzname", "utcoffset"}
_TEXT = {
    *("capitalize", "casefold", "count", "endswith", "find", "index", "isalnum", "isalpha", "isdecimal", "isdigit"),
    *("islower", "isnumeric", "isspace", "istitle", "isupper", "join", "lower", "lstrip", "partition", "removeprefix"),
    *("removesuffix", "replace", "rfind", "rindex", "rpartition", "rsplit", "rstrip", "split", "splitlines"),
    *("startswith", "strip", "striptags", "swapcase", "title", "unescape", "upper"),
}
# What is open of Python's own values.  Left out are ways to the clock (`now`), to the zone of the machine
# (`astimezone`, `strftime`), around the sandbox (`format`) and to texts of any size (`ljust`).
_OPEN: tuple[tuple[type | tuple[type, ...], set[str]], ...] = (
    (str, _TEXT),
    (datetime, _DAY | _CLOCK_TIME | {"date", "time", "timestamp"}),
    (date, _DAY),
    (time, _CLOCK_TIME),
    (timedelta, {"days", "seconds", "total_seconds"}),
    ((int, float), set()),
    (bytes, set()),
    (Mapping, {"get", "items", "keys", "values"}),
    ((list, tuple, range), {"count", "index"}),
    ((FunctionType, MethodType, BuiltinFunctionType, partial, ModuleType, type), set()),
    ((GeneratorType, CoroutineType, AsyncGeneratorType, CodeType, FrameType, TracebackType), set()),
    ((MutableSequence, AbstractSet), set()),
)
_PLAIN = (FunctionType, MethodType, partial, Question)
_PRINTABLE = (str, int, float, date, time, Undefined)
_HALF = re.compile("[\ud800-\udfff]")
_WIDE = re.compile(r"\d{5}|\*")  # a width that makes a text of any size


class Missing(StrictUndefined):
    """What stands for a name that means nothing: it cannot be printed, compared or asked, only tested for."""

    __slots__ = ()

    def __init__(
        self,
        hint: str | None = None,
        obj: object = missing,
        name: str | None = None,
        exc: type[TemplateRuntimeError] = UndefinedError,
    ) -> None:
        """Stand for *name* of *obj*, or say *hint* if used."""
        factory: Any = partial(NoSuch, obj, name) if hint is None else exc
        super().__init__(hint, obj, name, factory)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's strictest environment, made stricter: see the rules of each method."""

    intercepted_binops = frozenset(("*", "**", "%", "+"))

    def __init__(self, loader: BaseLoader | None = None) -> None:
        """Escape everything, whatever a file is called; keep compiled layouts in memory only."""
        super().__init__(
            loader=loader,
            undefined=Missing,
            autoescape=True,
            auto_reload=True,
            cache_size=-1,
            finalize=printable,
        )
        self._open: dict[type, set[str] | None] = {}  # by type, as the answer for one takes a while to find
        self._seen: defaultdict[type, set[str]] = defaultdict(set)  # what was found safe, of all values of a type
        del self.globals["lipsum"]
        for name in ("random", "pprint", "center"):
            del self.filters[name]
        self.filters["format"] = _formatted

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The tree of *source*.  Raises TemplateSyntaxError, for what Python refuses to read and to print as well."""
        parser = Parser(self, source, name, filename)
        try:
            tree = parser.parse()
        except RecursionError:
            message = "this is nested too deep; put what is inside into a macro or a partial"
        except ValueError:
            message = "a number has thousands of digits; write it as a text, in quotes"
        else:
            texts = tree.find_all(nodes.Const) if "\\u" in source.lower() else ()  # an escape makes them
            line = next((each.lineno for each in texts if _is_half(each.value)), 0)
            if not line:
                return tree
            raise TemplateSyntaxError(f"{_HALVED}; {_WHOLE}", line, name, filename)
        raise TemplateSyntaxError(message, parser.stream.current.lineno, name, filename)

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - as Jinja declares it
        """*attribute* of *obj*, or its item of that name; ``extra`` is the mapping that it holds."""
        try:
            value = getattr(obj, attribute)
        except AttributeError:
            try:
                value = obj[attribute]
            except (TypeError, LookupError):
                return self.undefined(obj=obj, name=attribute)
        else:
            seen = self._seen[type(obj)]
            if attribute not in seen:
                if not self.is_safe_attribute(obj, attribute, value):
                    return self.unsafe_undefined(obj, attribute)
                seen.add(attribute)
        return _opened(value) if type(value) is Extra else value

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401 - as Jinja declares it
        """``obj[argument]``, or the attribute of that name."""
        if isinstance(obj, Struct) and isinstance(argument, str):
            return self.getattr(obj, argument)
        value = super().getitem(obj, argument)
        return _opened(value) if type(value) is Extra else value

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401 - as Jinja declares it
        """Whether a layout may see *attr* of *obj*: only what is listed of Python's values, nothing of its code.

        The answer is the same for all values of a type: what a Struct has to call are the methods of its class.
        """
        if attr.startswith("_"):
            return False
        kind = type(obj)
        if kind not in self._open:
            self._open[kind] = next((names for kinds, names in _OPEN if issubclass(kind, kinds)), None)
        names = self._open[kind]
        if names is None:  # a value of ours, or of Jinja's: a loop, a macro
            return not (isinstance(obj, Struct) and callable(value))
        return attr in names

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What every layout knows, and *d*: copied, not chained as Jinja does, as nothing is added once layouts run."""
        return {**self.globals, **(d or {})}

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as Jinja
        """The answer of *obj*, a function; of our own ones quickly, without looking for marks of Jinja's."""
        if type(obj) not in _PLAIN or hasattr(obj, "jinja_pass_arg"):
            return super().call(context, obj, *args, **kwargs)
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        return obj(*args, **kwargs)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:  # noqa: ANN401, ARG002 - as Jinja declares it
        """Nothing: ``str.format`` is closed to layouts like any other attribute that is not listed."""
        return None

    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:  # noqa: ANN401 - as Jinja declares it
        """What stands for an attribute that layouts may not see."""
        what, fix = f"`{attribute}` of {described(obj)} is unsafe in a layout", "layouts see data only"
        if isinstance(obj, date):
            fix = 'print a date with the filter: `|date`, `|date("day")`, `|date("d MMM yyyy")`'
        elif isinstance(obj, str):
            fix = "join texts with ~, or use the filters of layouts"
        factory: Any = lambda _message: Trouble(what, fix)  # noqa: E731 - stands where Jinja wants an exception
        return self.undefined(what, obj=obj, name=attribute, exc=factory)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - as Jinja
        """The answer of *operator*, if it is of a sane size."""
        if _size(operator, left, right) > MAX_OPERAND:
            raise Trouble(f"`{operator}` would make more than {MAX_OPERAND:,} characters or digits", "make less text")
        answer = super().call_binop(context, operator, left, right)
        if operator == "%":
            _check_whole(answer)
        return answer


def printable(value: object) -> object:
    """*value*, if it can be shown to readers.  Raises Trouble for what would print as Python writes it."""
    if isinstance(value, _PRINTABLE) or hasattr(value, "__html__"):
        return value
    if value is None:
        raise Trouble("would print `None`: there is nothing here", "ask first whether it is there, with {% if … %}")
    if callable(value):
        raise Trouble("would print a function, not its answer", "call it, with parentheses")
    if isinstance(value, list | tuple | dict):
        raise Trouble(
            f"would print {described(value)} as Python writes it", "use a loop, or the filter `join` or `json`"
        )
    raise Trouble(f"would print {described(value)} as Python writes it", "print one of its fields, or use a loop")


def _opened(extra: Extra) -> Any:  # noqa: ANN401 - whatever an editor wrote
    """The mapping in *extra*."""
    return msgspec.json.decode(extra.json)


def _size(operator: str, left: object, right: object) -> int:
    """About how many characters, items or digits ``left operator right`` has, if it could be many."""
    if operator == "%":
        return MAX_OPERAND + 1 if isinstance(left, str) and _WIDE.search(left) else 0
    sequences = (str, list, tuple, bytes)
    if operator == "+":
        return len(left) + len(right) if isinstance(left, sequences) and isinstance(right, sequences) else 0
    if isinstance(right, sequences):
        left, right = right, left
    if not isinstance(right, int):
        return 0
    if isinstance(left, sequences):
        return len(left) * right
    if not isinstance(left, int):
        return 0
    bits = left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
    return MAX_OPERAND + 1 if bits > MAX_BITS else 0


def _formatted(value: str, *args: object, **values: object) -> str:
    """Jinja's filter `format`, without widths that make texts of any size."""
    if _WIDE.search(value):
        raise Trouble("the filter `format` does not take a width of five digits or `*`", "make less text")
    text = do_format(value, *args, **values)
    _check_whole(text)
    return text


def _is_half(value: object) -> bool:
    """Whether *value* is a text that cannot be written: half of a character is in it, a surrogate of UTF-16."""
    return isinstance(value, str) and not value.isascii() and _HALF.search(value) is not None


def _check_whole(value: object) -> None:
    """Raise Trouble if *value* is such a text."""
    if _is_half(value):
        raise Trouble(_HALVED, _WHOLE)
