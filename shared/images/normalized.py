"""Normalizes uploads for storage and the model: upright, sRGB, 8 bit, JPEG, no metadata.

JPEG encodes much faster than WebP, and every model reads it. Transparency becomes white: models treat it differently,
and black line art has to stay visible. Colour is not subsampled (4:4:4), so that lines stay sharp.
"""

import io

import PIL.ExifTags
import PIL.Image
import PIL.ImageCms

from shared.images.check import ImageLimits, NotAnImage, opened_image
from shared.images.image import Image

MAX_SIDE_PX = 1536
MAX_NORMALIZED_BYTES = 640 * 1024

# The best quality that fits is used. Few images need the third; noise fits with none, and is scaled down.
_QUALITIES = (90, 80, 70, 60)
_BACKGROUND = "white"
# A JPEG with several pictures (CIPA DC-007): the others are smaller copies, depth maps and the like.
_MULTI_PICTURE_JPEG = "MPO"

# https://www.cipa.jp/std/documents/e/DC-X008-Translation-2019-E.pdf, "Orientation"
_TURNS = {
    2: PIL.Image.Transpose.FLIP_LEFT_RIGHT,
    3: PIL.Image.Transpose.ROTATE_180,
    4: PIL.Image.Transpose.FLIP_TOP_BOTTOM,
    5: PIL.Image.Transpose.TRANSPOSE,
    6: PIL.Image.Transpose.ROTATE_270,
    7: PIL.Image.Transpose.TRANSVERSE,
    8: PIL.Image.Transpose.ROTATE_90,
}
# https://www.color.org/specification/ICC.1-2022-05.pdf, 7.2.6: bytes 16 to 19 name the colour space.
_COLOUR_SPACE = slice(16, 20)
_MODES = {b"GRAY": "L", b"RGB ": "RGB", b"CMYK": "CMYK"}


def normalize_image(content: bytes, limits: ImageLimits) -> Image:
    """Return the image's first frame in the form above, at most 1,536 px wide or high and 640 KiB large.

    Takes up to 2 s of CPU time and 16 bytes of memory a pixel: call it on one of few threads.

    Raises:
        NotAnImage: it is not a PNG, JPEG or WebP file, damaged, animated, or has more bytes or pixels than allowed.
    """
    if len(content) > limits.max_bytes:
        raise NotAnImage(f"The image has {len(content)} bytes: at most {limits.max_bytes} are accepted.")
    with opened_image(content, limits.max_pixels) as picture:
        if getattr(picture, "n_frames", 1) > 1 and picture.format != _MULTI_PICTURE_JPEG:
            raise NotAnImage("The image is animated: send a still PNG, JPEG or WebP file.")
        return _normalized(picture)


def shrink_image(image: Image, max_pixels: int) -> Image:
    """Return an image that the app has stored, in the form above if it is larger than 640 KiB.

    Takes as much CPU time and memory as `normalize_image`.

    Raises:
        NotAnImage: it is damaged, or has more pixels than allowed.
    """
    if len(image.content) <= MAX_NORMALIZED_BYTES:
        return image
    with opened_image(image.content, max_pixels) as picture:
        return _normalized(picture)


def _normalized(picture: PIL.Image.Image) -> Image:
    pixels = with_8_bit_channels(picture)
    # A JPEG that is not decoded yet is decoded at a half, a quarter or an eighth of its size here.
    pixels.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX), PIL.Image.Resampling.LANCZOS)
    opaque = PIL.Image.new("RGB", pixels.size, _BACKGROUND)
    alpha = pixels.getchannel("A") if pixels.mode == "RGBA" else None
    opaque.paste(_in_srgb(pixels, picture.info.get("icc_profile")), mask=alpha)
    turn = _turn(picture)
    upright = opaque if turn is None else opaque.transpose(turn)
    return Image(_encoded(upright), "image/jpeg")


def with_8_bit_channels(picture: PIL.Image.Image) -> PIL.Image.Image:
    """Return the image as L, RGB, RGBA or CMYK: the modes that can be scaled."""
    if picture.mode.startswith("I"):
        # Pillow clips 16-bit grey at 255 instead of scaling it.
        return picture.convert("I").point(lambda grey: grey / 257).convert("L")  # pyright: ignore[reportUnknownMemberType] - Pillow types the callback loosely
    if picture.has_transparency_data:
        return picture if picture.mode == "RGBA" else picture.convert("RGBA")
    return picture if picture.mode in {"L", "RGB", "CMYK"} else picture.convert("RGB")


def _in_srgb(pixels: PIL.Image.Image, profile: bytes | None) -> PIL.Image.Image:
    """Return the image in sRGB; without a usable profile it is taken to be sRGB."""
    if not profile:
        return pixels.convert("RGB")
    try:
        mode = _MODES[profile[_COLOUR_SPACE]]
        if (mode == "CMYK") != (pixels.mode == "CMYK"):
            return pixels.convert("RGB")
        source = PIL.ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = PIL.ImageCms.ImageCmsProfile(PIL.ImageCms.createProfile("sRGB"))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - Pillow leaves it untyped
        transform = PIL.ImageCms.ImageCmsTransform(source, srgb, mode, "RGB")
        return transform.apply(pixels if mode == pixels.mode else pixels.convert(mode))
    except Exception:  # noqa: BLE001 - a broken profile can raise anything, and the image is usable without it
        return pixels.convert("RGB")


def _turn(picture: PIL.Image.Image) -> PIL.Image.Transpose | None:
    try:
        return _TURNS.get(picture.getexif().get(PIL.ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - broken Exif can raise anything, and the image is usable without it
        return None


def _encoded(pixels: PIL.Image.Image) -> bytes:
    while True:
        for quality in _QUALITIES:
            out = io.BytesIO()
            pixels.save(out, "JPEG", quality=quality, subsampling="4:4:4")
            if out.tell() <= MAX_NORMALIZED_BYTES:
                return out.getvalue()
        pixels.thumbnail((pixels.width * 3 / 4, pixels.height * 3 / 4))
