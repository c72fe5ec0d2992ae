"""Something to look at the page with: a browser profile of its own, in which nothing goes wrong unnoticed."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize, WebError

from tests.browser.comic_page import ComicPage

# Long enough for a machine that does much else: only what never comes is waited for so long.
PATIENCE_MS = 60_000
DESKTOP: ViewportSize = {"width": 1280, "height": 800}


@dataclass
class Device:
    """A browser profile: its tabs share what is kept, and no other device has it.

    `incidents` is what no page of ours may cause: an error on the console, an exception that nobody caught, a request
    to anybody but the app. `paths` are the paths of all requests so far.
    """

    context: BrowserContext
    app_url: str
    incidents: list[str] = field(default_factory=list[str])
    paths: list[str] = field(default_factory=list[str])
    _expected: list[re.Pattern[str]] = field(default_factory=list[re.Pattern[str]])

    @classmethod
    async def switched_on(
        cls, browser: Browser, app_url: str, viewport: ViewportSize = DESKTOP, pixel_ratio: float = 1
    ) -> "Device":
        """Return a device that has never seen the page."""
        context = await browser.new_context(
            viewport=viewport, device_scale_factor=pixel_ratio, locale="en-GB", reduced_motion="reduce"
        )
        device = cls(context, app_url)
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", device._hear)
        context.on("weberror", device._catch)
        context.on("request", device._see)
        return device

    async def tab(self) -> Page:
        """Return a new, empty tab."""
        return await self.context.new_page()

    async def visit(self, address: str = "/") -> ComicPage:
        """Open an address of the app in a new tab; one that is whole is taken as it is."""
        page = await self.tab()
        await page.goto(address if address.startswith("http") else self.app_url + address)
        return ComicPage(page)

    async def tell_browser(self, page: Page, method: str, **parameters: object) -> None:
        """Send a command of the DevTools protocol about a tab, for what no page can do."""
        session = await self.context.new_cdp_session(page)
        await session.send(method, parameters)  # pyright: ignore[reportUnknownMemberType] - it takes any JSON

    def expect_errors(self, pattern: str) -> None:
        """Let errors that match be, before and after: the test brings them about."""
        self._expected.append(re.compile(pattern))

    def requests_to(self, pattern: str) -> list[str]:
        """Return the paths so far that match as a whole."""
        return [path for path in self.paths if re.fullmatch(pattern, path)]

    async def switch_off(self) -> None:
        """Close all tabs.

        Raises:
            AssertionError: something went wrong in them that the test did not expect.
        """
        for page in self.context.pages:
            # Whatever the page has said until now is told before this is answered.
            await page.evaluate("0")
        await self.context.close()
        unexpected = [said for said in self.incidents if not any(known.search(said) for known in self._expected)]
        assert not unexpected, "\n".join(["the browser complained:", *unexpected])

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.incidents.append(f"console: {message.text} ({message.location['url']})")

    def _catch(self, error: WebError) -> None:
        self.incidents.append(f"uncaught: {error.error}")

    def _see(self, request: Request) -> None:
        target = urlsplit(request.url)
        if target.scheme in {"blob", "data"}:
            return
        self.paths.append(target.path)
        if f"{target.scheme}://{target.netloc}" != self.app_url:
            self.incidents.append(f"asked somebody else: {request.url}")
