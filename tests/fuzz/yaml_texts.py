"""Texts for the loaders: anything, YAML of any structure, and good files with something wrong in them."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import yaml
from hypothesis import strategies as st

ODD = [
    *(
        "",
        "~",
        "null",
        "true",
        "yes",
        "on",
        "0",
        "-0",
        "-1",
        "1e999",
        "-1e999",
        ".nan",
        ".inf",
        "-.inf",
        "1e-999",
        "0x1F",
    ),
    *("0o17", "017", "12:30:45", "2026-01-14", "2026-01-14T03:42:00Z", "1_000", "9" * 30, "9" * 60, "9" * 5000, "1.5"),
    *("4h", "90m", "0s", "99999d", "-4h", "1h1h", "eu-central-1", "us-gov-west-1", "000000000000", "111111111111"),
    *('"${{ inputs.x }}"', '"${{ steps.a.b }}"', '"${{"', '"}}"', '"$${{ x"', '"${{ item }}"', '"${{ env.x }}"'),
    *('"\\0"', '"\\e[2J"', '"\\ud800"', '"\\U00110000"', '"\\n\\n"', '"\\u202e"', '"\\ufeff"', '"\\x7f"', '"\t"'),
    *(
        "&a b",
        "*a",
        "&a [*a]",
        "<<",
        "!!int x",
        "!!int 1",
        "!!float x",
        "!!bool 2",
        "!!null x",
        "!!binary x",
        "!!set {a}",
    ),
    *(
        "!!timestamp x",
        "!!python/object/apply:os.system [x]",
        "!!python/name:os.system",
        "!x y",
        "!<x> y",
        "!!str {a: 1}",
    ),
    *(
        "!!map [1]",
        "!!seq {a: 1}",
        "!!omap [a: 1]",
        "? a",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "{a: }",
        "{? [a] : b}",
        "{1: 2}",
    ),
    *(
        "{a: 1, a: 2}",
        "{<<: {a: 1}}",
        "{'': 1}",
        "[" * 50 + "]" * 50,
        "{a: " * 50 + "}" * 50,
        "[" * 5000,
        "%",
        "@",
        "`",
    ),
    *('"' + "x" * 3000 + '"', "x" * 300, "{" + "k" * 1500 + ": 1}", "|", ">", "- a", "---", "...", "# x", "/dev/zero"),
    *(
        "../../../etc/passwd",
        "http://[::1",
        "https://user:pass@x/y",
        "a\tb",
        "\ufeff",
        "\N{PILE OF POO}",
        "٣",
        "é",
        "' '",
    ),
]
SCALARS = st.sampled_from(ODD) | st.text(max_size=8).map(json.dumps) | st.integers().map(str) | st.floats().map(repr)
LINES = st.sampled_from(
    [
        *(
            "---",
            "...",
            "--- x",
            "%YAML 1.1",
            "%YAML 9.9",
            "%TAG ! x:",
            "\t",
            "\tkey: x",
            "- x",
            "? x",
            ": x",
            "key: x",
        ),
        *(
            "<<: *a",
            "x: &a y",
            "x: *a",
            "\ufeffkey: x",
            "key: |",
            "key: >9",
            "key: 'x",
            'key: "',
            "key: [",
            "key: }",
            "#",
        ),
        *(
            "  " * 60 + "x: 1",
            "x: \x00",
            "x: \x07",
            "x: \x85y",
            "x: \u2028y",
            "k" * 2000 + ": 1",
            "x: " + "y" * 5000,
            "!!map",
        ),
    ]
)
STRUCTURE = st.text(alphabet="runbook:estate-{}[]&*!|>'\"${}%@?#,\n\t 1\\\ufeff\x85")


@functools.cache
def _tree(path: Path) -> yaml.Node:
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    assert node is not None
    return node


def _written(node: yaml.Node, changes: dict[int, list[str]]) -> str:
    """`node` on one line; each node in `changes` as it says there: nothing, something else, or several."""
    if isinstance(node, yaml.MappingNode):
        pairs = [(key, value) for key, value in node.value]
        return "{" + ", ".join(one for key, value in pairs for one in _pair(key, value, changes)) + "}"
    if isinstance(node, yaml.SequenceNode):
        items = [changes.get(id(one), [_written(one, changes)]) for one in node.value]
        return "[" + ", ".join(one for several in items for one in several) + "]"
    assert isinstance(node, yaml.ScalarNode)
    plain = node.style is None and not node.tag.endswith(("str", "timestamp"))
    return str(node.value) if plain else json.dumps(node.value, ensure_ascii=False)


def _pair(key: yaml.Node, value: yaml.Node, changes: dict[int, list[str]]) -> list[str]:
    names = changes.get(id(key), [_written(key, changes)])
    values = changes.get(id(value), [_written(value, changes)])
    return [f"{name}: {one}" for name in names for one in values]


def _nodes(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [node, *(found for pair in node.value for one in pair for found in _nodes(one))]
    if isinstance(node, yaml.SequenceNode):
        return [node, *(found for one in node.value for found in _nodes(one))]
    return [node]


@st.composite
def spoilt(draw: st.DrawFn, files: list[Path]) -> str:
    """One of `files` with one to four of its values or keys taken out, doubled, swapped or made something else."""
    root = _tree(draw(st.sampled_from(files)))
    nodes = _nodes(root)[1:]
    changes: dict[int, list[str]] = {}
    for _ in range(draw(st.integers(1, 4))):
        victim = nodes[draw(st.integers(0, len(nodes) - 1))]
        was = _written(victim, {})
        other = _written(nodes[draw(st.integers(0, len(nodes) - 1))], {})
        scalar = draw(SCALARS)
        changes[id(victim)] = draw(
            st.sampled_from([[], [was, was], [other], [scalar], [scalar], [scalar], [f"[{was}]"], [f"{{x: {was}}}"]])
        )
    return _written(root, changes)


@st.composite
def broken_lines(draw: st.DrawFn, files: list[Path]) -> str:
    """One of `files` with lines lost, moved, indented, cut, or put between."""
    lines = draw(st.sampled_from(files)).read_text(encoding="utf-8").splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["put", "put", "drop", "swap", "indent", "tab", "cut", "retype"])):
            case "put":
                lines.insert(at, draw(LINES))
            case "drop":
                lines[at] = ""
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
            case "indent":
                lines[at] = f" {lines[at]}"
            case "tab":
                lines[at] = lines[at].replace("  ", "\t", 1)
            case "cut":
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
            case "retype":
                key, colon, _ = lines[at].partition(": ")
                lines[at] = f"{key}{colon}{draw(SCALARS)}"
    return "\n".join(lines)


@st.composite
def any_structure(draw: st.DrawFn, keys: tuple[str, ...]) -> str:
    """YAML of any structure, some of whose keys are known ones; the first says what the file is."""
    names = st.sampled_from(keys) | SCALARS
    inner = st.recursive(
        SCALARS,
        lambda deeper: (
            st.lists(deeper, max_size=3).map(lambda items: f"[{', '.join(items)}]")
            | st.lists(st.tuples(names, deeper), max_size=3).map(_mapping)
        ),
        max_leaves=8,
    )
    pairs = draw(st.lists(st.tuples(names, inner), max_size=6))
    return "\n".join([f"{keys[0]}: fuzzed", *(f"{name}: {value}" for name, value in pairs)])


def _mapping(pairs: list[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in pairs) + "}"


def any_text(files: list[Path], keys: tuple[str, ...]) -> st.SearchStrategy[str]:
    """All of the above."""
    return st.one_of(spoilt(files), broken_lines(files), any_structure(keys), spoilt(files), STRUCTURE, st.text())
