/** The comics that this browser has stored. */

import { generationAddress, startingAddress } from "../../address.js";
import { isEnding } from "../../wire.js";
import { button, element, find } from "../element.js";

/** @import { SavedGeneration, SavedGenerations, SavedStart } from "../../storage/saved_generations.js" */

const MOST_SHOWN = 12;

export class ShelfView {
  #root = find("shelf", HTMLElement);
  #list = find("shelf-list", HTMLUListElement);
  #saved;
  #onCancel;

  /** @param {SavedGenerations} saved @param {(start: SavedStart) => Promise<void>} onCancel */
  constructor(saved, onCancel) {
    this.#saved = saved;
    this.#onCancel = onCancel;
  }

  /** Show the current list. */
  async update() {
    const [starts, generations] = await Promise.all([this.#saved.starts(), this.#saved.all()]);
    this.#root.hidden = starts.length === 0 && generations.length === 0;
    this.#list.replaceChildren(
      ...starts.map((start) => this.#start(start)),
      ...generations.slice(0, MOST_SHOWN).map(generationItem),
    );
  }

  /** @param {SavedStart} start */
  #start(start) {
    const name = element("strong", { textContent: beginning(start.request.story), dir: "auto" });
    if (start.isCancelled) {
      return element("li", {}, name, element("span", { className: "hint", textContent: "Cancelling…" }));
    }
    const click = () => {
      void this.#onCancel(start).then(() => this.update());
      void this.update();
    };
    return element(
      "li",
      {},
      element("a", { href: startingAddress(start.key) }, name),
      element("span", { className: "hint" }, "Sent, waiting for an answer. ", button("link", "Cancel it", click)),
    );
  }
}

/** @param {SavedGeneration} generation */
function generationItem({ id, title, request, messages, openedAt }) {
  const name = title ?? beginning(request?.story ?? "A comic");
  const panels = new Set(messages.flatMap((message) => (message.type === "panel" ? [message.panelNumber] : [])));
  const last = messages.at(-1);
  const state = last !== undefined && isEnding(last) ? `${panels.size} panels` : "in progress";
  const day = new Date(openedAt).toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });
  return element(
    "li",
    {},
    element("a", { href: generationAddress(id) }, element("strong", { textContent: name, dir: "auto" })),
    element("span", { className: "hint", textContent: `${state} · ${day}` }),
  );
}

/** @param {string} story */
function beginning(story) {
  const words = story.trim().split(/\s+/);
  return words.length > 6 ? `${words.slice(0, 6).join(" ")}…` : words.join(" ");
}
