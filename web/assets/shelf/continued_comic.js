/** What this browser knows of a comic that a story continues. */

import { after, NOTHING_YET } from "../state/generation_state.js";
import { beginning } from "./shelf_entry.js";

/** @import { SavedGenerations } from "../storage/saved_generations.js" */

/** @param {Pick<SavedGenerations, "get">} savedGenerations @param {string} id */
export async function continuedComic(savedGenerations, id) {
  const saved = await savedGenerations.get(id);
  if (saved === null) return null;
  const { storyAnalysis } = saved.messages.reduce(after, NOTHING_YET);
  const title = saved.title ?? beginning(saved.request?.story ?? "A comic");
  return { title, cast: storyAnalysis?.characters.map(({ name }) => name) ?? [] };
}
