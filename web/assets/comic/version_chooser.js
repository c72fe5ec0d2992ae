/** Chooses which version of an image counts: on the page at once, and in the app, which may refuse it. */

import { itemKey } from "../state/generation_state.js";
import { problemFrom } from "../state/problem.js";
import { versionsOf } from "./image_info.js";

/** @import { Api } from "../net/api.js" */
/** @import { GenerationStore } from "../state/generation_store.js" */
/** @import { ItemKind } from "../wire.js" */

export class VersionChooser {
  #api;
  #store;
  /** What is being sent, by generation and image. @type {Map<string, Promise<void>>} */
  #sending = new Map();

  /** @param {Pick<Api, "chooseVersion">} api @param {Pick<GenerationStore, "state" | "choose" | "note">} store */
  constructor(api, store) {
    this.#api = api;
    this.#store = store;
  }

  /** Resolves when the app has answered all choices. */
  async settled() {
    await Promise.all(this.#sending.values());
  }

  /**
   * Let a version count. Resolves when the app has answered.
   *
   * @param {ItemKind} kind
   * @param {number} index counts from 0
   * @param {number} version counts from 1
   */
  async choose(kind, index, version) {
    const { state } = this.#store;
    const counting = versionsOf(state, kind, index).version;
    if (state.generationId === null) return;
    this.#store.choose(kind, index, version);
    const name = `${state.generationId} ${itemKey(kind, index)}`;
    // If the app has not answered an earlier choice, this one is sent after it.
    const sending =
      this.#sending.get(name) ??
      this.#send(state.generationId, kind, index, counting).finally(() => this.#sending.delete(name));
    this.#sending.set(name, sending);
    await sending;
  }

  /** @param {string} id @param {ItemKind} kind @param {number} index @param {number} counting what the app uses now */
  async #send(id, kind, index, counting) {
    const isShown = () => this.#store.state.generationId === id;
    const wanted = () => (isShown() ? versionsOf(this.#store.state, kind, index).version : counting);
    this.#store.note(kind, index, "");
    try {
      while (wanted() !== counting) {
        const version = wanted();
        await this.#api.chooseVersion(id, kind, index, version);
        counting = version;
      }
    } catch (error) {
      const { message } = problemFrom(error);
      if (!isShown()) return;
      this.#store.choose(kind, index, counting);
      this.#store.note(kind, index, `Version ${counting} is still used. ${message}`);
    }
  }
}
