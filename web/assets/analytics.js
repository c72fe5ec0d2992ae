/**
 * Counts events, durations and failures. It never sends a story, a name or an image.
 *
 * @typedef {{ action: string, category: string, label?: string, value?: number }} AnalyticsEvent
 * @typedef {(event: AnalyticsEvent) => void} Sink
 */

/** Sends events to a sink, if there is one. */
export class Analytics {
  /** @type {Sink | null} */
  #sink;

  /** @param {Sink | null} sink */
  constructor(sink) {
    this.#sink = sink;
  }

  /** @param {AnalyticsEvent} event */
  trackEvent(event) {
    this.#sink?.(event);
  }

  /**
   * @param {string} name such as `stream_panel_failed`
   * @param {string} code stable, unlike messages, which may have names from the story
   */
  trackError(name, code) {
    this.trackEvent({ action: name, category: "error", label: code });
  }

  /** @param {string} name such as `time_to_first_panel` @param {number} durationMs */
  trackPerformance(name, durationMs) {
    this.trackEvent({ action: name, category: "performance", value: Math.round(durationMs) });
  }

  /** @param {number} wordCount @param {number} panelCount */
  trackMangaGeneration(wordCount, panelCount) {
    this.trackEvent({ action: "generate_manga", category: "manga_generation", label: `${wordCount} words`, value: panelCount });
  }
}

/**
 * Return a sink that posts each event as JSON to an address, or null without one.
 *
 * @param {string | null} url
 * @param {Pick<Navigator, "sendBeacon">} navigator
 * @returns {Sink | null}
 */
export function beaconSink(url, navigator) {
  if (url === null || url === "") return null;
  return (event) => void navigator.sendBeacon(url, JSON.stringify(event));
}
