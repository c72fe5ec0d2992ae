/** The reader's controls: title, mode, text, full screen and close above; the place and the steps below. */

import { indexAfter, turnTo } from "../../comic/turns.js";
import { showTitle } from "../shown_title.js";
import { button, element, setText } from "../element.js";

/** @import { Direction, Side, Turn } from "../../comic/turns.js" */
/** @import { StoreState } from "../../state/store_state.js" */
/** @import { Mode } from "./reader_stage.js" */
/** @import { PanelTexts } from "./reader_words.js" */
/**
 * @typedef {{
 *   onMode: (mode: Mode) => void, onWords: (isOn: boolean) => void, onClose: () => void,
 *   onStep: (turn: Turn) => void,
 * }} BarListener
 * @typedef {{ mode: Mode, direction: Direction, place: number, count: number, shown: PanelTexts[] }} ReaderPlace `place`
 *   counts from 0, up to `count`
 */

/** @type {Record<Mode, string>} */
const MODES = { panel: "One panel", page: "One page", strip: "Strip" };

const KEYS = "Turn with the arrow keys, zoom with + and −, close with Escape";

const CUES = {
  rtl: "← Read from right to left",
  ltr: "Read from left to right →",
  strip: "Read from top to bottom ↓",
};

export class ReaderBars {
  #surface;
  #title = element("h2", { id: "reader-title", className: "reader-title", dir: "auto" });
  #mode;
  #words;
  #fullScreen;
  #left;
  #right;
  /** In which the buttons lead. @type {Direction} */
  #direction = "ltr";
  #place = element("span", { className: "reader-place" });
  /** What screen readers hear after a turn. */
  #spoken = element("span", { className: "visually-hidden", dir: "auto" });
  cue = element("p", { className: "reader-cue" });

  /** @param {HTMLElement} surface what fills the screen @param {BarListener} listener */
  constructor(surface, { onMode, onWords, onClose, onStep }) {
    this.#surface = surface;
    const options = Object.entries(MODES).map(([value, textContent]) => element("option", { value, textContent }));
    this.#mode = element("select", { className: "reader-mode", attrs: { "aria-label": "Show" } }, ...options);
    this.#mode.addEventListener("change", () => onMode(/** @type {Mode} */ (this.#mode.value)));
    this.#words = button("reader-button", "Show text", () => this.#toggleWords(onWords));
    this.#fullScreen = button("reader-button full-screen", "", () => void this.#toggleFullScreen());
    this.#fullScreen.hidden = !document.fullscreenEnabled;
    const close = button("reader-button close-reader", "", onClose, { "aria-label": "Close", title: "Close" });
    const controls = [this.#mode, this.#words, this.#fullScreen, close];
    this.top = element("header", { className: "reader-bar" }, this.#title, ...controls);
    this.#left = button("reader-button reader-step left", "", () => onStep(turnTo("left", this.#direction)));
    this.#right = button("reader-button reader-step right", "", () => onStep(turnTo("right", this.#direction)));
    const status = element("p", { attrs: { role: "status" } }, this.#place, this.#spoken);
    const keys = element("p", { className: "reader-keys", textContent: KEYS });
    const middle = element("div", { className: "reader-middle" }, status, keys);
    this.bottom = element("footer", { className: "reader-bar" }, this.#left, middle, this.#right);
    surface.addEventListener("fullscreenchange", () => this.#showFullScreen());
    this.#showFullScreen();
  }

  /** @param {StoreState} state */
  setTitle(state) {
    showTitle(this.#title, state, "A comic");
  }

  /** @param {ReaderPlace} reading */
  update({ mode, direction, place, count, shown }) {
    this.#mode.value = mode;
    setText(this.#place, `${mode === "page" ? "Page" : "Panel"} ${place + 1} of ${count}`);
    setText(this.#spoken, mode === "strip" ? "" : `. ${shown.map(({ told }) => told).join(" ")}`);
    setText(this.cue, mode === "strip" ? CUES.strip : CUES[direction]);
    this.cue.hidden = place > 0;
    this.bottom.dataset.mode = mode;
    // A strip has no sides.
    this.#direction = mode === "strip" ? "ltr" : direction;
    this.#showStep(this.#left, "left", place, count);
    this.#showStep(this.#right, "right", place, count);
  }

  /**
   * A step that leads nowhere stays focusable, so that the focus is not lost.
   *
   * @param {HTMLButtonElement} step
   * @param {Side} side
   * @param {number} place
   * @param {number} count
   */
  #showStep(step, side, place, count) {
    const turn = turnTo(side, this.#direction);
    setText(step, turn === "forward" ? "Next" : "Previous");
    step.setAttribute("aria-disabled", String(indexAfter(turn, place, count) === place));
  }

  /** @param {(isOn: boolean) => void} onWords */
  #toggleWords(onWords) {
    const isOn = this.#words.textContent === "Show text";
    setText(this.#words, isOn ? "Hide text" : "Show text");
    onWords(isOn);
  }

  async #toggleFullScreen() {
    if (this.exitFullScreen()) return;
    // A browser that refuses leaves the reader in its window, which it fills.
    await this.#surface.requestFullscreen().catch(() => undefined);
  }

  /** Return whether it was in full screen. */
  exitFullScreen() {
    if (document.fullscreenElement !== this.#surface) return false;
    void document.exitFullscreen();
    return true;
  }

  #showFullScreen() {
    const name = document.fullscreenElement === this.#surface ? "Exit full screen" : "Enter full screen";
    this.#fullScreen.setAttribute("aria-label", name);
    this.#fullScreen.title = name;
  }
}
