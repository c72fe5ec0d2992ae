/** Where the texts of a panel are set over its picture. What sets them is loaded with the first ones. */

import { element } from "../element.js";

/** @import { PanelLettering } from "../../lettering_types.d.ts" */

export class Balloons {
  root = element("div", { className: "lettering", hidden: true });
  /** @type {PanelLettering | null} */
  #shown = null;

  /** @param {PanelLettering | null} lettering */
  show(lettering) {
    if (lettering === this.#shown) return;
    this.#shown = lettering;
    this.root.hidden = lettering === null;
    if (lettering !== null) void this.#set(lettering);
  }

  /** Cover the picture, which may not fill its frame. @param {HTMLImageElement} picture */
  fit({ naturalWidth, naturalHeight }) {
    this.root.style.setProperty("--picture", String(naturalWidth / naturalHeight));
  }

  /** @param {PanelLettering} lettering */
  async #set(lettering) {
    try {
      const { setLettering } = await import("../../lettering/set_lettering.js");
      if (this.#shown === lettering) await setLettering(this.root, lettering);
    } catch {
      // Offline, or in the middle of a deployment. The next update tries again.
      if (this.#shown === lettering) this.#shown = null;
    }
  }
}
