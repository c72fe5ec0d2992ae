/** The scenes and the dialogue of the shown panels as text, on demand. */

import { element } from "../element.js";

/**
 * @typedef {{ told: string, title: string, scene: string, spoken: string, language?: string | undefined }} PanelTexts `language` is
 *   that of what is spoken, if it is known
 */

export class ReaderWords {
  root = element("div", {
    className: "reader-words",
    hidden: true,
    tabIndex: 0,
    attrs: { role: "group", "aria-label": "Text of the shown panels" },
  });
  #shown = "";

  /** @param {boolean} isShown */
  show(isShown) {
    this.root.hidden = !isShown;
  }

  /** @param {PanelTexts[]} panels */
  update(panels) {
    const shown = JSON.stringify(panels);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.root.replaceChildren(...panels.map(wordsOf));
    this.root.scrollTo(0, 0);
  }
}

/** @param {PanelTexts} panel */
function wordsOf({ title, scene, spoken, language }) {
  const quoted = element("blockquote", { textContent: spoken, dir: "auto" });
  if (language !== undefined) quoted.lang = language;
  return element(
    "section",
    {},
    element("h3", { textContent: title }),
    spoken !== "" && quoted,
    element("p", { textContent: scene, dir: "auto" }),
  );
}
