/** How the generation ended, and what the user can do next. */

import { progressOf } from "../../state/generation_state.js";
import { button, element, find } from "../element.js";

/** @import { GenerationStore } from "../../state/generation_store.js" */
/** @import { StoreState } from "../../state/store_state.js" */
/** @typedef {{ tone: "calm" | "bad", title: string, text: string, action?: { name: string, run: () => void } }} Ending */

export class EndingView {
  #store;
  #root = find("ending", HTMLElement);
  #shown = "";

  /** @param {GenerationStore} store */
  constructor(store) {
    this.#store = store;
  }

  /** @param {StoreState} state */
  update(state) {
    const ending = this.#endingOf(state);
    const shown = JSON.stringify([ending, state.notice]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#root.hidden = ending === null && state.notice === null;
    this.#root.replaceChildren(...(ending === null ? [] : partsOf(ending)));
    if (state.notice !== null) {
      this.#root.append(element("p", { className: "ending-notice", textContent: state.notice, attrs: { role: "alert" } }));
    }
    this.#root.classList.toggle("is-bad", ending?.tone === "bad");
  }

  /** @param {StoreState} state @returns {Ending | null} */
  #endingOf(state) {
    if (state.isGenerating) return null;
    const retry = (/** @type {string} */ name) => ({ name, run: () => void this.#store.retry() });
    if (state.error !== null && state.failedStep === null) {
      const { message, suggestion, category } = state.error;
      const again = { name: "Try again", run: () => void this.#store.refresh() };
      const ending = { tone: /** @type {const} */ ("bad"), title: "Comic not found", text: `${message} ${suggestion}` };
      return category === "gone" ? ending : { ...ending, title: "Something went wrong", action: again };
    }
    if (state.outcome === "critical") {
      const text = `${state.error?.message ?? ""} ${state.error?.suggestion ?? ""}`;
      return { tone: "bad", title: "The drawing failed", text, action: retry("Try again") };
    }
    if (state.outcome === "cancelled") {
      const text = "Finished images are kept. No more will be drawn.";
      return { tone: "calm", title: "Cancelled", text, action: retry("Continue drawing") };
    }
    return state.outcome === "complete" ? incomplete(state, retry) : null;
  }
}

/**
 * @param {StoreState} state
 * @param {(name: string) => { name: string, run: () => void }} retry
 * @returns {Ending | null}
 */
function incomplete(state, retry) {
  const panels = missing(state, "panel");
  const characters = missing(state, "character");
  if (panels === 0 && characters === 0) return null;
  const counts = [counted(panels, "panel"), counted(characters, "character")].filter(Boolean).join(" and ");
  const text = `${counts} could not be drawn. You can draw each again with your own instructions.`;
  return { tone: "bad", title: "Almost there", text, action: retry("Draw missing images") };
}

/** @param {StoreState} state @param {"panel" | "character"} kind */
function missing(state, kind) {
  const { done, total } = progressOf(state, kind);
  return (total ?? 0) - done;
}

/** @param {number} count @param {string} name */
function counted(count, name) {
  return count === 0 ? "" : `${count} ${name}${count === 1 ? "" : "s"}`;
}

/** @param {Ending} ending @returns {Node[]} */
function partsOf({ title, text, action }) {
  const words = element(
    "div",
    {},
    element("strong", { textContent: title }),
    element("p", { textContent: text.trim(), dir: "auto" }),
  );
  if (action === undefined) return [words];
  return [words, button("button primary", action.name, action.run)];
}
