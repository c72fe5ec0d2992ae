/**
 * Installs the service worker, which opens the page offline, and takes up new versions of the page.
 *
 * An idle page reloads itself. Any other one offers to reload, and reloads when the user returns to the empty start.
 */

const WORKER = "/service-worker.js";
/** A page that was just loaded does not reload itself: during a deployment, the versions may alternate. */
const YOUNG_MS = 60_000;
const CHECK_AGAIN_MS = 15 * 60_000;

/**
 * @typedef {{ createScriptURL: (url: string) => string }} ScriptUrls
 * @typedef {{ isIdle: () => boolean, offer: () => void, reload: () => void, now?: () => number }} Page
 *   `now` is in milliseconds since the page was loaded.
 */

export class Updates {
  #container;
  #version;
  #page;
  #now;
  #isOutdated = false;
  #checkedAt = 0;

  /**
   * @param {ServiceWorkerContainer | undefined} container undefined if the browser has none, or the connection is not secure
   * @param {string} moduleUrl of a module of this page, which contains the page's version
   * @param {Page} page
   */
  constructor(container, moduleUrl, page) {
    this.#container = container;
    this.#version = /\/assets\/([^/]+)\//.exec(moduleUrl)?.[1];
    this.#page = page;
    this.#now = page.now ?? (() => performance.now());
    container?.addEventListener("message", ({ data }) => this.#hear(data));
  }

  async install() {
    try {
      await this.#container?.register(trusted(WORKER), { updateViaCache: "none" });
    } catch {
      // The browser denies storage: the page works without it, except offline.
    }
  }

  /** Ask for a new version from time to time: a page may stay open for weeks. */
  async check() {
    if (this.#now() - this.#checkedAt < CHECK_AGAIN_MS) return;
    this.#checkedAt = this.#now();
    try {
      await (await this.#container?.getRegistration())?.update();
    } catch {
      // Offline.
    }
  }

  /** Reload if there is a new version and the user loses nothing. */
  reloadIfIdle() {
    if (this.#isOutdated && this.#page.isIdle() && this.#now() > YOUNG_MS) this.#page.reload();
  }

  /** @param {unknown} message */
  #hear(message) {
    const { version } = /** @type {{ version?: unknown }} */ (message ?? {});
    if (typeof version !== "string" || version === this.#version) return;
    this.#isOutdated = true;
    this.#page.offer();
    this.reloadIfIdle();
  }
}

/** The page's Content-Security-Policy allows addresses of scripts only through this policy. @param {string} url */
function trusted(url) {
  const { trustedTypes } = /** @type {{ trustedTypes?: { createPolicy: (name: string, rules: ScriptUrls) => ScriptUrls } }} */ (
    /** @type {unknown} */ (globalThis)
  );
  return trustedTypes?.createPolicy("service-worker", { createScriptURL: () => WORKER }).createScriptURL(url) ?? url;
}
