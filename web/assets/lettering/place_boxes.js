/** The places of texts over a picture, moved and resized by pointer or keyboard. */

import { button, element, setText } from "../views/element.js";
import { changedPlace, placeInWords } from "./edited_texts.js";
import { putAt } from "./set_lettering.js";
import { useTypeface } from "./typefaces.js";

/** @import { Place, TextKind } from "../lettering_types.d.ts" */
/** @import { EditedText } from "./edited_texts.js" */

/** A share of the picture. */
const STEP = 0.01;
/** @type {Readonly<Record<string, [number, number]>>} */
const STEPS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
const HELP_ID = "place-help";
const HELP = "Drag a text to move it, or its corner to resize it. With a keyboard: arrow keys, and Shift with arrow keys.";
/** The text of a box is made smaller in such steps until it fits. */
const SHRINK = 0.92;
const MOST_SHRINKS = 16;
const ROUNDING_PX = 1;
/** The share of a box that a text may fill, because of its outline and of round corners. @type {Record<TextKind, number>} */
const FILLED = { dialogue: 0.85, narration: 0.92, effect: 0.95 };

export class PlaceBoxes {
  #onPlace;
  /** @type {Map<string, { text: EditedText, box: HTMLButtonElement, words: HTMLElement }>} */
  #boxes = new Map();
  #picture = element("img", { alt: "", draggable: false });
  help = element("p", { id: HELP_ID, className: "hint", textContent: HELP });
  #told = element("p", { className: "visually-hidden", attrs: { role: "status" } });
  #stage = element("div", { className: "words-stage" }, this.#picture);
  root = element("div", {}, this.#stage, this.#told);

  /** @param {(key: string, place: Place) => void} onPlace */
  constructor(onPlace) {
    this.#onPlace = onPlace;
    this.#picture.addEventListener("load", () => {
      const { naturalWidth, naturalHeight } = this.#picture;
      this.#stage.style.setProperty("--picture", String(naturalWidth / naturalHeight));
      this.redraw();
    });
    new ResizeObserver(() => this.redraw()).observe(this.#stage);
  }

  /** @param {string} picture its URL @param {{ language: string, direction: string, isVertical: boolean }} script */
  begin(picture, { language, direction, isVertical }) {
    this.#picture.src = picture;
    useTypeface(this.#stage, language);
    this.#stage.lang = language;
    this.#stage.dir = direction;
    this.#stage.classList.toggle("is-vertical", isVertical);
  }

  /** @param {EditedText[]} texts */
  show(texts) {
    this.#boxes = new Map(texts.map((text) => [text.key, this.#boxOf(text)]));
    this.#stage.replaceChildren(this.#picture, ...[...this.#boxes.values()].map(({ box }) => box));
    this.redraw();
  }

  /** Show what has changed in the texts. */
  redraw() {
    [...this.#boxes.values()].forEach(({ text, box, words }, index) => {
      box.className = `place-box ${text.kind}${text.place === null ? "" : " is-by-hand"}`;
      box.setAttribute("aria-label", `Place of text ${index + 1}: ${text.text}`);
      setText(words, text.text);
      putAt(box, text.shown);
      shrink(box, words, text);
    });
  }

  /** @param {string} key */
  focus(key) {
    this.#boxes.get(key)?.box.focus();
  }

  /** @param {EditedText} text */
  #boxOf(text) {
    const words = element("span", {});
    const box = button("place-box", "", () => undefined, { "aria-describedby": HELP_ID });
    const handle = element("span", { className: "place-handle" });
    box.append(words, handle);
    box.addEventListener("keydown", (event) => this.#key(event, text));
    this.#drag(box, handle, text);
    return { text, box, words };
  }

  /** @param {KeyboardEvent} event @param {EditedText} text */
  #key(event, text) {
    const [x, y] = STEPS[event.key] ?? [0, 0];
    if ((x === 0 && y === 0) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#change(text, changedPlace(text.shown, event.shiftKey ? { width: x, height: y } : { x, y }));
    setText(this.#told, `${placeInWords(text.shown)}.`);
  }

  /** @param {HTMLElement} box @param {HTMLElement} handle @param {EditedText} text */
  #drag(box, handle, text) {
    /** @type {{ x: number, y: number, place: Place, isResize: boolean } | null} */
    let start = null;
    box.addEventListener("pointerdown", (event) => {
      box.setPointerCapture(event.pointerId);
      start = { x: event.clientX, y: event.clientY, place: text.shown, isResize: event.target === handle };
    });
    box.addEventListener("pointermove", (event) => {
      if (start === null) return;
      const { width, height } = this.#stage.getBoundingClientRect();
      const [x, y] = [(event.clientX - start.x) / width, (event.clientY - start.y) / height];
      if (x === 0 && y === 0) return;
      this.#change(text, changedPlace(start.place, start.isResize ? { width: x, height: y } : { x, y }));
    });
    for (const name of ["pointerup", "pointercancel"]) box.addEventListener(name, () => (start = null));
  }

  /** @param {EditedText} text @param {Place} place */
  #change(text, place) {
    this.#onPlace(text.key, place);
    this.redraw();
  }
}

/** Make a text as small as its box needs. @param {HTMLElement} box @param {HTMLElement} words @param {EditedText} text */
function shrink(box, words, { kind, fontSize }) {
  const filled = FILLED[kind];
  box.style.setProperty("--filled", String(filled));
  let size = fontSize;
  for (let count = 0; count < MOST_SHRINKS; count += 1) {
    box.style.fontSize = `${100 * size}cqw`;
    const [width, height] = [filled * box.clientWidth, filled * box.clientHeight];
    if (words.offsetWidth <= width + ROUNDING_PX && words.offsetHeight <= height + ROUNDING_PX) return;
    size *= SHRINK;
  }
}
