/** What the app adds in front of the service worker: the page's version, and the SHA-256 of each file, shortened. */
declare const SHELL: { version: string; files: Record<string, string> };
