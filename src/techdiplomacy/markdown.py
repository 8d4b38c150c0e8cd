"""The Markdown of notebooks by paragraph: each one is a message of the catalogues.

Knows: how Markdown falls into headings, list items and paragraphs. Must not know: which notebooks
there are, HTML. May import: texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from techdiplomacy.texts import LANGUAGES, Language, catalogue

_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_HEADING = re.compile(r"(\s{0,3}#{1,6}\s+)(\S.*)")
# what a list item or a quotation opens with, possibly one inside the other
_ITEM = re.compile(r"((?:\s*(?:[-*+]|\d{1,3}[.)]|>)\s+)+)(\S.*)")
_CODE = re.compile(r" {4}|\t")
# rules, rows of a table, comments, formulas: written alike in every language
_VERBATIM = re.compile(r"\s*(\||<!--|\$\$|[^\w]*$)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_CODE_SPAN = re.compile(r"(`+)(.+?)\1")
_ADDRESS = re.compile(r"\]\([^)]*\)")


@dataclass
class _Block:
    """A piece of Markdown and the line ends before it."""

    prefix: str
    lines: list[str]
    verbatim: bool = False
    gap: str = ""

    @property
    def text(self) -> str:
        """Return the lines as they are, or the words of a paragraph with single blanks."""
        return "\n".join(self.lines) if self.verbatim else " ".join(" ".join(self.lines).split())


def paragraphs(source: str) -> list[tuple[str, str]]:
    r"""Return the headings, list items and paragraphs of a piece of Markdown.

    Parameters
    ----------
    source : str
        Markdown as its author wrote it.

    Returns
    -------
    list of (prefix, text)
        The prefix is what makes it a heading or an item (``## `` or ``- ``); the text has its
        blanks squeezed to one, and is the key of the catalogues. Code, formulas and tables are
        left out.

    Examples
    --------
    >>> paragraphs("## Method\n\nOne line\nand another.\n\n- an item\n- the next")
    [('## ', 'Method'), ('', 'One line and another.'), ('- ', 'an item'), ('- ', 'the next')]
    """
    return [(block.prefix, block.text) for block in _blocks(source) if not block.verbatim]


def prose(source: str) -> list[str]:
    r"""Return everything in a piece of Markdown that is read as prose, to be checked as such.

    Parameters
    ----------
    source : str
        Markdown as its author wrote it.

    Returns
    -------
    list of str
        Paragraphs, rows of tables, formulas and indented lines. Fenced code, comments, addresses
        of links and code spans that hold a letter are left out: a number in backticks alone is
        no code.

    Examples
    --------
    >>> prose("Of `35` in `k2`\n\n| a | 7 |\n\n$$ x = 3 $$")
    ['Of  35  in  ', '| a | 7 |', '$$ x = 3 $$']
    """
    read, inside_list = [], False
    for block in _blocks(source):
        if block.verbatim and _FENCE.match(block.lines[0]):
            continue
        numbered = re.search(r"\d", block.prefix) is not None
        # the number of the first item is shown as it is typed, the others are counted on
        read.append(block.text if inside_list else block.prefix + block.text)
        inside_list = numbered
    return [
        _CODE_SPAN.sub(
            lambda span: " " if re.search(r"[^\W\d_]", span[2]) else f" {span[2]} ",
            _ADDRESS.sub("]", _COMMENT.sub(" ", text)),
        )
        for text in read
    ]


def translate(source: str, language: Language) -> str:
    """Return a piece of Markdown in a language, paragraph by paragraph.

    Parameters
    ----------
    source : str
        Markdown in English.
    language : str
        Language wanted. What has no translation stays English.
    """
    if language == LANGUAGES[0]:
        return source
    translations = catalogue(language)
    return "".join(
        block.gap
        + block.prefix
        + (block.text if block.verbatim else translations.get(block.text, block.text))
        for block in _blocks(source)
    )


def _blocks(source: str) -> list[_Block]:
    """Return all blocks in their order, those left alone included."""
    blocks: list[_Block] = []
    fence = ""
    open_block: _Block | None = None  # the paragraph that the next line may go on with
    blank = False
    for line in source.strip("\n").splitlines():
        fenced = _FENCE.match(line)
        if fence:
            blocks[-1].lines.append(line)
            if fenced and line.strip() == fenced.group(1) and fenced.group(1).startswith(fence):
                fence = ""
            continue
        if not line.strip():
            open_block, blank = None, True
            continue
        if open_block and (words := _continued(line, open_block)):
            open_block.lines.append(words)
            continue
        block = _opened(line, blocks[-1] if blocks else None)
        block.gap = "" if not blocks else "\n\n" if blank else "\n"
        blocks.append(block)
        fence = fenced.group(1) if fenced else ""
        ends = block.verbatim or "#" in block.prefix
        open_block, blank = (None if ends else block), False
    return blocks


def _opened(line: str, last: _Block | None) -> _Block:
    """Return the block that a line opens."""
    if _FENCE.match(line) or _VERBATIM.match(line) or _is_code(line, last):
        return _Block("", [line], verbatim=True)
    marked = _HEADING.fullmatch(line) or _ITEM.fullmatch(line)
    if marked:
        return _Block(marked.group(1), [marked.group(2)])
    words = line.lstrip()
    return _Block(line[: len(line) - len(words)], [words])


def _continued(line: str, block: _Block) -> str:
    """Return what a line adds to a paragraph; empty if it opens a block of its own."""
    if _FENCE.match(line) or _HEADING.fullmatch(line) or _VERBATIM.match(line):
        return ""
    marked = _ITEM.fullmatch(line)
    if marked is None:
        return line
    marker = marked.group(1).strip()
    if marker == ">" and ">" in block.prefix:
        return marked.group(2)  # the quotation goes on
    if marker[0].isdigit() and not block.prefix.strip():
        return line  # a line of a paragraph may begin with a number
    return ""


def _is_code(line: str, last: _Block | None) -> bool:
    """Return whether an indented line is code, and not the second paragraph of an item."""
    return bool(_CODE.match(line)) and (last is None or last.verbatim or not last.prefix)
