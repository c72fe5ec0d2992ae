/** The chapters of the book, and what comes after this one. */

import { generationAddress } from "../../address.js";
import { button, element, find, setText } from "../element.js";
import { comeAlong } from "./continued_note.js";
import { chapterState, nextOf } from "./chapter_text.js";

/** @import { StoreState } from "../../state/store_state.js" */
/** @import { Chapter } from "../../wire.js" */
/**
 * @typedef {{
 *   onContinue: () => void, onLook: () => void, onBegin: () => void, onNext: (id: string) => void,
 *   isReadingTheEnd: () => boolean
 * }} ChapterActions `onLook` asks the app for the chapters again; `onBegin` lets the app begin the next chapter, which it
 *   could not; `onNext` shows it; `isReadingTheEnd`: the comic reader shows the last panel.
 */

/** How often, and how many times, the page looks whether the next chapter has begun. */
const LOOK_MS = 2000;
const MOST_LOOKS = 60;
/** After so many looks, it probably does not begin by itself: the app had trouble. */
const LATE_LOOKS = 2;

export class ChaptersView {
  #root = find("chapters", HTMLElement);
  #title = find("chapters-title", HTMLElement);
  #list = find("chapter-list", HTMLOListElement);
  #note = find("next-chapter", HTMLElement);
  #continue = find("continue-story", HTMLButtonElement);
  #cast = find("continue-cast", HTMLElement);
  #actions;
  #shown = "";
  #isInView = false;
  /** The chapter that was drawn while it was on this page. @type {string | null} */
  #watched = null;
  #timer = 0;
  #looks = 0;

  /** @param {ChapterActions} actions */
  constructor(actions) {
    this.#actions = actions;
    this.#continue.addEventListener("click", () => actions.onContinue());
    new IntersectionObserver((entries) => (this.#isInView = entries.at(-1)?.isIntersecting === true)).observe(this.#root);
  }

  /** @param {StoreState} state @param {boolean} isVisible */
  update(state, isVisible) {
    const { generationId: id, chapters, isGenerating, isLoading, outcome } = state;
    this.#root.hidden = id === null || !isVisible;
    if (this.#root.hidden || id === null) return this.#stop();
    if (isGenerating && !isLoading) this.#watched = id;
    const next = nextOf(chapters, id);
    const hasEnded = outcome !== null && !isGenerating;
    setText(this.#title, chapters.length > 1 ? "Chapters" : "The next chapter");
    this.#continue.hidden = next !== null;
    this.#continue.disabled = !hasEnded || outcome !== "complete";
    const cast = state.storyAnalysis?.characters.map(({ name }) => name) ?? [];
    setText(this.#cast, next !== null || cast.length === 0 ? "" : comeAlong(cast));
    this.#showList(chapters, id, hasEnded ? next : null);
    if (hasEnded && outcome === "complete" && next !== null) this.#goOn(id, next);
    else this.#stop();
  }

  /** Forget the comic. */
  close() {
    this.#watched = null;
    this.#stop();
  }

  /** @param {Chapter[]} chapters @param {string} id @param {Chapter | null} next */
  #showList(chapters, id, next) {
    const isLate = this.#looks >= LATE_LOOKS;
    const shown = JSON.stringify([chapters, id, next, isLate]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#list.replaceChildren(...(chapters.length > 1 ? chapters.map((chapter) => item(chapter, id)) : []));
    this.#note.replaceChildren();
    if (next === null) return;
    const name = `Chapter ${next.number}`;
    if (next.status === "waiting" && isLate) {
      const begin = button("button primary", `Draw chapter ${next.number}`, () => this.#actions.onBegin());
      this.#note.append(`${name} has not begun. `, begin);
    } else if (next.status === "waiting") this.#note.append(`${name} begins when this chapter is complete.`);
    else this.#note.append(element("a", { className: "button primary", href: generationAddress(next.id), textContent: linkText(next) }));
  }

  /** Show the next chapter if the user is at the end of this one; wait until it has begun. @param {string} id @param {Chapter} next */
  #goOn(id, next) {
    if (next.status === "waiting") return this.#lookLater();
    this.#stop();
    const isWatched = this.#watched === id && document.visibilityState === "visible";
    this.#watched = null;
    const isAtEnd = document.querySelector("dialog[open]") === null ? this.#isInView : this.#actions.isReadingTheEnd();
    if (isWatched && isAtEnd) this.#actions.onNext(next.id);
  }

  #lookLater() {
    if (this.#timer !== 0 || this.#looks >= MOST_LOOKS) return;
    this.#looks += 1;
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      this.#actions.onLook();
    }, LOOK_MS);
  }

  #stop() {
    window.clearTimeout(this.#timer);
    this.#timer = this.#looks = 0;
  }
}

/** @param {Chapter} chapter @param {string} id of the shown one */
function item(chapter, id) {
  const name = [element("strong", { textContent: `Chapter ${chapter.number}` }), " ", element("span", { textContent: chapter.title ?? "", dir: "auto" })];
  const state = element("span", { className: "hint", textContent: chapterState(chapter) });
  if (chapter.status === "waiting") return element("li", {}, element("span", {}, ...name), " ", state);
  const attrs = { "aria-current": chapter.id === id ? "page" : null };
  return element("li", {}, element("a", { href: generationAddress(chapter.id), attrs }, ...name), " ", state);
}

/** @param {Chapter} next */
function linkText({ number, status }) {
  return status === "running" ? `Watch chapter ${number}` : `Read chapter ${number}`;
}
