/**
 * Generations as this browser knows them: the results that came, and the starts that were sent and not answered yet.
 *
 * A generation's results and its cursor are one row, so they are never apart: what was shown is known, and what is
 * asked for next is what was not shown. A damaged row counts as none: the app has it all.
 */

import { isMessage, isRecord, isResult } from "../wire.js";

/** @typedef {import("./tables.js").Tables} Tables */
/** @typedef {import("../wire.js").ItemKind} ItemKind */
/** @typedef {import("../wire.js").ResultMessage} ResultMessage */
/** @typedef {import("../wire.js").Style} Style */
/** @typedef {{ story: string, style: Style, noDialogue: boolean }} Told What was asked for, as far as it is known. */
/**
 * @typedef {{
 *   id: string, told: Told | null, style: Style | null, title: string | null, messages: ResultMessage[],
 *   cursor: number, choices: Record<string, number>, openedAt: number, changedAt: number, startKey?: string | undefined
 * }} SavedGeneration `cursor` is the last message's `seq`; `choices` are versions to show, by kind and index; times
 *   are milliseconds since 1970; `startKey` is the key of the start, if it was sent from this browser.
 * @typedef {{
 *   key: string, body: string, told: Told, sentAt: number, isCancelled?: boolean
 * }} SavedStart `body` is what is sent, to the byte; `isCancelled`: the app has still to answer the cancel.
 */

export class SavedGenerations {
  #tables;
  #now;

  /**
   * @param {Tables} tables
   * @param {() => number} now milliseconds since 1970
   */
  constructor(tables, now = Date.now) {
    this.#tables = tables;
    this.#now = now;
  }

  /**
   * @param {string} id
   * @returns {Promise<SavedGeneration | null>}
   */
  async get(id) {
    const row = await this.#tables.read("generations", id);
    return isWhole(row) ? row : null;
  }

  /**
   * Return those that are known, the latest first.
   *
   * @returns {Promise<SavedGeneration[]>}
   */
  async all() {
    const rows = (await this.#tables.all("generations")).filter(isWhole);
    return rows.sort((one, other) => other.openedAt - one.openedAt);
  }

  /**
   * Keep what a generation has come to. Another tab may have kept more of it: then that stands.
   *
   * @param {Omit<SavedGeneration, "openedAt" | "changedAt" | "startKey">} generation
   */
  async keep(generation) {
    const changedAt = this.#now();
    await this.#tables.change(["generations"], async (transaction) => {
      const kept = wholeOrNone(await transaction.get("generations", generation.id));
      const isBehind = kept !== undefined && kept.cursor > generation.cursor;
      transaction.put("generations", {
        ...generation,
        ...(isBehind ? { messages: kept.messages, cursor: kept.cursor } : {}),
        told: generation.told ?? kept?.told ?? null,
        openedAt: kept?.openedAt ?? changedAt,
        changedAt,
        startKey: kept?.startKey,
      });
    });
  }

  /**
   * Forget a generation and its images.
   *
   * @param {string} id
   */
  async forget(id) {
    const images = (await this.#tables.all("images")).filter((image) => image.generationId === id);
    await this.#tables.change(["generations", "images"], async (transaction) => {
      transaction.delete("generations", id);
      for (const image of images) transaction.delete("images", image.path);
    });
  }

  /**
   * Keep a start before it is sent, so that it can be sent again after a reload.
   *
   * @param {Omit<SavedStart, "sentAt">} start
   */
  async keepStart(start) {
    const sentAt = this.#now();
    await this.#tables.change(["starts"], async (transaction) => transaction.put("starts", { ...start, sentAt }));
  }

  /**
   * Keep the cancel of a start until the app has answered it. The start's body is not needed any more.
   *
   * @param {{ key: string, told: Told }} start
   */
  async keepCancel({ key, told }) {
    const row = { key, told, body: "", sentAt: this.#now(), isCancelled: true };
    await this.#tables.change(["starts"], async (transaction) => transaction.put("starts", row));
  }

  /**
   * @param {string} key
   * @returns {Promise<SavedStart | null>}
   */
  async start(key) {
    const row = await this.#tables.read("starts", key);
    return isWholeStart(row) ? row : null;
  }

  /**
   * Return the starts that were not answered, the latest first.
   *
   * @returns {Promise<SavedStart[]>}
   */
  async starts() {
    const rows = (await this.#tables.all("starts")).filter(isWholeStart);
    return rows.sort((one, other) => other.sentAt - one.sentAt);
  }

  /**
   * Put the generation that a start has become in the start's place, unless it was cancelled.
   *
   * @param {SavedStart | Omit<SavedStart, "sentAt">} start
   * @param {string} id
   */
  async startBecame(start, id) {
    const now = this.#now();
    await this.#tables.change(["starts", "generations"], async (transaction) => {
      if ((await transaction.get("starts", start.key))?.isCancelled) return;
      transaction.delete("starts", start.key);
      const kept = wholeOrNone(await transaction.get("generations", id));
      transaction.put("generations", {
        id,
        told: start.told,
        style: start.told.style,
        title: null,
        messages: [],
        cursor: 0,
        choices: {},
        openedAt: now,
        changedAt: now,
        ...kept,
        startKey: start.key,
      });
    });
  }

  /**
   * Return the id of the generation that a start has become, or null if it is not known.
   *
   * @param {string} key
   * @returns {Promise<string | null>}
   */
  async startedAs(key) {
    return (await this.all()).find((generation) => generation.startKey === key)?.id ?? null;
  }

  /**
   * Forget a start that was refused.
   *
   * @param {string} key
   */
  async forgetStart(key) {
    await this.#tables.change(["starts"], async (transaction) => transaction.delete("starts", key));
  }
}

/** @param {unknown} row @returns {row is SavedGeneration} */
function isWhole(row) {
  if (!isRecord(row) || !Array.isArray(row.messages) || !isRecord(row.choices)) return false;
  return (
    row.cursor === row.messages.length &&
    row.messages.every((message, index) => isMessage(message) && isResult(message) && message.seq === index + 1)
  );
}

/** @param {unknown} row */
function wholeOrNone(row) {
  return isWhole(row) ? row : undefined;
}

/** @param {unknown} row @returns {row is SavedStart} */
function isWholeStart(row) {
  return isRecord(row) && typeof row.body === "string" && isRecord(row.told) && typeof row.told.story === "string";
}
