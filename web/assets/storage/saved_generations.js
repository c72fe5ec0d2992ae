/**
 * Generations and unanswered starts that this browser has stored.
 *
 * A generation's results and its cursor are in one row, so they always match. A damaged row is ignored: the app has
 * everything. A deleted generation leaves a mark, so that no other tab stores it again.
 */

import { isMessage, isRecord, isResult } from "../wire.js";

/** @import { Aspect, Chapter, Cost, ResultMessage, StoryRequest, Style } from "../wire.js" */
/** @import { LetteringMode } from "../lettering_types.d.ts" */
/** @import { Tables } from "./tables.js" */
/**
 * @typedef {{
 *   id: string, request: StoryRequest | null, style: Style | null, title: string | null, messages: ResultMessage[],
 *   cursor: number, choices: Record<string, number>, openedAt: number, changedAt: number, startKey?: string | undefined,
 *   undoUntil?: number | undefined, cost?: Cost | null | undefined, chapters?: Chapter[] | undefined, aspect?: Aspect,
 *   lettering?: LetteringMode
 * }} SavedGeneration `cursor` is the last message's `seq`; `choices` are the chosen versions, by kind and index; times are
 *   milliseconds since 1970; `startKey` is the key of the start, if this browser sent it; `undoUntil` is set if the user
 *   has deleted the generation, and until then can undo it; `cost` and `chapters` are what the app has told last.
 * @typedef {{
 *   key: string, body: string, request: StoryRequest, sentAt: number, isCancelled?: boolean
 * }} SavedStart `isCancelled`: the app has not answered the cancel yet.
 */

/** Longer than a tab stays open that still shows a deleted generation. */
const MARK_LASTS_MS = 30 * 24 * 3600 * 1000;

export class SavedGenerations {
  #tables;
  #now;

  /** @param {Tables} tables @param {() => number} now milliseconds since 1970 */
  constructor(tables, now = () => Date.now()) {
    this.#tables = tables;
    this.#now = now;
  }

  /** @param {string} id @returns {Promise<SavedGeneration | null>} */
  async get(id) {
    const row = intact(await this.#tables.read("generations", id));
    return row === undefined || row.undoUntil !== undefined ? null : row;
  }

  /** Return all generations that are not deleted, the latest first. */
  async all() {
    return (await this.overview()).generations;
  }

  /** Return all generations that are not deleted, the latest first, and the ids of those that are, undoable or not. */
  async overview() {
    const rows = await this.#tables.all("generations");
    const generations = rows.flatMap((row) => intact(row) ?? []).filter((row) => row.undoUntil === undefined);
    /** @type {string[]} */
    const deletedIds = rows.filter((row) => isDeleted(row) || row?.undoUntil !== undefined).map((row) => row.id);
    return { generations: generations.sort((one, other) => other.openedAt - one.openedAt), deletedIds };
  }

  /**
   * Store a generation, unless another tab has stored more results of it.
   *
   * @param {Omit<SavedGeneration, "openedAt" | "changedAt" | "startKey">} generation
   */
  async save(generation) {
    const changedAt = this.#now();
    await this.#tables.change(["generations"], async (transaction) => {
      const row = await transaction.get("generations", generation.id);
      if (isDeleted(row)) return;
      const stored = intact(row);
      const isBehind = stored !== undefined && stored.cursor > generation.cursor;
      transaction.put("generations", {
        ...generation,
        ...(isBehind ? { messages: stored.messages, cursor: stored.cursor } : {}),
        request: generation.request ?? stored?.request ?? null,
        openedAt: stored?.openedAt ?? changedAt,
        changedAt,
        startKey: stored?.startKey,
        undoUntil: row?.undoUntil,
        cost: generation.cost ?? stored?.cost,
        chapters: generation.chapters?.length ? generation.chapters : stored?.chapters,
      });
    });
  }

  /** Mark a generation as deleted; until `undoUntil`, the user can undo it. @param {string} id @param {number} undoUntil */
  async markDeleted(id, undoUntil) {
    await this.#tables.change(["generations"], async (transaction) => {
      const row = (await transaction.get("generations", id)) ?? { id };
      if (!isDeleted(row)) transaction.put("generations", { ...row, undoUntil });
    });
  }

  /** Remove the mark again; return false if it is too late. @param {string} id @returns {Promise<boolean>} */
  async undoDelete(id) {
    return this.#tables.change(["generations"], async (transaction) => {
      const row = await transaction.get("generations", id);
      if (!isRecord(row) || isDeleted(row) || this.#now() >= Number(row.undoUntil)) return false;
      transaction.put("generations", { ...row, undoUntil: undefined });
      return true;
    });
  }

  /** Return whether a generation is marked and can't be undone any more. @param {string} id @returns {Promise<boolean>} */
  async isDeleteDue(id) {
    // Not only a read: changes wait for each other, so no undo can follow.
    return this.#tables.change(["generations"], async (transaction) => {
      const row = await transaction.get("generations", id);
      return isRecord(row) && this.#now() >= Number(row.undoUntil);
    });
  }

  /** Return the generations that are marked as deleted. @returns {Promise<{ id: string, undoUntil: number }[]>} */
  async marked() {
    const rows = await this.#tables.all("generations");
    return rows.filter((row) => isRecord(row) && typeof row.undoUntil === "number" && !isDeleted(row));
  }

  /** Delete a generation and its images. @param {string} id */
  async delete(id) {
    // The path of an image contains the id. Reading the images themselves would load all comics into memory.
    const images = (await this.#tables.keys("images")).filter((path) => path.includes(id));
    const old = (await this.#tables.all("generations")).filter(
      (row) => isDeleted(row) && this.#now() - row.deletedAt > MARK_LASTS_MS,
    );
    await this.#tables.change(["generations", "images"], async (transaction) => {
      transaction.put("generations", { id, deletedAt: this.#now() });
      for (const { id: oldId } of old) transaction.delete("generations", oldId);
      for (const path of images) transaction.delete("images", path);
    });
  }

  /** Store a start before it is sent, so that a reload can send it again. @param {Omit<SavedStart, "sentAt">} start */
  async saveStart(start) {
    const sentAt = this.#now();
    await this.#tables.change(["starts"], async (transaction) => transaction.put("starts", { ...start, sentAt }));
  }

  /** Store the cancel of a start until the app has answered it. @param {{ key: string, request: StoryRequest }} start */
  async saveCancel({ key, request }) {
    const row = { key, request, body: "", sentAt: this.#now(), isCancelled: true };
    await this.#tables.change(["starts"], async (transaction) => transaction.put("starts", row));
  }

  /** @param {string} key @returns {Promise<SavedStart | null>} */
  async start(key) {
    return intactStart(await this.#tables.read("starts", key)) ?? null;
  }

  /** Return the unanswered starts, the latest first. @returns {Promise<SavedStart[]>} */
  async starts() {
    const rows = (await this.#tables.all("starts")).flatMap((row) => intactStart(row) ?? []);
    return rows.sort((one, other) => other.sentAt - one.sentAt);
  }

  /**
   * Replace a start with its generation, unless the start was cancelled.
   *
   * @param {SavedStart | Omit<SavedStart, "sentAt">} start
   * @param {string} id
   */
  async replaceStart(start, id) {
    const now = this.#now();
    await this.#tables.change(["starts", "generations"], async (transaction) => {
      if ((await transaction.get("starts", start.key))?.isCancelled) return;
      transaction.delete("starts", start.key);
      const row = await transaction.get("generations", id);
      if (isDeleted(row)) return;
      const stored = intact(row);
      transaction.put("generations", {
        id,
        request: start.request,
        style: start.request.style,
        title: null,
        messages: [],
        cursor: 0,
        choices: {},
        openedAt: now,
        changedAt: now,
        ...stored,
        startKey: start.key,
      });
    });
  }

  /** Return the id of a start's generation, or null if unknown. @param {string} key @returns {Promise<string | null>} */
  async generationOf(key) {
    return (await this.all()).find((generation) => generation.startKey === key)?.id ?? null;
  }

  /** Delete a refused start. @param {string} key */
  async deleteStart(key) {
    await this.#tables.change(["starts"], async (transaction) => transaction.delete("starts", key));
  }
}

/** Return whether a row is the mark of a deleted generation. @param {any} row */
function isDeleted(row) {
  return isRecord(row) && typeof row.deletedAt === "number";
}

/** Return a row if it is complete. @param {unknown} row @returns {SavedGeneration | undefined} */
function intact(row) {
  const generation = upgraded(row);
  if (!isRecord(generation) || !Array.isArray(generation.messages) || !isRecord(generation.choices)) return undefined;
  const { cursor, messages } = generation;
  const isIntact = messages.every((each, index) => isMessage(each) && isResult(each) && each.seq === index + 1);
  return isIntact && cursor === messages.length ? /** @type {SavedGeneration} */ (/** @type {unknown} */ (generation)) : undefined;
}

/** Return a row if it is complete. @param {unknown} row @returns {SavedStart | undefined} */
function intactStart(row) {
  const start = upgraded(row);
  if (!isRecord(start) || typeof start.body !== "string" || !isRecord(start.request)) return undefined;
  return typeof start.request.story === "string" ? /** @type {SavedStart} */ (/** @type {unknown} */ (start)) : undefined;
}

/** Earlier versions of the page stored the request as `told`. @param {unknown} row */
function upgraded(row) {
  if (!isRecord(row) || !("told" in row)) return row;
  const { told, ...rest } = row;
  return { request: told, ...rest };
}
