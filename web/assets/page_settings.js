import { withTimeLimit } from "./time_limit.js";

/** @import { ImageSize } from "./wire.js" */

/** The page stays empty until then. */
const TIME_LIMIT_MS = 5000;

/**
 * The app's limits and examples.
 *
 * @typedef {{
 *   maxStoryWords: number, maxStoryCharacters: number, maxBookWords: number, maxRequestBytes: number, maxImagePixels: number,
 *   maxReferences: number, maxNameLength: number, examples: { title: string, path: string }[], analyticsUrl: string | null,
 *   imageSizes: { size: ImageSize, price: number | null }[]
 * }} PageSettings `imageSizes` are those that the model draws, with the price of an image if it is known.
 */

/**
 * The app's defaults, used if it does not answer. The app itself refuses a story over its limits.
 *
 * @type {PageSettings}
 */
export const DEFAULTS = {
  maxStoryWords: 500,
  maxStoryCharacters: 6000,
  maxBookWords: 3000,
  maxRequestBytes: 20 * 1024 * 1024,
  maxImagePixels: 25_000_000,
  maxReferences: 10,
  maxNameLength: 120,
  examples: [],
  analyticsUrl: null,
  imageSizes: [{ size: "1K", price: null }],
};

/**
 * Return the app's settings, or the defaults if it does not answer.
 *
 * @param {typeof fetch} fetcher
 * @returns {Promise<PageSettings>}
 */
export async function loadPageSettings(fetcher) {
  try {
    return await withTimeLimit(TIME_LIMIT_MS, async (signal) => {
      const response = await fetcher("/page.json", { signal });
      return response.ok ? { ...DEFAULTS, ...(await response.json()) } : DEFAULTS;
    });
  } catch {
    return DEFAULTS;
  }
}
