"""What a page needs beyond nbconvert's own filters: Go's colours, formulas without a script, and headings to link to.

docker/jupyter/jupyter_config.py puts these in the place of nbconvert's, for `make handouts`, `jupyter nbconvert` and Lab's menu alike.
"""

import html
import re

from jinja2 import pass_context
from latex2mathml.converter import convert
from mistune import HTMLRenderer
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath, MathInlineParser
from nbconvert.preprocessors import Preprocessor
from pygments import highlight
from pygments.filter import simplefilter
from pygments.formatters import HtmlFormatter
from pygments.lexer import inherit
from pygments.lexers import GoLexer, get_lexer_by_name
from pygments.token import Comment, Name, Punctuation, Token, Whitespace


class GoCellLexer(GoLexer):
    """Go, and the lines that GoNB takes for itself: `%%`, `%goflags`, `!command`."""

    tokens = {"root": [(r"^[%!].*$", Comment.Preproc), inherit]}


@simplefilter
def plain(self, lexer, stream, options):
    """Most pieces of code have the colour of text. Without an element each, a page is half as large."""
    for kind, text in stream:
        yield Token if kind in (Name, Name.Other, Punctuation, Whitespace) else kind, text


def in_colours(source, lexer):
    lexer.add_filter(plain())
    return highlight(source, lexer, HtmlFormatter(nowrap=True))


def highlight_code(source, language=None, metadata=None):
    """A code cell in colours. GoNB's kernel does not say what to colour it as, and nbconvert would take it for Python."""
    lexer = GoCellLexer() if language in (None, "go") else get_lexer_by_name(language)
    head = ""
    if script := re.match(r"%%(?:script +)?(python3?|bash|sh)\b.*\n", source):
        head, source, lexer = in_colours(script[0], lexer), source[script.end() :], get_lexer_by_name(script[1])
    return f'<div class="highlight"><pre>{head}{in_colours(source, lexer)}</pre></div>'


def code_css(style):
    return "\n".join(rule.partition(" /*")[0] for rule in HtmlFormatter(style=style).get_token_style_defs(".highlight"))


@pass_context
def once(context, output):
    """The outputs of a page without what an output before has brought: the script that all steppers share is marked."""
    seen = context["resources"].setdefault("seen", [])

    def kept(match):
        if match[0] in seen:
            return ""
        seen.append(match[0])
        return match[0]

    return re.sub(r"/\*shared\*/.*?/\*end\*/", kept, output, flags=re.DOTALL)


def settled(text):
    """What is left of a text on a screen, when all is printed: as in JupyterLab, a carriage return leads to the line's beginning, what
    comes then is written over what stood there, and a backspace takes one sign back."""
    lines = []
    for line in text.split("\n"):
        shown, at = "", 0
        for piece in re.split("([\r\b])", line):
            if piece == "\r":
                at = 0
            elif piece == "\b":
                shown, at = shown[: max(at - 1, 0)] + shown[at:], max(at - 1, 0)
            else:
                shown, at = shown[:at] + piece + shown[at + len(piece) :], at + len(piece)
        lines.append(shown)
    return "\n".join(lines)


class Settle(Preprocessor):
    """Printed text as JupyterLab shows it: what has come in pieces is one text, and progress bars have moved."""

    def preprocess_cell(self, cell, resources, index):
        outputs = []
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and outputs and outputs[-1].get("name") == output.name:
                outputs[-1].text += output.text
            else:
                outputs.append(output)
        for output in outputs:
            if output.output_type == "stream":
                output.text = settled(output.text)
        if "outputs" in cell:
            cell.outputs = outputs
        return cell, resources


def mathml(tex, display):
    formula = convert(tex, display=display)
    # What it does not know it lets through. Then the source says more than a wrong formula.
    return f"<code>{html.escape(tex)}</code>" if "\\" in formula else formula


class Renderer(IPythonRenderer):
    def heading(self, text, level, **attributes):
        # JupyterLab's form of a heading's name, so that one link works there and here. nbconvert's own adds a ¶ that is read aloud.
        name = html.unescape(re.sub(r"<[^>]*>", "", text)).strip().replace(" ", "-")
        return HTMLRenderer.heading(self, text, level, id=html.escape(name))

    def inline_math(self, body):
        return mathml(body, "inline")

    def block_math(self, body):
        return mathml(body, "block")

    def latex_environment(self, name, body):
        return mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")


class InlineParser(MathInlineParser):
    # "$5 and $6" is no formula: as in Pandoc, no space stands inside next to a dollar sign, and no digit after the second.
    SPECIFICATION = {
        **MathInlineParser.SPECIFICATION,
        "inline_math_tex": r"(?<![$\\])\$(?=\S)(?P<math_inline_tex>[^$]*?[^\s$\\])\$(?![$\d])",
    }


@pass_context
def markdown2html(context, source):
    renderer = Renderer(escape=False, attachments=context.get("cell", {}).get("attachments", {}))
    return MarkdownWithMath(renderer=renderer, inline=InlineParser(hard_wrap=False)).render(source)
