"""The texts of a panel as an SVG over its picture. Its geometry is in attributes, so the page needs no inline styles.

Words are real text: they can be selected, and stay sharp when they are enlarged. Readers of screens get them as whole
sentences beside the picture, since a line of a balloon is none.
"""

from html import escape

from api.typesetting.balloons import STROKE, Box, Point, box_of, tail_points
from shared.models.lettering import PanelLettering, SetLine, SetText

# The picture is this wide; its height follows from its shape.
_WIDTH = 1000
_CORNER = 0.4
# From the middle of a line, which is halfway up a capital letter, down to its baseline, in font sizes.
_TO_BASELINE = 0.35
_EFFECT_OUTLINE = 0.18


def render_balloons(lettering: PanelLettering) -> str:
    """Return the SVG with the balloons of a panel, and their words for readers of screens; "" without texts."""
    if not lettering.texts:
        return ""
    drawn = "".join(_balloon(text, lettering) for text in lettering.texts)
    spoken = "".join(f"<p>{escape(_sentence(text))}</p>" for text in lettering.texts)
    about = f'lang="{escape(lettering.language)}" dir="{lettering.direction}"'
    view = f"0 0 {_WIDTH} {_number(_WIDTH / lettering.aspect)}"
    return (
        f'<svg class="lettering" viewBox="{view}" preserveAspectRatio="none" aria-hidden="true" {about}>{drawn}</svg>'
        f'<div class="visually-hidden words" {about}>{spoken}</div>'
    )


def _sentence(text: SetText) -> str:
    return f"{text.speaker}: {text.text}" if text.speaker else text.text


def _balloon(text: SetText, lettering: PanelLettering) -> str:
    lines = "".join(_line(line, text, lettering) for line in text.lines)
    return f'<g class="{text.kind}">{_shape(text, lettering.aspect)}{lines}</g>'


def _shape(text: SetText, aspect: float) -> str:
    """Return the outline, the tail over it, and the inside that covers where both meet."""
    if text.kind == "effect":
        return ""
    box, stroke = box_of(text.place, aspect), STROKE * text.font_size
    is_round = text.kind == "dialogue"
    outline = _rectangle(box, stroke / 2, stroke, is_round=is_round)
    if text.tail is None:
        return outline
    first, tip, last = tail_points(box, Point(text.tail[0], text.tail[1] / aspect), text.font_size)
    corners = " ".join(f"{_length(point.x)},{_length(point.y)}" for point in (box.middle, first, tip, last))
    tail = f'<polygon points="{corners}" stroke-width="{_length(stroke)}"/>'
    return outline + tail + _rectangle(box, stroke, 0, is_round=is_round)


def _rectangle(box: Box, inset: float, stroke: float, *, is_round: bool) -> str:
    width, height = box.width - 2 * inset, box.height - 2 * inset
    corners = f' rx="{_length(_CORNER * width)}" ry="{_length(_CORNER * height)}"' if is_round else ""
    place = f'x="{_length(box.x + inset)}" y="{_length(box.y + inset)}"'
    return (
        f'<rect {place} width="{_length(width)}" height="{_length(height)}"{corners} stroke-width="{_length(stroke)}"/>'
    )


def _line(line: SetLine, text: SetText, lettering: PanelLettering) -> str:
    """Return a line around its middle; whatever font the browser has, it gets the length that was measured."""
    y, length, way = line.y / lettering.aspect, line.length, ""
    if lettering.is_vertical:
        length, way = line.length / lettering.aspect, ' writing-mode="vertical-rl"'
    else:
        y += _TO_BASELINE * text.font_size
        # The `dir` of the SVG does not reach its texts.
        way = ' direction="rtl"' if lettering.direction == "rtl" else ""
    outline = f' stroke-width="{_length(_EFFECT_OUTLINE * text.font_size)}"' if text.kind == "effect" else ""
    return (
        f'<text x="{_length(line.x)}" y="{_length(y)}" font-size="{_length(text.font_size)}" text-anchor="middle" '
        f'textLength="{_length(length)}" lengthAdjust="spacingAndGlyphs"{way}{outline}>{escape(line.text)}</text>'
    )


def _length(of_width: float) -> str:
    return _number(of_width * _WIDTH)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
