"""TeX in a page turned into MathML, which browsers draw with no script or network."""

import html
import re
from functools import lru_cache
from xml.etree.ElementTree import tostring

import nh3
from bs4 import BeautifulSoup
from latex2mathml.converter import convert_to_element

# What MathJax calls math on a page: $$…$$, \[…\], an environment, $…$, \(…\). A closing
# dollar before a digit is money. Lengths are bounded, else a page of openings that
# never close takes minutes.
_TEX = re.compile(
    r"""(?P<skip>\\\$)
      | (?<!\\)\$\$(?P<display>.{1,2000}?)(?<!\\)\$\$
      | \\\[(?P<bracket>.{1,2000}?)\\\]
      | (?P<environment>\\begin\{(?P<name>[a-z]{1,20}\*?)\}.{1,2000}?\\end\{(?P=name)\})
      | \$(?P<dollar>[^$]{1,2000}?)(?<!\\)\$(?!\d)
      | \\\((?P<paren>.{1,2000}?)\\\)""",
    re.DOTALL | re.VERBOSE,
)
_UNTOUCHED = {"code", "kbd", "pre", "samp", "math"}

_OPENINGS = re.compile(r"\$|\\[\[(]|\\begin\{")
_MOST = 4000
# A macro may double itself a hundred times.
_MACROS = re.compile(r"\\(?:[egx]?def|let|(?:re)?newcommand|newenvironment)\b")

_TAGS = set(
    "math maction menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom "
    "mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext "
    "mtr munder munderover none".split()
)
_ATTRIBUTES = set(
    "accent accentunder columnalign columnlines columnspacing depth display "
    "displaystyle fence form height largeop linethickness lspace mathbackground "
    "mathcolor mathsize mathvariant maxsize minsize movablelimits notation rowalign "
    "rowlines rowspacing rspace scriptlevel separator stretchy symmetric voffset "
    "width".split()
)
_CLEANER = nh3.Cleaner(tags=_TAGS, attributes={"*": _ATTRIBUTES})

# Where latex2mathml 3.81 needs help: these it shows as words.
_ENVIRONMENTS = {"aligned": "align*", "equation*": "equation", "gathered": "align*"}
_FENCES = dict(lfloor="⌊", rfloor="⌋", lceil="⌈", rceil="⌉", langle="⟨", rangle="⟩")


def with_formulas(page: str) -> str:
    r"""Turn the TeX in the text of clean HTML into MathML.

    Parameters
    ----------
    page : str
        HTML that was sanitized; text in code, pre, kbd and samp is left alone.

    Returns
    -------
    str
        The page; TeX that cannot be converted stays as it is, as does a page of
        thousands of formulas.

    Examples
    --------
    >>> with_formulas("<p>half: $\\frac12$</p><code>$x$</code>")
    '<p>half: <math display="inline"><mrow>...</mrow></math></p><code>$x$</code>'
    """
    if not any(mark in page for mark in ("$", "\\(", "\\[", "\\begin")):
        return page
    if len(_OPENINGS.findall(page)) > _MOST:
        return page
    soup = BeautifulSoup(page, "html.parser")
    for text in soup.find_all(string=_TEX.search):
        if any(parent.name in _UNTOUCHED for parent in text.parents):
            continue
        pieces = _TEX.sub(_replacement, html.escape(str(text), quote=False))
        text.replace_with(BeautifulSoup(pieces, "html.parser"))
    return str(soup)


def _replacement(match: re.Match) -> str:
    tex = match["display"] or match["bracket"] or match["environment"]
    inline = match["dollar"] or match["paren"]
    if match["skip"]:
        return "$"
    return mathml(html.unescape(tex or inline), bool(tex)) or match[0]


@lru_cache(maxsize=4096)
def mathml(tex: str, display: bool) -> str:
    """Convert one formula to MathML; empty if that is not possible.

    Parameters
    ----------
    tex : str
        The formula without its dollars.
    display : bool
        Whether it stands on a line of its own.

    Examples
    --------
    >>> mathml("x < 1", display=False)
    '<math display="inline"><mrow><mi>x</mi><mo>&lt;</mo><mn>1</mn></mrow></math>'
    """
    if _MACROS.search(tex):
        return ""
    try:
        root = convert_to_element(
            _prepared(tex), display="block" if display else "inline"
        )
        # The texts hold character references; `convert` would write them, and any
        # "<" of the student's, unescaped.
        for element in root.iter():
            element.text = html.unescape(element.text or "")
        return _CLEANER.clean(tostring(root, encoding="unicode"))
    except (
        Exception
    ):  # the library's own kinds, IndexError, RecursionError: all the same
        return ""


def _prepared(tex: str) -> str:
    for name, known in _ENVIRONMENTS.items():
        tex = tex.replace(f"{{{name}}}", f"{{{known}}}")
    tex = re.sub(r"\\(?:label|notag|nonumber)(?:\{[^}]*\})?", "", tex)
    return re.sub(
        r"(\\[Bb]igg?[lrm]?)\s*\\(\w+)\b",
        lambda m: m[1] + _FENCES.get(m[2], "\\" + m[2]),
        tex,
    )
