"""Inline Markdown and mathematics as HTML, as MathML or for Anki, and as words that can be read aloud."""

from functools import cache
from html import escape
import re

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from course.syllabus import CourseError


def html(text: str, *, raw: bool = False, anki: bool = False) -> str:
    """Return inline Markdown as HTML, its mathematics as MathML.

    Args:
        text: `code`, **bold**, *italic*, [links](address) and $mathematics$.
        raw: whether HTML in the text is kept; otherwise it is shown as it is written.
        anki: whether mathematics stays LaTeX, between `\\(` and `\\)`, for Anki's MathJax.

    Raises:
        CourseError: if the mathematics cannot be read.
    """
    return _markdown(raw, anki).renderInline(" ".join(text.split()))


def mathml(latex: str) -> str:
    """Return a formula as MathML."""
    from latex2mathml.converter import convert

    bare = re.sub(r"\\[{}]", "", latex)
    if bare.count("{") != bare.count("}"):  # latex2mathml would guess
        raise CourseError(f"the formula ${latex}$: its braces do not pair")
    try:
        result = convert(latex)
    except Exception as error:  # latex2mathml raises errors of many kinds
        raise CourseError(f"the formula ${latex}$ cannot be turned into MathML: {type(error).__name__}") from error
    if unknown := re.search(r">\\[a-zA-Z]+<", result):
        raise CourseError(f"the formula ${latex}$: {unknown[0][1:-1]} is unknown")
    return result


def words(text: str) -> str:
    """Return inline Markdown as plain words, with formulas and code as one says them."""
    [line] = _markdown(False, False).parseInline(" ".join(text.split()))
    return " ".join("".join(_said(token) for token in line.children or []).split())


def needs_words(text: str) -> bool:
    """Tell whether a text is read wrongly as it stands: it has mathematics, code or signs in it."""
    [line] = _markdown(False, False).parseInline(text)
    kinds = {token.type for token in line.children or []}
    return bool(kinds & {"math_inline", "code_inline"} or _SIGNS.search(text))


@cache
def _markdown(raw: bool, anki: bool) -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": raw}).use(dollarmath_plugin, allow_space=False)

    def formula(_renderer, tokens: list[Token], index: int, _options, _env) -> str:
        latex = tokens[index].content
        return f"\\({escape(latex, quote=False)}\\)" if anki else mathml(latex)

    markdown.add_render_rule("math_inline", formula)
    return markdown


_SIGN_WORDS = {
    "×": "times", "·": "times", "−": "minus", "±": "plus or minus", "=": "equals", "≈": "about", "≠": "is not",
    "≤": "at most", "≥": "at least", "<": "less than", ">": "more than", "+": "plus", "/": "over", "²": "squared",
    "³": "cubed", "→": "to", "√": "root of", "∞": "infinity", "ε": "epsilon", "%": "percent",
}  # fmt: skip
_SIGNS = re.compile(r"[×·−±=≈≠≤≥<>+²³→√∞]|\d / \d|\d x \d|\d[eE]-?\d")
_COMMANDS = {
    "times": "times", "cdot": "times", "le": "at most", "leq": "at most", "ge": "at least", "geq": "at least",
    "approx": "about", "ne": "is not", "neq": "is not", "pm": "plus or minus", "to": "to", "sqrt": "root of",
    "sum": "the sum of", "infty": "infinity", "lfloor": "rounded down,", "rfloor": "", "lceil": "rounded up,",
    "rceil": "", "left": "", "right": "", "dots": "and so on", "ldots": "and so on", "cdots": "and so on", "quad": "",
    "text": "", "mathrm": "", "operatorname": "", "mathbf": "", "hat": "", "bar": "",
}  # fmt: skip


def _said(token: Token) -> str:
    if token.type == "math_inline":
        return _formula_said(token.content)
    if token.type == "code_inline":
        return _signs_said(re.sub(r"[_()\[\]{}\"']", " ", token.content))
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type != "text":
        return ""
    text = re.sub(r"(?<=\d)[eE](-?)0*(\d+)", _power_said, token.content)
    text = re.sub(r"(?<=\d)\s*[x×]\s*(?=\d)", " by ", text)
    return re.sub("[×·−±=≈≠≤≥<>+²³→√∞]|(?<=\\d) / (?=\\d)", lambda sign: f" {_SIGN_WORDS[sign[0].strip()]} ", text)


def _power_said(power: re.Match) -> str:
    return f" times ten to the power of {'minus ' if power[1] else ''}{power[2]}"


def _signs_said(text: str) -> str:
    for sign, word in _SIGN_WORDS.items():
        text = text.replace(sign, f" {word} ")
    return re.sub(r"(?<![\w.])-(?=\d)", "minus ", text)


def _formula_said(latex: str) -> str:
    previous = None
    while previous != latex:
        previous = latex
        latex = re.sub(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}", r" \1 over \2 ", latex)
        latex = re.sub(r"\\(?:text|mathrm|operatorname|mathbf)\{([^{}]*)\}", r" \1 ", latex)
        latex = re.sub(r"\\sqrt\{([^{}]*)\}", r" root of \1 ", latex)
    latex = re.sub(r"\^\{?2\}?(?![\d.])", " squared ", latex)
    latex = re.sub(r"\^\{?3\}?(?![\d.])", " cubed ", latex)
    latex = re.sub(r"\^\{([^{}]*)\}|\^(\w)", lambda power: f" to the power of {power[1] or power[2]} ", latex)
    latex = re.sub(r"_\{([^{}]*)\}|_(\w)", lambda index: f" {index[1] or index[2]} ", latex)
    latex = re.sub(r"\\([a-zA-Z]+)", lambda name: f" {_COMMANDS.get(name[1], name[1])} ", latex)
    latex = re.sub(r"(?<=\w)\s*-\s*(?=[\w\\])", " minus ", re.sub(r"\\[,;:! ]|[{}]", " ", latex))
    return _signs_said(latex.replace("\\", " ").replace("-", " minus "))
