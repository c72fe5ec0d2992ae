/** The chapters of one book on the shelf. */

import { generationAddress } from "../../address.js";
import { counted } from "../../amounts.js";
import { element, setText } from "../element.js";

/** @import { Book } from "../../shelf/books.js" */

export class ShelfBook {
  #title = element("h3", { dir: "auto" });
  #list = element("ol", {});
  root = element("li", { className: "shelf-book" }, this.#title, this.#list);

  /** @param {Book} book @param {HTMLElement[]} items of its entries */
  update({ entries, others }, items) {
    const count = counted(entries.length + others.length, "chapter");
    setText(this.#title, `${entries[0]?.name ?? "A comic"} · ${count}`);
    place(this.#list, [...items, ...others.map(other)]);
  }
}

/** Put the nodes into a list; one that is there already keeps the focus. @param {HTMLElement} list @param {HTMLElement[]} nodes */
export function place(list, nodes) {
  for (const child of [...list.children]) {
    if (child instanceof HTMLElement && !nodes.includes(child)) child.remove();
  }
  nodes.forEach((node, index) => {
    const there = list.children[index];
    if (there !== node) list.insertBefore(node, there ?? null);
  });
}

/** A chapter that this device does not have. @param {import("../../wire.js").Chapter} chapter */
function other({ id, number, title }) {
  const name = element("strong", { textContent: title ?? `Chapter ${number}`, dir: "auto" });
  const hint = element("span", { className: "hint", textContent: `Chapter ${number}, not on this device` });
  return element("li", { className: "shelf-chapter" }, element("a", { href: generationAddress(id) }, name), hint);
}
