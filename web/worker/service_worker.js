/**
 * Keeps the page's files in this browser, so that the page opens without a network. Comics are in IndexedDB.
 *
 * The app adds `SHELL` in front of this file: the version of the page, and the digest of each of its files. A new version
 * takes over immediately: it intercepts neither the API nor shared comics, so it interrupts no stream, and each page names
 * its own version of every file.
 */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

const PREFIX = "shell-";
/** The app varies only the compression, which the browser undoes. */
const ANY_ENCODING = { ignoreVary: true };
const PAGE = "/";
/** The page's key in the cache, which tells versions apart as the addresses of the other files do. */
const STORED_PAGE = `/?version=${SHELL.version}`;
/** After that, the stored page is shown: a bad connection may keep the user waiting for minutes. */
const PAGE_LIMIT_MS = 4000;

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== worker.location.origin) return;
  if (mode === "navigate" && pathname === PAGE) event.respondWith(page(event.request));
  else if (pathname.startsWith("/assets/")) event.respondWith(asset(event.request));
});

/** Store all files of this version, or none. */
async function install() {
  const files = await Promise.all(Object.entries(SHELL.files).map(([path, digest]) => download(path, digest)));
  // Sorted by name, the newest cache is the last.
  const name = `${PREFIX}${Date.now()}`;
  try {
    const cache = await caches.open(name);
    await Promise.all(files.map(({ path, response }) => cache.put(path === PAGE ? STORED_PAGE : path, response)));
  } catch (error) {
    await caches.delete(name);
    throw error;
  }
  await worker.skipWaiting();
}

/**
 * Return a file of this version. During a deployment, the app may answer with that of another one.
 *
 * @param {string} path
 * @param {string} digest
 */
async function download(path, digest) {
  const response = await fetch(path, path === PAGE ? { cache: "no-cache" } : {});
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await response.clone().arrayBuffer()));
  const found = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (!response.ok || !found.startsWith(digest)) throw new Error(`${path} is not of version ${SHELL.version}`);
  return { path, response };
}

/** Remove old versions, except the one before: open tabs may still load files of it. Tell all tabs the new version. */
async function activate() {
  const shells = (await caches.keys()).filter((name) => name.startsWith(PREFIX)).sort();
  await Promise.all(shells.slice(0, -2).map((name) => caches.delete(name)));
  const tabs = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const tab of tabs) tab.postMessage({ version: SHELL.version });
}

/** Return the app's page, or the stored one if the app does not answer. @param {Request} request @returns {Promise<Response>} */
async function page(request) {
  const stored = await caches.match(STORED_PAGE, ANY_ENCODING);
  if (stored === undefined) return fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, PAGE_LIMIT_MS, stored));
  const answer = fetch(request).then(
    (response) => (response.status >= 500 ? stored : response),
    () => stored,
  );
  return Promise.race([answer, late]);
}

/** @param {Request} request */
async function asset(request) {
  return (await caches.match(request, ANY_ENCODING)) ?? fetch(request);
}
