"""What the site needs of Sphinx beside its own: formulas as MathML, which needs no script, and sections that keep their anchors."""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from course.site.markup import mathml

_NUMBER = re.compile(r"(\d+)\. ")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
    app.connect("doctree-read", _anchor_sections)
    app.connect("doctree-read", _name_empty_heads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def _block(self: HTML5Translator, node: nodes.math_block) -> None:
    block = mathml(node.astext()).replace('display="inline"', 'display="block"', 1)
    self.body.append(f'<div class="formula" tabindex="0" role="group" aria-label="Formula">{block}</div>')
    raise nodes.SkipNode


def _anchor_sections(app: Sphinx, doctree: nodes.document) -> None:
    """Give `## 3. How many windows fit?` the anchor section-3, whatever its heading will say one day."""
    for section in doctree.findall(nodes.section):
        if number := _NUMBER.match(section.next_node(nodes.title).astext()):
            section["ids"].insert(0, f"section-{number[1]}")


def _name_empty_heads(app: Sphinx, doctree: nodes.document) -> None:
    """Say something to screen readers where a table's head has an empty corner."""
    for head in doctree.findall(nodes.thead):
        for entry in head.findall(nodes.entry):
            if not entry.astext().strip():
                entry += nodes.raw("", '<span class="visually-hidden">row</span>', format="html")
