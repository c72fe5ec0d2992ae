/** One comic on the shelf, or the offer to undo its deletion. */

import { generationAddress } from "../../address.js";
import { counted, dollars } from "../../amounts.js";
import { button, element, setText } from "../element.js";

/** @import { ShelfEntry } from "../../shelf/shelf_entry.js" */
/** @typedef {{ onDelete: () => void, onUndo: () => void }} Actions */

export class ShelfItem {
  #picture = element("img", { alt: "", width: 320, height: 240, draggable: false });
  #name = element("strong", { dir: "auto" });
  #facts = element("span", { className: "hint" });
  #note = element("span", { className: "hint" });
  #link = element("a", {});
  #delete;
  #comic;
  #undo;
  #undoText = element("span", { dir: "auto" });
  #undoButton;
  /** @type {string | null} */
  #shownCover = null;

  /** @param {ShelfEntry} entry @param {Actions} actions */
  constructor(entry, { onDelete, onUndo }) {
    this.#delete = button("button quiet small shelf-delete", "Delete", onDelete);
    this.#undoButton = button("button small", "Undo", onUndo);
    const frame = element("span", { className: "shelf-picture" }, this.#picture);
    this.#link.append(frame, this.#name);
    this.#comic = element("div", { className: "shelf-comic" }, this.#link, this.#facts, this.#note, this.#delete);
    this.#undo = element("div", { className: "shelf-undo", attrs: { role: "status" } });
    this.root = element("li", {}, this.#comic, this.#undo);
    this.#picture.addEventListener("load", () => URL.revokeObjectURL(this.#picture.src));
    this.update(entry);
  }

  /** @param {ShelfEntry} entry */
  update(entry) {
    this.#link.href = generationAddress(entry.id);
    setText(this.#name, entry.name);
    const facts = [chapterText(entry), stateText(entry), dateText(entry.openedAt), priceText(entry)].filter((text) => text !== null);
    setText(this.#facts, facts.join(" · "));
    setText(this.#note, noteText(entry));
    this.#delete.setAttribute("aria-label", `Delete “${entry.name}”`);
    setText(this.#undoText, `“${entry.name}” is deleted.`);
  }

  /** @param {string} cover path of the image @param {() => Promise<Blob | null>} load */
  async showCover(cover, load) {
    if (cover === this.#shownCover) return;
    this.#shownCover = cover;
    const thumbnail = await load();
    if (cover !== this.#shownCover) return;
    if (thumbnail === null) this.#shownCover = null;
    else this.#picture.src = URL.createObjectURL(thumbnail);
  }

  /** Show the offer to undo the deletion in the comic's place. */
  offerUndo() {
    this.#comic.hidden = true;
    this.#undo.replaceChildren(this.#undoText, this.#undoButton);
    this.#undoButton.focus();
  }

  /** Show the comic again. */
  restore() {
    this.#undo.replaceChildren();
    this.#comic.hidden = false;
    this.#delete.focus();
  }
}

/** @param {ShelfEntry} entry */
function chapterText({ id, chapters }) {
  const chapter = chapters.length > 1 ? chapters.find((each) => each.id === id) : undefined;
  return chapter === undefined ? null : `Chapter ${chapter.number}`;
}

/** @param {ShelfEntry} entry */
function stateText({ state, done, total }) {
  const panels = counted(total ?? 0, "panel");
  if (state === "complete") return panels;
  if (state === "planned") return `Planned, ${panels}`;
  if (state === "absent") return total === null ? null : panels;
  if (state === "expired") return "Expired";
  if (state === "failed") return "Failed";
  if (total === null) return state === "cancelled" ? "Cancelled" : "Drawing";
  if (state === "cancelled") return `Cancelled, ${done} of ${panels} drawn`;
  if (state === "drawing") return `Drawing, ${done} of ${panels} done`;
  return done < total ? `${total - done} of ${panels} missing` : `${panels}, a character is missing`;
}

/** @param {ShelfEntry} entry */
function noteText({ state }) {
  if (state === "absent") return "Not on this device. It is loaded from the server when you open it.";
  return state === "expired" ? "Neither this device nor the server has it any more." : "";
}

/** @param {number} time */
function dateText(time) {
  return new Date(time).toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });
}

/** @param {ShelfEntry} entry */
function priceText({ price }) {
  return typeof price === "number" ? dollars(price) : price;
}
