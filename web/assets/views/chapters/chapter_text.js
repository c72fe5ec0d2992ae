/** Chapters in words. */

/** @import { Chapter } from "../../wire.js" */

/** @type {Readonly<Record<Chapter["status"], string>>} */
const STATES = { waiting: "not begun", running: "being drawn", completed: "", failed: "failed", cancelled: "cancelled" };

/** @param {Pick<Chapter, "status">} chapter */
export function chapterState({ status }) {
  return STATES[status] ?? "";
}

/** Return the chapter after this one, or null. @param {Chapter[]} chapters @param {string} id */
export function nextOf(chapters, id) {
  const index = chapters.findIndex((chapter) => chapter.id === id);
  return index < 0 ? null : (chapters[index + 1] ?? null);
}
