/** How the generation ended, and what the user can do next. */

import { scriptAddress } from "../../address.js";
import { counted } from "../../amounts.js";
import { RetryPrice } from "../../price/retry_price.js";
import { isPlanned, itemKey, progressOf } from "../../state/generation_state.js";
import { button, element, find, setText } from "../element.js";
import { reportButton } from "../report_dialog.js";
import { nameOfKey } from "./progress_text.js";

/** @import { Api } from "../../net/api.js" */
/** @import { GenerationStore } from "../../state/generation_store.js" */
/** @import { StoreState } from "../../state/store_state.js" */
/** @import { ItemKind } from "../../wire.js" */
/**
 * @typedef {{
 *   kind: ItemKind, index: number, name: string, reason: string, help: string, needsInstructions: boolean
 * }} Missing An image that could not be drawn.
 */
/**
 * @typedef {{
 *   tone: "calm" | "bad", title: string, text: string, action?: { name: string, run: () => void }, missing?: Missing[],
 *   script?: string
 * }} Ending `script` is the address of its editor, if there is a script to draw.
 */

/** @type {Ending} */
const ONLY_HERE = {
  tone: "calm",
  title: "Only on this device",
  text: "The server no longer has this comic. You can still read it here, but not download or change it.",
};

export class EndingView {
  #store;
  #root = find("ending", HTMLElement);
  #onRedo;
  #price = element("p", { className: "hint ending-price", attrs: { role: "status" } });
  #retryPrice;
  #shown = "";

  /**
   * @param {GenerationStore} store
   * @param {Pick<Api, "estimateRetry">} api
   * @param {(kind: ItemKind, index: number) => void} onRedo asks what should be different, and draws the image again
   */
  constructor(store, api, onRedo) {
    this.#store = store;
    this.#retryPrice = new RetryPrice(api, (text) => setText(this.#price, text));
    this.#onRedo = onRedo;
  }

  /** @param {StoreState} state */
  update(state) {
    const ending = this.#endingOf(state);
    void this.#retryPrice.update(state.generationId ?? "", ending?.script === undefined ? "" : drawingKey(state));
    const shown = JSON.stringify([ending, state.notice]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#root.hidden = ending === null && state.notice === null;
    this.#root.replaceChildren(...(ending === null ? [] : this.#partsOf(ending)));
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
      if (category === "gone" && state.outcome === "complete") return ONLY_HERE;
      return category === "gone" ? ending : { ...ending, title: "Something went wrong", action: again };
    }
    if (state.outcome === "critical") {
      const text = `${state.error?.message ?? ""} ${state.error?.suggestion ?? ""}`;
      return { tone: "bad", title: "The comic could not be drawn", text, action: retry("Try again") };
    }
    if (state.outcome === "cancelled") {
      const text = "Finished images are kept. No more will be drawn.";
      return { tone: "calm", title: "Cancelled", text, action: retry("Continue drawing") };
    }
    if (isPlanned(state)) return planned(state, retry);
    return state.outcome === "complete" ? incomplete(state, retry) : null;
  }

  /** @param {Ending} ending @returns {Node[]} */
  #partsOf({ tone, title, text, action, script, missing = [] }) {
    const words = element(
      "div",
      {},
      element("strong", { textContent: title }),
      element("p", { textContent: text.trim(), dir: "auto" }),
      script !== undefined && this.#price,
    );
    const actions = [
      script !== undefined && element("a", { className: "button", href: script, textContent: "Edit the script" }),
      action !== undefined && button("button primary", action.name, action.run),
      tone === "bad" && reportButton([`${title}.`, text.trim(), ...missing.map(({ reason }) => reason)].join("\n")),
    ];
    return [
      words,
      element("div", { className: "ending-actions" }, ...actions),
      ...(missing.length === 0 ? [] : [element("ul", { className: "missing" }, ...missing.map((one) => this.#item(one)))]),
    ];
  }

  /** @param {Missing} missing */
  #item({ kind, index, name, reason, help, needsInstructions }) {
    const again = () => (needsInstructions ? this.#onRedo(kind, index) : void this.#store.redo(kind, index, ""));
    return element(
      "li",
      {},
      element("p", { dir: "auto" }, reason, " ", element("span", { className: "hint", textContent: help })),
      button("button small", `Draw ${name} again`, again, { dir: "auto" }),
    );
  }
}

/**
 * Nothing is drawn of this script, or of its changes.
 *
 * @param {StoreState} state
 * @param {(name: string) => { name: string, run: () => void }} retry
 * @returns {Ending}
 */
function planned(state, retry) {
  const [characters, panels] = [missingOf(state, "character").length, missingOf(state, "panel").length];
  const isNew = panels === progressOf(state, "panel").total;
  const counts = [panels > 0 && counted(panels, "panel"), characters > 0 && counted(characters, "character")];
  const missing = counts.filter(Boolean).join(" and ");
  return {
    tone: "calm",
    title: isNew ? "The script is ready" : "The script has changed",
    text: isNew ? "Nothing is drawn yet. Read the script, and change what you like." : `${missing} to draw. The rest of the comic is kept.`,
    action: retry(isNew ? "Draw the comic" : `Draw ${missing}`),
    script: scriptAddress(state.generationId ?? ""),
  };
}

/** Return what tells apart what a retry would draw. @param {StoreState} state */
function drawingKey(state) {
  const missing = [...missingOf(state, "character"), ...missingOf(state, "panel")].map(({ kind, index }) => itemKey(kind, index));
  return JSON.stringify([state.generationId, missing, state.storyAnalysis, state.storyBreakdown]);
}

/**
 * @param {StoreState} state
 * @param {(name: string) => { name: string, run: () => void }} retry
 * @returns {Ending | null}
 */
function incomplete(state, retry) {
  const characters = missingOf(state, "character");
  const panels = missingOf(state, "panel");
  const missing = [...characters, ...panels];
  if (missing.length === 0) return null;
  const counts = [panels.length > 0 && counted(panels.length, "panel"), characters.length > 0 && counted(characters.length, "character")];
  const title = `${counts.filter(Boolean).join(" and ")} could not be drawn`;
  const text = "The rest of the comic is kept. Only what is missing is drawn and paid for again.";
  return { tone: "bad", title, text, action: retry("Draw all missing images"), missing };
}

/** @param {StoreState} state @param {ItemKind} kind @returns {Missing[]} */
function missingOf(state, kind) {
  const drawn = kind === "panel" ? state.generatedPanels : state.characterReferences;
  const planned = Array.from({ length: progressOf(state, kind).total ?? 0 }, (_, index) => index);
  return planned
    .filter((index) => drawn[index] === undefined)
    .map((index) => {
      const name = nameOfKey(state, itemKey(kind, index));
      const problem = state.failures[itemKey(kind, index)];
      const reason = problem?.message ?? `Failed to generate ${name}.`;
      return { kind, index, name, reason, help: problem?.suggestion ?? "", needsInstructions: problem?.category === "content" };
    });
}
