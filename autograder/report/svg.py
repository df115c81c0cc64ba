"""matplotlib's SVG made a part of a page: in the page's own colours, without a style, and with words for who sees none.

Styles become attributes, which a strict Content-Security-Policy allows, and the colours of ``INK`` become classes, so
that dark and light are the style sheet's affair.
"""

from __future__ import annotations

import io
import re
from html import escape
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK = {"#010101": "ink", "#020202": "soft", "#030303": "accent", "#040404": "second"}
SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
KEPT = ("d", "x", "y", "width", "height", "transform", "clip-path")
STYLED = ("fill", "stroke", "stroke-width", "stroke-dasharray", "fill-opacity", "opacity", "text-anchor", "font-size")


def inline(figure: Figure, name: str, title: str, description: str) -> str:
    """The figure as an <svg> element. name: of its ids, unlike any other's on the page."""
    from matplotlib import rc_context

    file = io.BytesIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    root = ElementTree.fromstring(file.getvalue())
    body = "".join(_element(child, name) for child in root if child.tag != f"{SVG}metadata")
    return (
        f'<svg class="plot" viewBox="{escape(root.attrib["viewBox"])}" role="img" '
        f'aria-labelledby="{name}-title {name}-words"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-words">{escape(description)}</desc>{body}</svg>'
    )


def _element(element: ElementTree.Element, name: str) -> str:
    tag = element.tag.removeprefix(SVG)
    if tag == "style":
        return ""
    attributes = {key: _rounded(value) for key, value in element.attrib.items() if key in KEPT}
    if tag in ("clipPath", "path") and "id" in element.attrib:
        attributes["id"] = f"{name}-{element.attrib['id']}"
    if LINK in element.attrib:
        attributes["href"] = f"#{name}-{element.attrib[LINK].removeprefix('#')}"
    if "clip-path" in attributes:
        attributes["clip-path"] = attributes["clip-path"].replace("#", f"#{name}-")
    attributes |= _styled(element.attrib.get("style", ""))
    content = escape((element.text or "").strip()) + "".join(_element(child, name) for child in element)
    if tag == "g" and not attributes:
        return content
    written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{tag}{written}>{content}</{tag}>"


def _styled(style: str) -> dict[str, str]:
    """A style's rules as attributes, our colours as classes."""
    found: dict[str, str] = {}
    classes = []
    for rule in filter(None, map(str.strip, style.split(";"))):
        key, _, value = (part.strip() for part in rule.partition(":"))
        if value in INK:
            classes.append(f"{key}-{INK[value]}")
        elif key in STYLED:
            found[key] = value.removesuffix("px")
    return found | ({"class": " ".join(classes)} if classes else {})


def _rounded(value: str) -> str:
    """Two digits of a number are a hundredth of a point."""
    return re.sub(r"-?\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), value)
