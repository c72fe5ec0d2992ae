/** The character sheets and the panels, with a frame for each as soon as it is planned. */

import { progressOf } from "../../state/generation_state.js";
import { element, find, setText } from "../element.js";
import { Frame } from "./frame.js";
import { infoOf, shownOf } from "./image_info.js";

/** @import { PictureLoader } from "../../comic/picture_loader.js" */
/** @import { StoreState } from "../../state/store_state.js" */
/** @import { ItemKind } from "../../wire.js" */
/** @typedef {(kind: ItemKind, index: number) => void} Action */
/** @typedef {{ root: HTMLLIElement, frame: Frame, name: HTMLElement, role: HTMLElement }} Place */

export class ComicView {
  #loader;
  #actions;
  #groups = [
    new Group("character", find("characters", HTMLUListElement), find("character-count", HTMLElement)),
    new Group("panel", find("panels", HTMLOListElement), find("panel-count", HTMLElement)),
  ];

  /** @param {PictureLoader} loader @param {{ onOpen: Action, onRedo: Action }} actions */
  constructor(loader, actions) {
    this.#loader = loader;
    this.#actions = actions;
  }

  /** @param {StoreState} state */
  update(state) {
    for (const group of this.#groups) {
      const { done, total } = progressOf(state, group.kind);
      while (group.places.length < (total ?? 0)) group.add(this.#frame(group.kind, group.places.length));
      group.update(state);
      setText(group.counter, total === null ? "" : `${done} of ${total}`);
    }
  }

  /** @param {ItemKind} kind @param {number} index */
  #frame(kind, index) {
    return new Frame(this.#loader, {
      onOpen: () => this.#actions.onOpen(kind, index),
      onRedo: () => this.#actions.onRedo(kind, index),
    });
  }
}

/** The characters or the panels. */
class Group {
  /** @type {Place[]} */
  places = [];
  #list;

  /** @param {ItemKind} kind @param {HTMLElement} list @param {HTMLElement} counter */
  constructor(kind, list, counter) {
    this.kind = kind;
    this.counter = counter;
    this.#list = list;
    list.replaceChildren();
  }

  /** @param {Frame} frame */
  add(frame) {
    const name = element("strong", { className: "cast-name", dir: "auto" });
    const role = element("span", { className: "hint", dir: "auto" });
    const caption = this.kind === "character" ? [name, role] : [];
    const root = element("li", {}, frame.root, ...caption);
    this.places.push({ root, frame, name, role });
    this.#list.append(root);
  }

  /** @param {StoreState} state */
  update(state) {
    this.places.forEach(({ root, frame, name, role }, index) => {
      const info = infoOf(state, this.kind, index);
      if (info === null) return;
      root.style.setProperty("--wide", String(info.ratio));
      frame.update({ ...info, ...shownOf(state, this.kind, index) });
      setText(name, info.title);
      setText(role, info.role);
    });
  }
}
