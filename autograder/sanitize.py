"""HTML and Markdown that students wrote, made safe to show in a page.

Only what is known to be harmless is kept. nh3 does it, a binding of the well-kept Rust
library ammonia, which parses as browsers do; bleach, which nbconvert uses, is no longer
developed.
"""

import base64
import html
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import unquote

import nh3
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments.token import STANDARD_TYPES

from autograder.formulas import with_formulas

# Given the address of a picture; returns a data: address, or None to leave it out.
Picture = Callable[[str], str | None]

_TAGS = set(
    "a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd "
    "del details dfn div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img "
    "ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub "
    "summary sup table tbody td tfoot th thead tr tt u ul var wbr".split()
)
_ATTRIBUTES = {
    "*": {"align", "dir", "lang", "style", "title", "valign"},
    "a": {"href"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "details": {"open"},
    "font": {"color"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing", "width"},
    "td": {"colspan", "rowspan", "width"},
    "th": {"colspan", "rowspan", "scope", "width"},
}
# No property here takes an address, and none moves an element over another one.
_STYLES = set(
    "background-color border border-bottom border-collapse border-color border-left "
    "border-right border-spacing border-style border-top border-width color "
    "font-family font-size font-style font-variant font-weight height line-height "
    "list-style-type max-width min-width padding padding-bottom padding-left "
    "padding-right padding-top text-align text-decoration text-indent "
    "vertical-align white-space width".split()
)
# Only classes of highlighted code and of tables: Formgrader's scripts look for others.
_CLASSES = {
    "div": {"highlight"},
    "span": set(STANDARD_TYPES.values()) - {""},
    "table": {"dataframe"},
}
_DROPPED = set(
    "head iframe math noscript object script style svg template title".split()
)
_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
IMAGE = re.compile(
    r"data:image/(?:gif|jpeg|png|svg\+xml|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE
)
_KINDS = {
    ".gif": "gif",
    ".jpeg": "jpeg",
    ".jpg": "jpeg",
    ".png": "png",
    ".webp": "webp",
}
_KINDS |= {".svg": "svg+xml"}
_LARGEST_PICTURE = 10 * 2**20
# nh3 takes time quadratic in the depth: beyond this, HTML is shown as text.
_MOST_TAGS = 20_000
# nbconvert looks for the end of each of these to the end of the text.
_OPENINGS = re.compile(r"\\\\[\[(]|\\begin\{")
_MOST_SEARCHED = 50_000_000


def no_picture(address: str) -> str | None:
    """Leave out every picture that is not in the page itself."""
    return None


def pictures_beside(
    folder: Path, attachments: Mapping[str, Mapping[str, str]] | None = None
) -> Picture:
    """Find pictures among a cell's attachments and the files beside its notebook.

    Parameters
    ----------
    folder : Path
        Where the notebook is; files below it count, through no symbolic link.
    attachments : dict, optional
        The attachments of the cell: data in base64 by kind, by name.
    """

    def find(address: str) -> str | None:
        name = unquote(address)
        if name.startswith("attachment:"):
            bundle = (attachments or {}).get(name.removeprefix("attachment:"), {})
            for kind, data in bundle.items():
                if kind.startswith("image/"):
                    return f"data:{kind};base64,{data}"
            return None
        try:
            kind = _KINDS.get(Path(name).suffix.lower())
            above = folder.resolve()
            real = (above / name).resolve(strict=True)
            inside = real == above / name and real.is_relative_to(above)
            if not (kind and inside and real.is_file()):
                return None
            if real.stat().st_size > _LARGEST_PICTURE:
                return None
            data = base64.b64encode(real.read_bytes()).decode()
        except (OSError, ValueError, RuntimeError):
            return None
        return f"data:image/{kind};base64,{data}"

    return find


def clean_html(page: str, picture: Picture = no_picture) -> str:
    """Keep of some HTML what only shows something; turn TeX into MathML.

    Parameters
    ----------
    page : str
        Anything at all.
    picture : callable, optional
        Finds pictures that are not data: addresses.

    Returns
    -------
    str
        HTML without scripts, frames, forms, styles that load, links but to http, https
        and mailto, and pictures but inside the page.

    Examples
    --------
    >>> clean_html('<b onclick="evil()">bold</b><script>evil()</script>')
    '<b>bold</b>'
    """
    if page.count("<") > _MOST_TAGS:
        return f"<pre>{html.escape(page)}</pre>"

    def allowed(tag: str, attribute: str, value: str) -> str | None:
        if (tag, attribute) == ("a", "href"):
            return value if _LINK.match(value) else None
        if (tag, attribute) == ("img", "src"):
            data = value if value.lower().startswith("data:") else picture(value)
            return data if data and IMAGE.fullmatch(data) else None
        return value

    cleaned = nh3.clean(
        page,
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        attribute_filter=allowed,
        url_schemes={"attachment", "data", "http", "https", "mailto"},
        filter_style_properties=_STYLES,
        allowed_classes=_CLASSES,
    )
    return with_formulas(cleaned)


class _Renderer(IPythonRenderer):
    """nbconvert's renderer, but attachments are left for `clean_html` to find."""

    def _embed_image_or_attachment(self, src: str) -> str:
        return src

    def task_list_item(self, text: str, checked: bool = False) -> str:
        """Write a box as text, since form fields are not kept."""
        return f"<li>{'☑' if checked else '☐'} {text}</li>\n"


def clean_markdown(text: str, picture: Picture = no_picture) -> str:
    """Render Markdown as nbconvert does, then clean the HTML.

    Examples
    --------
    >>> print(clean_markdown("**bold** [x](javascript:evil())"))
    <p><strong>bold</strong> <a rel="noopener noreferrer">x</a></p>
    """
    if len(_OPENINGS.findall(text)) * len(text) > _MOST_SEARCHED:
        return f"<pre>{html.escape(text)}</pre>"
    try:
        renderer = _Renderer(escape=False, exclude_anchor_links=True)
        rendered = MarkdownWithMath(renderer=renderer).render(text)
    except Exception:  # a parser that gives up, RecursionError: show what was written
        rendered = f"<pre>{html.escape(text)}</pre>"
    return clean_html(rendered, picture)
