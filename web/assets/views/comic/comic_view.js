/** The character sheets and the panels, with a frame for each as soon as it is planned. */

import { infoOf, shownOf } from "../../comic/image_info.js";
import { progressOf } from "../../state/generation_state.js";
import { element, find, setText } from "../element.js";
import { Frame } from "../image/frame.js";
import { PanelTools } from "../image/panel_tools.js";

/** @import { PictureLoader } from "../../comic/picture_loader.js" */
/** @import { StoreState } from "../../state/store_state.js" */
/** @import { ItemKind } from "../../wire.js" */
/** @import { ToolActions } from "../image/panel_tools.js" */
/** @typedef {{ root: HTMLLIElement, frame: Frame, name: HTMLElement, role: HTMLElement, tools: PanelTools | null }} Place */

export class ComicView {
  #loader;
  #actions;
  #groups = [
    new Group("character", find("characters", HTMLUListElement), find("character-count", HTMLElement)),
    new Group("panel", find("panels", HTMLOListElement), find("panel-count", HTMLElement)),
  ];

  /** @param {PictureLoader} loader @param {ToolActions} actions */
  constructor(loader, actions) {
    this.#loader = loader;
    this.#actions = actions;
  }

  /** @param {StoreState} state */
  update(state) {
    for (const group of this.#groups) {
      const { done, total } = progressOf(state, group.kind);
      while (group.places.length < (total ?? 0)) this.#add(group);
      if (total !== null) group.cut(total);
      group.update(state);
      setText(group.counter, total === null ? "" : `${done} of ${total}`);
    }
  }

  /** @param {Group} group */
  #add(group) {
    const index = group.places.length;
    const frame = new Frame(this.#loader, {
      onOpen: () => this.#actions.onOpen(group.kind, index),
      onRedo: () => this.#actions.onRedo(group.kind, index),
    });
    group.add(frame, group.kind === "panel" ? new PanelTools(index, this.#actions) : null);
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

  /** @param {Frame} frame @param {PanelTools | null} tools */
  add(frame, tools) {
    const name = element("strong", { className: "cast-name", dir: "auto" });
    const role = element("span", { className: "hint", dir: "auto" });
    if (tools !== null) frame.root.append(tools.versions);
    const root = element("li", {}, frame.root, ...(tools === null ? [name, role] : [tools.root]));
    this.places.push({ root, frame, name, role, tools });
    this.#list.append(root);
  }

  /** Remove the places of an earlier script. @param {number} total */
  cut(total) {
    for (const { root } of this.places.splice(total)) root.remove();
  }

  /** @param {StoreState} state */
  update(state) {
    this.places.forEach(({ root, frame, name, role, tools }, index) => {
      const info = infoOf(state, this.kind, index);
      if (info === null) return;
      const shown = shownOf(state, this.kind, index);
      root.style.setProperty("--ratio", String(info.ratio));
      frame.update({ ...info, ...shown });
      tools?.update({ ...info, ...shown });
      setText(name, info.title);
      setText(role, info.role);
    });
  }
}
