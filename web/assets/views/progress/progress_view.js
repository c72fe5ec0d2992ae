/** The progress and the remaining time, also for screen readers. */

import { isWhole, progressOf } from "../../state/generation_state.js";
import { button, find, setText } from "../element.js";
import { announcement, countsText, stepText, timeText } from "./progress_text.js";

/** @import { GenerationStore } from "../../state/generation_store.js" */
/** @import { StoreState } from "../../state/store_state.js" */

const TICK_MS = 1000;
/** Screen readers should not announce every image of a burst. */
const ANNOUNCE_AFTER_MS = 1200;

const NOT_SENT = "The app can't be reached. Your story will be sent as soon as possible.";
const DISCONNECTED = "Connection lost. The drawing continues on the server; this page reconnects automatically.";

/** The share of the progress bar at the start of each phase. */
const SHARE = { characters: 0.14, panels: 0.3 };

export class ProgressView {
  #store;
  #root = find("progress", HTMLElement);
  #step = find("step-text", HTMLElement);
  #time = find("progress-time", HTMLElement);
  #bar = find("progress-bar", HTMLProgressElement);
  #counts = find("progress-counts", HTMLElement);
  #retry = find("retry-text", HTMLElement);
  #connection = find("connection", HTMLElement);
  #live = find("live", HTMLElement);
  #ticker = 0;
  #announcer = 0;
  #announced = "";
  #cancel = find("cancel", HTMLButtonElement);
  /** The generation that was drawn on this page: its progress stays visible at the end. @type {string | null} */
  #watched = null;

  /** @param {GenerationStore} store @param {() => void} onCancelled called when the app has answered a cancel */
  constructor(store, onCancelled) {
    this.#store = store;
    this.#cancel.addEventListener("click", () => void store.cancel().then(onCancelled));
  }

  /** @param {StoreState} state */
  update(state) {
    if (state.isGenerating && !state.isLoading) this.#watched = state.generationId;
    const hasEnded = !state.isGenerating && state.generationId === this.#watched && isWhole(state);
    this.#root.hidden = !state.isGenerating && !hasEnded;
    this.#root.classList.toggle("has-ended", hasEnded || state.isLoading);
    this.#cancel.disabled = hasEnded || state.isLoading || state.isCancelling;
    setText(this.#step, stepText(state));
    const share = shareOf(state);
    if (share === null) this.#bar.removeAttribute("value");
    else this.#bar.value = share;
    setText(this.#counts, countsText(state));
    setText(this.#retry, state.retryText ?? "");
    this.#showConnection(state);
    this.#announce(state);
    this.#tick(state.isGenerating);
  }

  /** @param {StoreState} state */
  #showConnection({ connection, generationId }) {
    const isDisconnected = connection?.state === "waiting";
    this.#root.classList.toggle("is-disconnected", isDisconnected);
    if (!isDisconnected) return this.#connection.replaceChildren();
    if (this.#connection.childElementCount > 0) return;
    const text = generationId === null ? NOT_SENT : DISCONNECTED;
    this.#connection.append(`${text} `, button("link", "Try again now", () => this.#store.wake()));
  }

  /** @param {boolean} isGenerating */
  #tick(isGenerating) {
    this.#showTime();
    if (isGenerating && this.#ticker === 0) {
      this.#ticker = window.setInterval(() => this.#showTime(), TICK_MS);
    } else if (!isGenerating) {
      window.clearInterval(this.#ticker);
      this.#ticker = 0;
    }
  }

  #showTime() {
    setText(this.#time, timeText(this.#store.state, this.#store));
  }

  /** @param {StoreState} state */
  #announce(state) {
    const text = announcement(state);
    if (text === this.#announced) return;
    this.#announced = text;
    window.clearTimeout(this.#announcer);
    this.#announcer = window.setTimeout(() => setText(this.#live, text), ANNOUNCE_AFTER_MS);
  }
}

/** Return the share of the work that is done, or null if unknown. @param {StoreState} state */
function shareOf(state) {
  if (state.storyAnalysis === null || state.redoing !== null) return null;
  const panels = progressOf(state, "panel");
  const characters = progressOf(state, "character");
  const ofPanels = panels.total === null ? 0 : (panels.done + panels.failed) / panels.total;
  if (ofPanels > 0) return SHARE.panels + (1 - SHARE.panels) * ofPanels;
  const ofCharacters = characters.total === null ? 0 : (characters.done + characters.failed) / characters.total;
  return SHARE.characters + (SHARE.panels - SHARE.characters) * ofCharacters;
}
