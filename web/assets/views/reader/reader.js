/** Shows the comic alone: one panel, one page or a strip of all panels. */

import { indexAfter, turnOfKey, turnTo } from "../../comic/turns.js";
import { EMPTY } from "../../state/store_state.js";
import { element, find } from "../element.js";
import { onSwipe } from "../swipe.js";
import { listenToGestures } from "./gestures.js";
import { pagesOf } from "./page_layout.js";
import { ReaderBars } from "./reader_bars.js";
import { ReaderPanel } from "./reader_panel.js";
import { ReaderStage } from "./reader_stage.js";
import { ReaderWords } from "./reader_words.js";

/** @import { PictureLoader } from "../../comic/picture_loader.js" */
/** @import { Page } from "./page_layout.js" */
/** @import { Direction, Side, Turn } from "../../comic/turns.js" */
/** @import { StoreState } from "../../state/store_state.js" */
/** @import { LocalValue } from "../../storage/local_value.js" */
/** @import { Mode } from "./reader_stage.js" */

const ZOOM_STEP = 1.5;
const DOUBLE_TAP_ZOOM = 2.5;
/** Shares of the view that keys scroll. */
const LINE = 0.2;
const SCREEN = 0.85;

/** @type {Readonly<Record<string, [number, number]>>} */
const PANS = { ArrowLeft: [-LINE, 0], ArrowRight: [LINE, 0], ArrowUp: [0, -LINE], ArrowDown: [0, LINE] };

export class Reader {
  #dialog = find("reader", HTMLDialogElement);
  #loader;
  #storedMode;
  #onTurn;
  #onRedo;
  #onEnd;
  #stage = new ReaderStage();
  #words = new ReaderWords();
  #bars;
  /** @type {Mode} */
  #mode;
  #state = EMPTY;
  /** @type {Direction} */
  #direction = "ltr";
  /** @type {ReaderPanel[]} */
  #panels = [];
  /** @type {Page[]} */
  #pages = [];
  /** The panel that is read; counts from 0. */
  #index = 0;
  /** What the stage shows. */
  #arranged = "";

  /**
   * @param {PictureLoader} loader
   * @param {LocalValue} storedMode
   * @param {{
   *   onTurn: (index: number) => void, onRedo: (index: number) => void, onEnd: () => void, onClose: () => void
   * }} listener `index` is that of a panel; `onEnd`: the user wants to read on after the last one
   */
  constructor(loader, storedMode, { onTurn, onRedo, onEnd, onClose }) {
    this.#loader = loader;
    this.#storedMode = storedMode;
    this.#onTurn = onTurn;
    this.#onRedo = onRedo;
    this.#onEnd = onEnd;
    this.#mode = modeFrom(storedMode.get());
    const surface = element("div", { className: "reader-surface" });
    this.#bars = new ReaderBars(surface, {
      onMode: (mode) => this.#setMode(mode),
      onWords: (isOn) => this.#words.show(isOn),
      onClose: () => this.#dialog.close(),
      onStep: (turn) => this.#turn(turn),
    });
    surface.append(this.#bars.top, this.#stage.root, this.#bars.cue, this.#words.root, this.#bars.bottom);
    this.#dialog.replaceChildren(surface);
    this.#dialog.onclose = () => {
      this.#bars.exitFullScreen();
      onClose();
    };
    this.#dialog.onkeydown = (event) => this.#key(event);
    this.#stage.root.addEventListener("scroll", () => this.#scrolled());
    this.#listen();
  }

  get isOpen() {
    return this.#dialog.open;
  }

  /** Whether the last panel is being read. */
  get isAtEnd() {
    return this.#dialog.open && this.#place === this.#places.length - 1;
  }

  /** Show a panel. @param {number} index counts from 0 */
  open(index) {
    if (!this.#dialog.open) {
      this.#dialog.classList.remove("is-bare");
      this.#dialog.showModal();
      this.#stage.root.focus({ preventScroll: true });
    }
    this.#go(index);
  }

  close() {
    this.#dialog.close();
  }

  /** @param {StoreState} state @param {Direction} direction */
  update(state, direction) {
    this.#state = state;
    this.#direction = direction;
    if (this.#dialog.open) this.#show();
  }

  #listen() {
    const stage = this.#stage;
    const turnsByTouch = () => this.#mode !== "strip" && !stage.isZoomed;
    const turnTowards = (/** @type {Side} */ side) => this.#turn(turnTo(side, this.#direction));
    onSwipe(stage.root, (side) => turnsByTouch() && turnTowards(side));
    listenToGestures(stage.root, {
      turnsByTap: turnsByTouch,
      onSide: turnTowards,
      onTap: () => this.#dialog.classList.toggle("is-bare"),
      onDoubleTap: (at) => (stage.isZoomed ? stage.zoomTo(1) : stage.zoomTo(DOUBLE_TAP_ZOOM, at)),
      onZoom: (factor, at) => stage.zoomBy(factor, at),
      onZoomEnd: () => stage.settleZoom(),
      onDrag: (dx, dy) => stage.isZoomed && stage.drag(dx, dy),
    });
  }

  /** How many panels are planned. */
  get #count() {
    return this.#state.storyBreakdown?.panels.length ?? 0;
  }

  /** The panels that are shown together, in reading order. @returns {number[][]} */
  get #places() {
    return this.#mode === "page" ? this.#pages.map((page) => page.flat()) : this.#panels.map((_, index) => [index]);
  }

  /** The index of the place of the panel that is read. */
  get #place() {
    return Math.max(this.#places.findIndex((place) => place.includes(this.#index)), 0);
  }

  /** @param {Turn} turn */
  #turn(turn) {
    const places = this.#places;
    const place = indexAfter(turn, this.#place, places.length);
    if (place !== this.#place) this.#go(places[place]?.[0] ?? 0);
    else if (turn === "forward") this.#onEnd();
  }

  /** @param {number} index */
  #go(index) {
    this.#index = Math.min(Math.max(index, 0), Math.max(this.#count - 1, 0));
    this.#show();
    const panel = this.#panels[this.#index];
    if (this.#mode === "strip" && panel !== undefined) this.#stage.scrollTo(panel);
    this.#onTurn(this.#index);
  }

  /** @param {Mode} mode */
  #setMode(mode) {
    this.#mode = mode;
    this.#storedMode.set(mode);
    this.#go(this.#index);
  }

  #show() {
    this.#updatePanels();
    const place = this.#place;
    const shownPlace = this.#mode === "strip" ? "all" : place;
    const arrangement = `${this.#mode} ${this.#count} ${this.#direction} ${shownPlace}`;
    if (arrangement !== this.#arranged) this.#arrange(place);
    this.#arranged = arrangement;
    const shown = (this.#places[place] ?? []).flatMap((index) => this.#panels[index]?.texts ?? []);
    this.#words.update(shown);
    this.#bars.update({ mode: this.#mode, direction: this.#direction, place, count: this.#places.length, shown });
  }

  #updatePanels() {
    while (this.#panels.length < this.#count) {
      this.#panels.push(new ReaderPanel(this.#loader, this.#panels.length, this.#onRedo));
    }
    // The script may have fewer panels than before.
    this.#panels.length = this.#count;
    for (const panel of this.#panels) panel.update(this.#state);
    this.#pages = pagesOf(this.#panels.map(({ ratio }) => ratio));
    this.#bars.setTitle(this.#state);
  }

  /** @param {number} place */
  #arrange(place) {
    const page = this.#pages[place];
    const panel = this.#panels[this.#index];
    if (this.#mode === "strip") this.#stage.showStrip(this.#panels);
    else if (this.#mode === "page" && page !== undefined) this.#stage.showPage(page, this.#panels, this.#direction);
    else if (panel !== undefined) this.#stage.showPanel(panel);
  }

  #scrolled() {
    if (this.#mode !== "strip" || !this.#dialog.open) return;
    const index = this.#stage.indexOf(this.#panels);
    if (index === this.#index) return;
    this.#index = index;
    this.#show();
    this.#onTurn(index);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target instanceof HTMLSelectElement) return;
    // Space presses the focused button.
    if (event.key === " " && event.target instanceof HTMLButtonElement) return;
    if (this.#zoomKey(event) || this.#scrollKey(event)) return event.preventDefault();
    const turn = turnOfKey(event, this.#direction);
    if (turn === null) return;
    event.preventDefault();
    this.#turn(turn);
  }

  /** @param {KeyboardEvent} event */
  #zoomKey({ key }) {
    if (key === "+" || key === "=") this.#stage.zoomBy(ZOOM_STEP);
    else if (key === "-") this.#stage.zoomBy(1 / ZOOM_STEP);
    else if (key === "0") this.#stage.zoomTo(1);
    else return false;
    return true;
  }

  /** Scroll the strip or an enlarged image. @param {KeyboardEvent} event */
  #scrollKey({ key, shiftKey }) {
    const pan = PANS[key];
    const isStrip = this.#mode === "strip";
    if (pan !== undefined && (this.#stage.isZoomed || (isStrip && pan[0] === 0))) this.#stage.pan(...pan);
    else if (isStrip && (key === " " || key === "PageDown" || key === "PageUp")) {
      this.#stage.pan(0, key === "PageUp" || shiftKey ? -SCREEN : SCREEN);
    } else return false;
    return true;
  }
}

/** @param {string | null} stored @returns {Mode} */
function modeFrom(stored) {
  if (stored === "panel" || stored === "page" || stored === "strip") return stored;
  return window.matchMedia("(min-width: 46rem)").matches ? "page" : "panel";
}
