/** The character sheets and the panels, with a frame for each as soon as it is planned. */

import { characterAlt, panelAlt } from "../../comic/alt_text.js";
import { panelRatio, SHEET_RATIO } from "../../comic/aspect.js";
import { itemKey, progressOf } from "../../state/generation_state.js";
import { element, find, setText } from "../element.js";
import { Frame } from "./frame.js";

/** @typedef {import("../../comic/picture_loader.js").PictureLoader} PictureLoader */
/** @typedef {import("../../state/store_state.js").StoreState} StoreState */
/** @typedef {import("../../wire.js").ItemKind} ItemKind */
/** @typedef {{ onOpen: (kind: ItemKind, index: number) => void, onRedo: (kind: ItemKind, index: number) => void }} Actions */
/** @typedef {{ root: HTMLLIElement, frame: Frame, caption: HTMLElement[] }} Place */

export class ComicView {
  #cast = find("characters", HTMLUListElement);
  #castCount = find("character-count", HTMLElement);
  #page = find("panels", HTMLOListElement);
  #pageCount = find("panel-count", HTMLElement);
  #loader;
  #actions;
  /** @type {Place[]} */
  #characters = [];
  /** @type {Place[]} */
  #panels = [];

  /** @param {PictureLoader} loader @param {Actions} actions */
  constructor(loader, actions) {
    this.#loader = loader;
    this.#actions = actions;
    this.#cast.replaceChildren();
    this.#page.replaceChildren();
  }

  /** @param {StoreState} state */
  update(state) {
    this.#updateCast(state);
    this.#updatePage(state);
    setText(this.#castCount, counted(progressOf(state, "character")));
    setText(this.#pageCount, counted(progressOf(state, "panel")));
  }

  /** @param {StoreState} state */
  #updateCast(state) {
    const characters = state.storyAnalysis?.characters ?? [];
    this.#fit(this.#characters, this.#cast, characters.length, "character");
    characters.forEach((character, index) => {
      const place = this.#characters[index];
      const [name, role] = place?.caption ?? [];
      place?.frame.update({
        ratio: SHEET_RATIO,
        label: "",
        alt: characterAlt(character),
        sketch: character.physicalDescription,
        ...shownOf(state, "character", index),
      });
      if (name) setText(name, character.name);
      if (role) setText(role, character.role);
    });
  }

  /** @param {StoreState} state */
  #updatePage(state) {
    const plans = state.storyBreakdown?.panels ?? [];
    this.#fit(this.#panels, this.#page, plans.length, "panel");
    plans.forEach((plan, index) => {
      const ratio = panelRatio(plan.cameraAngle);
      const place = this.#panels[index];
      place?.root.style.setProperty("--wide", String(ratio));
      place?.frame.update({
        ratio,
        label: String(index + 1),
        alt: panelAlt(plan, index),
        sketch: plan.sceneDescription,
        ...shownOf(state, "panel", index),
      });
    });
  }

  /**
   * Add frames until there are as many as planned.
   *
   * @param {Place[]} places
   * @param {HTMLElement} list
   * @param {number} count
   * @param {ItemKind} kind
   */
  #fit(places, list, count, kind) {
    while (places.length < count) {
      const index = places.length;
      const frame = new Frame(this.#loader, {
        onOpen: () => this.#actions.onOpen(kind, index),
        onRedo: () => this.#actions.onRedo(kind, index),
      });
      const caption = kind === "character" ? captionOfCharacter() : [];
      const place = { root: element("li", {}, frame.root, ...caption), frame, caption };
      places.push(place);
      list.append(place.root);
    }
  }
}

function captionOfCharacter() {
  return [element("strong", { className: "cast-name", dir: "auto" }), element("span", { className: "hint", dir: "auto" })];
}

/**
 * Return what to show of an image.
 *
 * @param {StoreState} state
 * @param {ItemKind} kind
 * @param {number} index counts from 0
 */
export function shownOf(state, kind, index) {
  const key = itemKey(kind, index);
  const drawn = kind === "panel" ? state.generatedPanels[index] : state.characterReferences[index];
  const chosen = drawn?.versions[state.choices[key] ?? 0];
  const problem = state.failures[key] ?? null;
  return {
    path: chosen ?? drawn?.image ?? null,
    problem,
    isDrawing: state.redoing === key || (state.isGenerating && drawn === undefined && problem === null),
    isFresh: state.fresh.has(key),
    canRedo: !state.isGenerating && state.redoing === null,
  };
}

/** @param {{ done: number, total: number | null }} progress */
function counted({ done, total }) {
  return total === null ? "" : `${done} of ${total}`;
}
