/** Offers to cut a long story into chapters, and shows the cut before anything is drawn. */

import { counted } from "../../amounts.js";
import { lengthOf } from "../../story_words.js";
import { element, find, setText } from "../element.js";

/** @import { PageSettings } from "../../page_settings.js" */
/** @import { GenerationEstimate, PlannedChapter } from "../../wire.js" */

const NOT_SHOWN = "The chapters are not shown yet. Look at them, then draw.";

export class CutField {
  #settings;
  #root = find("cut", HTMLElement);
  #list = find("cut-list", HTMLOListElement);
  #note = find("cut-note", HTMLElement);
  input = find("cut-chapters", HTMLInputElement);
  #isExpected = false;

  /** @param {PageSettings} settings */
  constructor(settings) {
    this.#settings = settings;
    setText(find("cut-hint", HTMLElement), `at paragraph ends, at most ${settings.maxStoryWords} words each`);
  }

  /** Whether the story is to be cut. */
  get isOn() {
    return !this.#root.hidden && this.input.checked;
  }

  /** The limits of the story. */
  get limits() {
    return this.isOn ? this.#bookLimits : this.#settings;
  }

  /** Return why the story can't be drawn yet, or null. */
  get problem() {
    return this.isOn && this.#isExpected && this.#list.childElementCount === 0 ? NOT_SHOWN : null;
  }

  /** Whether a story can be cut that is too long for one chapter. @param {string} story */
  isFor(story) {
    const ofChapter = lengthOf(story, this.#settings);
    const ofBook = lengthOf(story, this.#bookLimits);
    return ofChapter.count > ofChapter.most && ofBook.count <= ofBook.most;
  }

  /** @param {string} story */
  update(story) {
    this.#root.hidden = !this.isFor(story);
    if (!this.isOn) this.show(null, false);
  }

  /**
   * Show the chapters of an estimate.
   *
   * @param {GenerationEstimate | null} estimate
   * @param {boolean} isExpected whether one will come
   */
  show(estimate, isExpected) {
    this.#isExpected = isExpected;
    const chapters = this.isOn ? (estimate?.chapters ?? []) : [];
    this.#list.replaceChildren(...chapters.map(chapterOf));
    const waiting = this.isOn && isExpected ? "Cutting the story…" : "";
    setText(this.#note, chapters.length > 0 ? `${chapters.length} chapters, drawn one after another.` : waiting);
  }

  get #bookLimits() {
    const { maxStoryWords, maxStoryCharacters, maxBookWords } = this.#settings;
    const chapters = Math.ceil(maxBookWords / maxStoryWords);
    return { maxStoryWords: maxBookWords, maxStoryCharacters: maxStoryCharacters * chapters };
  }
}

/** @param {PlannedChapter} chapter */
function chapterOf({ number, words, firstWords }) {
  return element(
    "li",
    {},
    element("strong", { textContent: `Chapter ${number}` }),
    element("span", { className: "count", textContent: counted(words, "word") }),
    element("span", { className: "hint", textContent: firstWords, dir: "auto" }),
  );
}
