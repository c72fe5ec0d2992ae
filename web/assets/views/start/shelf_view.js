/** The comics of this browser, the latest first. */

import { startingAddress } from "../../address.js";
import { booksOf } from "../../shelf/books.js";
import { beginning, isWorthAsking, matches, updated } from "../../shelf/shelf_entry.js";
import { button, element, find, setText } from "../element.js";
import { place, ShelfBook } from "./shelf_book.js";
import { ShelfItem } from "./shelf_item.js";

/** @import { Deleter } from "../../shelf/deleter.js" */
/** @import { Book } from "../../shelf/books.js" */
/** @import { Shelf } from "../../shelf/shelf.js" */
/** @import { ShelfEntry } from "../../shelf/shelf_entry.js" */
/** @import { SavedStart } from "../../storage/saved_generations.js" */
/** @import { Thumbnails } from "../../shelf/thumbnails.js" */

const PAGE_LENGTH = 12;
const FEWEST_TO_SEARCH = 6;

export class ShelfView {
  #root = find("shelf", HTMLElement);
  #list = find("shelf-list", HTMLUListElement);
  #search = find("shelf-search", HTMLInputElement);
  #searchField = find("shelf-search-field", HTMLElement);
  #count = find("shelf-count", HTMLElement);
  #more = find("shelf-more", HTMLButtonElement);
  #shelf;
  #deleter;
  #thumbnails;
  #onCancel;
  #onUpdate;
  /** @type {SavedStart[]} */
  #starts = [];
  /** @type {ShelfEntry[]} */
  #entries = [];
  /** @type {Map<string, ShelfItem>} */
  #items = new Map();
  /** @type {Map<string, ShelfBook>} */
  #books = new Map();
  /** Entries whose deletion can be undone. @type {Map<string, ShelfEntry>} */
  #deleted = new Map();
  /** Comics that were deleted on this device. @type {Set<string>} */
  #deletedIds = new Set();
  #most = PAGE_LENGTH;

  /**
   * @param {Shelf} shelf
   * @param {Deleter} deleter
   * @param {Thumbnails} thumbnails
   * @param {{ onCancel: (start: SavedStart) => Promise<void>, onUpdate: (isEmpty: boolean) => void }} actions
   */
  constructor(shelf, deleter, thumbnails, { onCancel, onUpdate }) {
    this.#shelf = shelf;
    this.#deleter = deleter;
    this.#thumbnails = thumbnails;
    this.#onCancel = onCancel;
    this.#onUpdate = onUpdate;
    this.#search.addEventListener("input", () => this.#show());
    this.#more.addEventListener("click", () => this.#showMore());
  }

  /** Show the current list. */
  async update() {
    const { starts, entries, deletedIds } = await this.#shelf.load();
    for (const id of deletedIds) this.#deletedIds.add(id);
    this.#starts = starts;
    const restorable = [...this.#deleted.values()];
    this.#entries = [...restorable, ...entries.filter(({ id }) => !this.#deleted.has(id))].sort(
      (one, other) => other.openedAt - one.openedAt,
    );
    this.#show();
    await this.#ask();
  }

  #show() {
    const isSearchable = this.#entries.length >= FEWEST_TO_SEARCH;
    const search = isSearchable ? this.#search.value : "";
    const found = this.#entries.filter((entry) => this.#deleted.has(entry.id) || matches(entry, search));
    const books = booksOf(found, new Set([...this.#deletedIds, ...this.#entries.map(({ id }) => id)]));
    const shown = books.slice(0, this.#most);
    const isEmpty = this.#starts.length === 0 && this.#entries.length === 0;
    this.#root.hidden = isEmpty;
    this.#searchField.hidden = !isSearchable;
    setText(this.#count, search.trim() === "" ? "" : `${found.length} of ${this.#entries.length} comics`);
    this.#more.hidden = shown.length === books.length;
    place(this.#list, [...this.#starts.map((start) => this.#start(start)), ...shown.map((book) => this.#book(book))]);
    this.#onUpdate(isEmpty);
  }

  /** @param {Book} book */
  #book(book) {
    const items = book.entries.map((entry) => this.#item(entry).root);
    const [only] = items;
    if (only !== undefined && items.length + book.others.length === 1) return only;
    const shown = this.#books.get(book.key) ?? new ShelfBook();
    this.#books.set(book.key, shown);
    shown.update(book, items);
    return shown.root;
  }

  /** @param {ShelfEntry} entry */
  #item(entry) {
    let item = this.#items.get(entry.id);
    if (item === undefined) {
      item = new ShelfItem(entry, { onDelete: () => void this.#delete(entry.id), onUndo: () => void this.#undo(entry.id) });
      this.#items.set(entry.id, item);
    }
    item.update(entry);
    const { id, cover } = entry;
    if (cover !== null) void item.showCover(cover, () => this.#thumbnails.get(id, cover));
    return item;
  }

  /** Show what the app says of comics that are not, or not completely, on this device. */
  async #ask() {
    const shown = this.#entries.slice(0, this.#most).filter((entry) => isWorthAsking(entry));
    for (const entry of shown) {
      const answer = await this.#shelf.ask(entry.id);
      if (answer === null) return;
      this.#entries = this.#entries.map((each) => (each.id === entry.id ? updated(each, answer) : each));
      this.#show();
    }
  }

  #showMore() {
    const next = this.#most;
    this.#most += PAGE_LENGTH;
    this.#show();
    this.#list.children[this.#starts.length + next]?.querySelector("a")?.focus();
    void this.#ask();
  }

  /** @param {string} id */
  async #delete(id) {
    const entry = this.#entries.find((each) => each.id === id);
    if (entry === undefined || this.#deleted.has(id)) return;
    this.#deleted.set(id, entry);
    this.#items.get(id)?.offerUndo();
    await this.#deleter.delete(id, () => this.#forget(id));
  }

  /** @param {string} id */
  async #undo(id) {
    if (!(await this.#deleter.undo(id))) return this.#forget(id);
    this.#deleted.delete(id);
    this.#items.get(id)?.restore();
    await this.update();
  }

  /** The deletion is final. @param {string} id */
  #forget(id) {
    const hadFocus = this.#items.get(id)?.root.contains(document.activeElement) === true;
    this.#deleted.delete(id);
    this.#items.delete(id);
    this.#deletedIds.add(id);
    this.#entries = this.#entries.filter((entry) => entry.id !== id);
    this.#show();
    if (hadFocus) find("shelf-title", HTMLElement).focus();
  }

  /** @param {SavedStart} start */
  #start(start) {
    const name = element("strong", { textContent: beginning(start.request.story), dir: "auto" });
    if (start.isCancelled) {
      return element("li", { className: "shelf-start" }, name, element("span", { className: "hint", textContent: "Cancelling…" }));
    }
    const click = () => {
      void this.#onCancel(start).then(() => this.update());
      void this.update();
    };
    return element(
      "li",
      { className: "shelf-start" },
      element("a", { href: startingAddress(start.key) }, name),
      element("span", { className: "hint" }, "Sent, waiting for an answer. ", button("link", "Cancel it", click)),
    );
  }
}
