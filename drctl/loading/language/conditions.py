"""`if:` text becomes a condition: comparisons joined by `&&`, `||`, `!` and parentheses, and nothing else.

condition := all ('||' all)*
all       := one ('&&' one)*
one       := '!' one | operand | operand COMPARED operand
operand   := '(' condition ')' | '${{' condition '}}' | 'text' | number | true | false | null | reference
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from drctl.loading.language.references import NotAReference, parse_reference
from drctl.loading.yaml_source import show_text
from drctl.model.condition import Compare, Condition, Either, Every, Literal, Not
from drctl.model.reference import Reference

MOST_CHARACTERS = 2000
MOST_DEPTH = 30

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<mark>\$\{\{|\}\}|&&|\|\||==|!=|<=|>=|<|>|!|\(|\))
      | (?P<text>'(?:[^']|'')*'|"[^"]*")
      | (?P<number>-?\d+(?:\.\d+)?(?![A-Za-z0-9_.]))
      | (?P<word>[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*)
    )""",
    re.VERBOSE,
)
_COMPARED = frozenset({"==", "!=", "<", "<=", ">", ">="})
_WORDS = {"true": True, "false": False, "null": None}
_CLOSING = {"(": ")", "${{": "}}"}


class NotACondition(ValueError):
    """The text is not a condition; `suggestion` is what was probably meant."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def parse_condition(text: str) -> Condition:
    """The condition that `text` states. Raises NotACondition."""
    if len(text) > MOST_CHARACTERS:
        raise NotACondition(f"a condition has at most {MOST_CHARACTERS} characters")
    parser = _Parser(_tokens(text))
    condition = parser.condition(0)
    parser.end()
    return condition


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise NotACondition(f"does not understand {_short(text[at:].strip())}")
        tokens.append(_Token(found.lastgroup, found.group(found.lastgroup)))
        at = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def condition(self, depth: int) -> Condition:
        parts = [self._all(depth)]
        while self._take("||"):
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def end(self) -> None:
        if self._next is not None:
            raise NotACondition(f"has {_short(self._next.text)} where it should have ended")

    def _all(self, depth: int) -> Condition:
        parts = [self._one(depth)]
        while self._take("&&"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _one(self, depth: int) -> Condition:
        if depth > MOST_DEPTH:
            raise NotACondition(f"is nested deeper than {MOST_DEPTH} levels")
        if self._take("!"):
            negated = self._one(depth + 1) if self._is("!") else self._operand(depth + 1)
            if self._next is not None and self._next.text in _COMPARED and self._next.kind == "mark":
                # Some languages read `!a == b` one way and some the other.
                raise NotACondition("needs parentheses after `!`: write `!(a == b)`, or `a != b`")
            return Not(negated)
        left = self._operand(depth)
        token = self._next
        if token is None or token.kind != "mark" or token.text not in _COMPARED:
            return left
        self._at += 1
        right = self._operand(depth)
        if not isinstance(left, Literal | Reference) or not isinstance(right, Literal | Reference):
            raise NotACondition(
                f"compares with {token.text} what is a condition itself; only single values are compared"
            )
        return Compare(token.text, left, right)

    def _operand(self, depth: int) -> Condition:
        token = self._next
        if token is None:
            raise NotACondition("ends where a value should be")
        self._at += 1
        match token.kind:
            case "text":
                quote, inner = token.text[0], token.text[1:-1]
                return Literal(inner.replace("''", "'") if quote == "'" else inner)
            case "number":
                return Literal(float(token.text) if "." in token.text else int(token.text))
            case "word":
                return _word(token.text)
        closing = _CLOSING.get(token.text)
        if closing is None:
            raise NotACondition(f"has {_short(token.text)} where a value should be")
        inner_condition = self.condition(depth + 1)
        if not self._take(closing):
            raise NotACondition(f"has a {token.text} without its {closing}")
        return inner_condition

    @property
    def _next(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _is(self, mark: str) -> bool:
        return self._next == _Token("mark", mark)

    def _take(self, mark: str) -> bool:
        if not self._is(mark):
            return False
        self._at += 1
        return True


def _word(text: str) -> Literal | Reference:
    if text in _WORDS:
        return Literal(_WORDS[text])
    if "." not in text and text != "item":
        raise NotACondition(f"has the bare word {text}; text is written in quotes: '{text}'")
    try:
        return parse_reference(text)
    except NotAReference as error:
        raise NotACondition(str(error), error.suggestion) from None


def _short(text: str) -> str:
    return f"`{show_text(' '.join(text.split()), 40)}`"
