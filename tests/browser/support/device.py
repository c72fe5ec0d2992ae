"""A browser profile that fails its test on unexpected errors."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize, WebError

from tests.browser.support.comic_page import ComicPage

# Long enough for a busy machine; only a failing test waits so long.
PATIENCE_MS = 60_000
DESKTOP: ViewportSize = {"width": 1280, "height": 800}


@dataclass
class Device:
    """A browser profile, with its own storage for all its tabs.

    `incidents` are errors on the console, uncaught exceptions and requests to other hosts than the app. `paths` are the
    paths of all requests so far.
    """

    context: BrowserContext
    app_url: str
    incidents: list[str] = field(default_factory=list[str])
    paths: list[str] = field(default_factory=list[str])
    _expected: list[re.Pattern[str]] = field(default_factory=list[re.Pattern[str]])

    @classmethod
    async def create(
        cls,
        browser: Browser,
        app_url: str,
        viewport: ViewportSize = DESKTOP,
        pixel_ratio: float = 1,
        *,
        has_service_worker: bool = False,
    ) -> "Device":
        """Return a device with empty storage. A service worker hides requests from `context.route`."""
        context = await browser.new_context(
            viewport=viewport,
            device_scale_factor=pixel_ratio,
            locale="en-GB",
            reduced_motion="reduce",
            service_workers="allow" if has_service_worker else "block",
        )
        device = cls(context, app_url)
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", device._on_console)
        context.on("weberror", device._on_error)
        context.on("request", device._on_request)
        return device

    async def tab(self) -> Page:
        return await self.context.new_page()

    async def visit(self, address: str = "/") -> ComicPage:
        """Open a path of the app, or a whole URL, in a new tab."""
        page = await self.tab()
        await page.goto(address if address.startswith("http") else self.app_url + address)
        return ComicPage(page)

    async def send_devtools(self, page: Page, method: str, **parameters: object) -> None:
        """Send a DevTools command for a tab."""
        session = await self.context.new_cdp_session(page)
        await session.send(method, parameters)  # pyright: ignore[reportUnknownMemberType] - it takes any JSON

    def expect_errors(self, pattern: str) -> None:
        """Ignore matching errors, because the test causes them."""
        self._expected.append(re.compile(pattern))

    def requests_to(self, pattern: str) -> list[str]:
        """Return the requested paths that match completely."""
        return [path for path in self.paths if re.fullmatch(pattern, path)]

    async def close(self) -> None:
        """Close all tabs.

        Raises:
            AssertionError: they had unexpected errors.
        """
        for page in self.context.pages:
            # All earlier console messages arrive before this answer.
            await page.evaluate("0")
        await self.context.close()
        unexpected = [
            incident for incident in self.incidents if not any(known.search(incident) for known in self._expected)
        ]
        assert not unexpected, "\n".join(["unexpected errors:", *unexpected])

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.incidents.append(f"console: {message.text} ({message.location['url']})")

    def _on_error(self, error: WebError) -> None:
        self.incidents.append(f"uncaught: {error.error}")

    def _on_request(self, request: Request) -> None:
        target = urlsplit(request.url)
        if target.scheme in {"blob", "data"}:
            return
        self.paths.append(target.path)
        if f"{target.scheme}://{target.netloc}" != self.app_url:
            self.incidents.append(f"request to another host: {request.url}")
