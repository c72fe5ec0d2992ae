/** What the comic has cost so far, in total and by part. */

import { counted, dollars } from "../../amounts.js";
import { element, find, setText } from "../element.js";

/** @import { StoreState } from "../../state/store_state.js" */
/** @import { Cost, Part, PartCost } from "../../wire.js" */

/** @type {Readonly<Record<Part, string>>} */
const NAMES = { story: "Story", script: "Script", characters: "Characters", panels: "Panels" };
const COLUMNS = ["Part", "Calls", "Tokens", "Images", "Price"];

export class CostView {
  #root = find("cost", HTMLDetailsElement);
  #total = find("cost-total", HTMLElement);
  #parts = find("cost-parts", HTMLTableElement);
  /** @type {Cost | null} */
  #shown = null;

  /** @param {Pick<StoreState, "cost" | "isGenerating">} state */
  update({ cost, isGenerating }) {
    this.#root.hidden = cost === null || isGenerating;
    if (cost === null || cost === this.#shown) return;
    this.#shown = cost;
    setText(this.#total, costInWords(cost));
    const parts = /** @type {Part[]} */ (Object.keys(NAMES));
    this.#parts.replaceChildren(
      element("thead", {}, row("th", COLUMNS, "col")),
      element("tbody", {}, ...parts.map((part) => partRow(NAMES[part], cost.parts[part]))),
    );
  }
}

/** Return a cost in words, such as `Cost: $0.62 for 14 calls of the model`. @param {Cost} cost */
export function costInWords({ calls, price, isFree }) {
  const what = `${counted(calls, "call")} of the model`;
  if (isFree) return `Free: test pictures (${what})`;
  return price === null ? `No price is known for this model (${what})` : `Cost: ${dollars(price)} for ${what}`;
}

/** @param {string} name @param {PartCost} cost */
function partRow(name, { calls, tokens, images, price }) {
  const numbers = [calls, tokens, images].map((number) => number.toLocaleString("en"));
  const made = row("td", [...numbers, price === null ? "unknown" : dollars(price, 3)]);
  made.prepend(element("th", { textContent: name, scope: "row" }));
  return made;
}

/** @param {"th" | "td"} tag @param {string[]} texts @param {string} [scope] */
function row(tag, texts, scope) {
  return element("tr", {}, ...texts.map((textContent) => element(tag, { textContent, attrs: { scope: scope ?? null } })));
}
