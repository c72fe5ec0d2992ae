"""Values that a schema can't describe: valid and broken images."""

from hypothesis import strategies as st

from shared.images.data_urls import to_data_url
from shared.images.image import Image
from tests.support.fakes.pictures import encoded

_GOOD = [
    to_data_url(Image(encoded(name, size), f"image/{name.lower()}"))
    for name in ("PNG", "JPEG", "WEBP")
    for size in ((4, 3), (1, 1), (3, 300))
]
_BROKEN = [url[: len(url) // 2] for url in _GOOD] + [
    "data:image/png;base64,",
    "data:image/png;base64,AAAA",
    to_data_url(Image(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png")),
]


def image_data_urls() -> st.SearchStrategy[str]:
    """Return data URLs of images; every fourth is broken."""
    good = st.sampled_from(_GOOD)
    return st.one_of(good, good, good, st.sampled_from(_BROKEN))
