/** The page of one generation. */

import { PictureLoader } from "../comic/picture_loader.js";
import { ComicView } from "./comic_view.js";
import { find, setText } from "./element.js";
import { EndingView } from "./ending_view.js";
import { ImageDialog } from "./image_dialog.js";
import { ProgressView } from "./progress_view.js";
import { StoryView } from "./story_view.js";
import { isSure } from "./sure_dialog.js";
import { TakeAwayView } from "./take_away_view.js";

/** @typedef {import("../net/api.js").Api} Api */
/** @typedef {import("../state/generation_state.js").Section} Section */
/** @typedef {import("../state/generation_store.js").GenerationStore} GenerationStore */
/** @typedef {import("../state/store_state.js").StoreState} StoreState */
/** @typedef {import("../storage/image_cache.js").ImageCache} ImageCache */
/** @typedef {import("../storage/saved_generations.js").Told} Told */

/** @type {Section[]} */
const SECTIONS = ["analysis", "characters", "panels", "layout"];

export class GenerationView {
  #store;
  #images;
  #root = find("generation", HTMLElement);
  #progress;
  #ending;
  #takeAway;
  #story = new StoryView();
  #direction = find("direction", HTMLButtonElement);
  /** @type {"ltr" | "rtl" | null} */
  #directionByHand = null;
  /** @type {{ id: string | null, loader: PictureLoader, comic: ComicView, dialog: ImageDialog } | null} */
  #shown = null;
  /** @type {Map<Section, HTMLDetailsElement>} */
  #sections = new Map();

  /**
   * @param {GenerationStore} store
   * @param {Api} api
   * @param {ImageCache} images
   * @param {{ onTellAgain: (told: Told) => void, onRemoved: () => void, onCancelled: () => void }} actions
   */
  constructor(store, api, images, { onTellAgain, onRemoved, onCancelled }) {
    this.#store = store;
    this.#images = images;
    this.#progress = new ProgressView(store, onCancelled);
    this.#ending = new EndingView(store);
    this.#takeAway = new TakeAwayView(api);
    this.#direction.addEventListener("click", () => {
      this.#directionByHand = this.#directionOf(store.state) === "rtl" ? "ltr" : "rtl";
      this.update(store.state);
    });
    for (const section of SECTIONS) this.#sections.set(section, this.#section(section));
    find("tell-again", HTMLButtonElement).addEventListener("click", () => {
      if (store.state.told !== null) onTellAgain(store.state.told);
    });
    find("remove", HTMLButtonElement).addEventListener("click", () => void this.#remove(onRemoved));
  }

  /** @param {boolean} isShown */
  show(isShown) {
    this.#root.hidden = !isShown;
    if (isShown) return;
    this.#shown?.dialog.close();
    this.#shown?.loader.close();
    this.#shown = null;
    this.#directionByHand = null;
  }

  /** Move the reader's focus to the comic. */
  focus() {
    find("comic-title", HTMLElement).focus({ preventScroll: true });
  }

  /** @param {StoreState} state */
  update(state) {
    if (this.#root.hidden) return;
    const direction = this.#directionOf(state);
    const { comic, dialog } = this.#partsFor(state.generationId);
    this.#progress.update(state);
    this.#ending.update(state);
    this.#story.update(state);
    comic.update(state);
    dialog.update(state);
    this.#takeAway.update(state, direction);
    find("panels", HTMLElement).dataset.direction = direction;
    setText(this.#direction, direction === "rtl" ? "Reads right to left ⇄" : "Reads left to right ⇄");
    find("tell-again", HTMLButtonElement).hidden = state.told === null;
    for (const [section, details] of this.#sections) {
      details.open = state.openAccordions.has(section);
      details.hidden = !isThere(state, section);
    }
  }

  /** @param {string | null} id */
  #partsFor(id) {
    if (this.#shown !== null && this.#shown.id === id) return this.#shown;
    this.#shown?.loader.close();
    const loader = new PictureLoader(this.#images, id ?? "");
    const dialog = new ImageDialog(this.#store, loader);
    const comic = new ComicView(loader, {
      onOpen: (kind, index) => dialog.open(kind, index),
      onRedo: (kind, index) => dialog.openForRedo(kind, index),
    });
    this.#shown = { id, loader, comic, dialog };
    return this.#shown;
  }

  /** @param {StoreState} state @returns {"ltr" | "rtl"} */
  #directionOf(state) {
    return this.#directionByHand ?? (state.style === "manga" ? "rtl" : "ltr");
  }

  /** @param {Section} section */
  #section(section) {
    const details = this.#root.querySelector(`details[data-section="${section}"]`);
    if (!(details instanceof HTMLDetailsElement)) throw new Error(`the page has no section ${section}`);
    // By a click, and not by `toggle`: that also tells of what the page does itself, and later.
    details.querySelector("summary")?.addEventListener("click", (event) => {
      event.preventDefault();
      this.#store.setAccordion(section, !details.open);
    });
    return details;
  }

  /** @param {() => void} onRemoved */
  async #remove(onRemoved) {
    const title = this.#store.state.storyAnalysis?.title ?? "this comic";
    const text = "It is removed from the app and from this browser, for everybody who has its address.";
    if (!(await isSure({ title: `Delete “${title}”?`, text, yes: "Delete it" }))) return;
    if (await this.#store.remove()) onRemoved();
  }
}

/**
 * Tell whether a section is there. The story as it was understood waits for the script, which has its place above it:
 * so nothing that is being read is pushed away.
 *
 * @param {StoreState} state
 * @param {Section} section
 */
function isThere(state, section) {
  const isPlanned = state.storyBreakdown !== null;
  if (section === "characters") return state.storyAnalysis !== null;
  if (section === "analysis") return state.storyAnalysis !== null && (isPlanned || !state.isGenerating);
  return isPlanned;
}
