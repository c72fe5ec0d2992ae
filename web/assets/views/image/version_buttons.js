/** The versions of an image, to choose the one that counts. */

import { button, element, setText } from "../element.js";

export class VersionButtons {
  #onChoose;
  /** @type {HTMLButtonElement[]} */
  #buttons = [];
  #list = element("div", { className: "version-list" });
  root = element(
    "div",
    { className: "versions", attrs: { role: "group", "aria-label": "Version that is used" } },
    element("span", { className: "hint", textContent: "Use version" }),
    this.#list,
  );

  /** @param {(version: number) => void} onChoose */
  constructor(onChoose) {
    this.#onChoose = onChoose;
  }

  /** @param {{ versions: number[], version: number }} drawn `version` is the one that counts */
  update({ versions, version }) {
    this.root.hidden = versions.length < 2;
    // Buttons are changed, not replaced, so that they keep the focus.
    while (this.#buttons.length > versions.length) this.#buttons.pop()?.remove();
    while (this.#buttons.length < versions.length) this.#add();
    this.#buttons.forEach((one, place) => {
      one.value = String(versions[place]);
      setText(one, one.value);
      one.setAttribute("aria-label", `Version ${one.value} of ${versions.at(-1)}`);
      one.setAttribute("aria-pressed", String(versions[place] === version));
    });
  }

  #add() {
    const added = button("version", "", () => this.#onChoose(Number(added.value)));
    this.#buttons.push(added);
    this.#list.append(added);
  }
}
