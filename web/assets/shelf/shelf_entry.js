/**
 * What the shelf shows of a comic.
 *
 * @typedef {"drawing" | "planned" | "complete" | "incomplete" | "cancelled" | "failed" | "absent" | "expired"} ShelfState
 *   `absent`: not, or not completely, on this device; `expired`: the app has it no longer, either.
 * @typedef {{
 *   id: string, name: string, story: string, openedAt: number, cover: string | null, done: number, total: number | null,
 *   price: number | "free" | null, state: ShelfState, chapters: Chapter[]
 * }} ShelfEntry `cover` is the path of the first panel; `price` is null if it is unknown; `chapters`
 *   are those of its book, or none.
 */

import { after, isScriptOnly, isWhole, itemKey, NOTHING_YET, progressOf } from "../state/generation_state.js";

/** @import { KnownComic } from "./known_comics.js" */
/** @import { SavedGeneration } from "../storage/saved_generations.js" */
/** @import { Chapter, Cost, GenerationStateAnswer, ResultMessage, Usage } from "../wire.js" */
/** @import { GenerationState } from "../state/generation_state.js" */
/** @typedef {Omit<GenerationStateAnswer, "elapsedS">} Peeked */

const NAME_WORDS = 6;

/**
 * @param {SavedGeneration} saved
 * @param {ReadonlySet<string>} storedImages paths of the images on this device
 * @returns {ShelfEntry}
 */
export function entryOf(saved, storedImages) {
  const state = saved.messages.reduce(after, NOTHING_YET);
  const { done, total } = progressOf(state, "panel");
  const chosen = (/** @type {number} */ index) => saved.choices[itemKey("panel", index)] ?? 0;
  const paths = state.generatedPanels.map((panel, index) => panel?.versions[chosen(index)] ?? panel?.image);
  const drawn = paths.filter((path) => path !== undefined);
  const isOver = state.outcome !== null;
  return {
    id: saved.id,
    name: saved.title ?? beginning(saved.request?.story ?? "A comic"),
    story: saved.request?.story ?? "",
    openedAt: saved.openedAt,
    cover: drawn[0] ?? null,
    done,
    total,
    price: priceOf(saved.cost ?? usageOf(saved.messages)),
    chapters: saved.chapters ?? [],
    state: isOver && !drawn.every((path) => storedImages.has(path)) ? "absent" : stateOf(state),
  };
}

/** Return the entry of a comic of which this device has only the name. @param {KnownComic} known @returns {ShelfEntry} */
export function absentEntry({ id, name, openedAt }) {
  return { id, name, openedAt, story: "", cover: null, done: 0, total: null, price: null, state: "absent", chapters: [] };
}

/**
 * Return an entry with what the app says of the generation.
 *
 * @param {ShelfEntry} entry
 * @param {Peeked | "gone"} answer
 * @returns {ShelfEntry}
 */
export function updated(entry, answer) {
  if (answer === "gone") return { ...entry, state: "expired" };
  const name = answer.title ?? entry.name;
  const { done, total } = answer.progress?.panels ?? entry;
  const { chapters = entry.chapters } = answer;
  const known = { ...entry, name, done, total, price: priceOf(answer.cost ?? answer.usage), chapters };
  if (entry.state === "absent" || answer.status === "running") return known;
  return { ...known, state: "absent" };
}

/** Return whether the app may know more than this device. @param {ShelfEntry} entry */
export function isWorthAsking({ state }) {
  return state === "drawing" || state === "absent";
}

/** Return whether all words of a search are in the title or the story. @param {ShelfEntry} entry @param {string} search */
export function matches({ name, story }, search) {
  const text = folded(`${name}\n${story}`);
  return folded(search).split(/\s+/).every((word) => text.includes(word));
}

/** Return the first words of a story. @param {string} story */
export function beginning(story) {
  const words = story.trim().split(/\s+/);
  return words.length > NAME_WORDS ? `${words.slice(0, NAME_WORDS).join(" ")}…` : words.join(" ");
}

/** Case, accents and the width of characters do not matter. @param {string} text */
function folded(text) {
  return text.normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase().trim();
}

/** @param {GenerationState} state @returns {ShelfState} */
function stateOf(state) {
  if (state.outcome === null) return "drawing";
  if (state.outcome === "critical") return "failed";
  if (state.outcome === "cancelled") return "cancelled";
  if (isScriptOnly(state)) return "planned";
  return isWhole(state) ? "complete" : "incomplete";
}

/** @param {ResultMessage[]} messages */
function usageOf(messages) {
  const last = messages.findLast((message) => message.type === "complete" && message.usage !== undefined);
  return last?.type === "complete" ? last.usage : undefined;
}

/** @param {Cost | Usage | undefined} cost @returns {ShelfEntry["price"]} */
function priceOf(cost) {
  return cost !== undefined && "isFree" in cost && cost.isFree ? "free" : (cost?.price ?? null);
}
