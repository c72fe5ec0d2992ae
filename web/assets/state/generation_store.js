/** What the user can do with a generation: start it, find it again, change it and delete it. */

import { Refused } from "../net/refused.js";
import { estimateBody, expectedSeconds } from "../price/estimates.js";
import { countWords } from "../story_words.js";
import { withTimeLimit } from "../time_limit.js";
import { isPlanned, itemKey, withoutFailures } from "./generation_state.js";
import { problemFrom } from "./problem.js";
import { ShownGeneration } from "./shown_generation.js";
import { StartCanceller } from "./start_canceller.js";

/** @import { Analytics } from "../analytics.js" */
/** @import { Api } from "../net/api.js" */
/** @import { Reference } from "../references/reference_list.js" */
/** @import { SavedGenerations } from "../storage/saved_generations.js" */
/** @import { ItemKind, Origin, StoryRequest } from "../wire.js" */
/** @import { Section } from "./generation_state.js" */
/** @import { StoreState } from "./store_state.js" */
/**
 * @typedef {StoryRequest & {
 *   characters: Reference[], settings: Reference[], expectedS?: number | null
 * }} Submission `expectedS` are the seconds that it will probably take, if that is known.
 */

const ESTIMATE_LIMIT_MS = 15_000;

export class GenerationStore {
  #api;
  #saved;
  #analytics;
  #shown;
  #canceller;
  /** @type {{ key: string, body: string } | null} */
  #unanswered = null;

  /**
   * @param {Api} api
   * @param {SavedGenerations} saved
   * @param {Analytics} analytics
   * @param {() => number} now a monotonic clock in milliseconds
   */
  constructor(api, saved, analytics, now = () => performance.now()) {
    this.#api = api;
    this.#saved = saved;
    this.#analytics = analytics;
    this.#shown = new ShownGeneration(api, saved, analytics, now);
    this.#canceller = new StartCanceller(api, saved);
  }

  get state() {
    return this.#shown.state;
  }

  /** @param {(state: StoreState) => void} watcher */
  watch(watcher) {
    return this.#shown.watch(watcher);
  }

  get elapsedS() {
    return this.#shown.elapsedS;
  }

  get secondsLeft() {
    return this.#shown.secondsLeft;
  }

  /** Start a generation and follow it to its end. @param {Submission} submission */
  async generate({ characters, settings, expectedS = null, ...request }) {
    const references = { uploadedCharacterReferences: characters, uploadedSettingReferences: settings };
    const body = JSON.stringify({ ...request, ...references, images: "url" });
    // The same story again after an error: the first start may have arrived, so this must not start another one.
    const key = this.#unanswered?.body === body ? this.#unanswered.key : newKey();
    const start = { key, body, request };
    this.#track("start_generation_stream", { label: request.style, value: countWords(request.story) });
    this.clearResults();
    this.#shown.beginStart(start);
    this.#shown.expect(expectedS);
    await this.#saved.saveStart(start);
    if (this.state.startKey === key) await this.#followStart(start, { isExpected: expectedS !== null });
    else await this.#saved.deleteStart(key);
  }

  /**
   * Send an unanswered start again, or show its generation if it was answered. Return whether there is such a start (or
   * the user has left it).
   *
   * @param {string} key
   */
  async resumeStart(key) {
    this.clearResults();
    const isShown = this.#shown.visit();
    const start = await this.#saved.start(key);
    if (!isShown()) return true;
    if (start?.isCancelled) return false;
    if (start === null) {
      const id = await this.#saved.generationOf(key);
      if (!isShown()) return true;
      if (id !== null) await this.open(id);
      return id !== null;
    }
    this.#shown.beginStart(start);
    await this.#followStart(start, { isResumed: true });
    return true;
  }

  /** Show a generation: first what this browser has stored of it, then the rest. @param {string} id */
  async open(id) {
    this.clearResults();
    const isShown = this.#shown.visit();
    this.#shown.set({ generationId: id, isLoading: true });
    const saved = await this.#saved.get(id);
    if (!isShown()) return;
    if (saved !== null) this.#shown.restore(saved);
    await this.refresh();
  }

  /** Ask the app for new results, and follow them. */
  async refresh() {
    const id = this.state.generationId;
    const isShown = this.#shown.visit();
    if (id === null || this.#shown.isFollowed) return;
    try {
      const since = this.state.choices;
      const answer = await this.#api.generation(id);
      if (!isShown() || this.#shown.isFollowed) return;
      this.#shown.learn(answer, since);
      if (answer.status === "running") void this.#expect();
      else if (answer.lastSeq <= this.#shown.cursor) return this.#shown.set({ isLoading: false });
    } catch (error) {
      if (!isShown() || this.#shown.isFollowed) return;
      if (error instanceof Refused && !error.isPassing) return this.#shown.fail(error);
      // The network is down. Following waits until it is back, which an ended generation does not need.
      if (this.state.outcome !== null) return this.#shown.set({ isLoading: false });
    }
    await this.#follow({ id, after: this.#shown.cursor });
  }

  /** Stop the drawing and keep the finished images. Before the app has answered, cancel the start. */
  async cancel() {
    const { generationId: id, startKey: key, request } = this.state;
    if (id !== null) {
      this.#track("cancel");
      this.#shown.set({ isCancelling: true });
      await this.#change(() => this.#api.cancel(id), { follows: false });
    } else if (key !== null && request !== null) await this.cancelStart({ key, request });
  }

  /** Cancel an unanswered start; resolves when the app has answered. @param {{ key: string, request: StoryRequest }} start */
  async cancelStart(start) {
    this.#track("cancel_start");
    if (this.#unanswered?.key === start.key) this.#unanswered = null;
    const answered = this.#canceller.cancel(start);
    if (this.state.startKey === start.key) {
      this.clearResults();
      this.#shown.set({ isCancelling: true });
    }
    const isShown = this.#shown.visit();
    await answered;
    if (isShown()) this.#shown.set({ isCancelling: false });
  }

  /** Send the cancels that an earlier visit could not send; return whether there were any. */
  resumeCancels() {
    return this.#canceller.resume();
  }

  /** Draw the missing images. */
  async retry() {
    const id = this.state.generationId;
    const isShown = this.#shown.visit();
    if (id === null) return;
    this.#track("retry");
    const wasPlanned = isPlanned(this.state);
    // The frames appear right after the click, so that nothing moves later.
    if (wasPlanned) this.#shown.set({ stopsAfterPlan: false, isGenerating: true });
    await this.#change(async () => {
      await this.#api.retry(id);
      if (isShown()) this.#shown.set(withoutFailures(this.state));
    });
    const isRefused = isShown() && this.state.notice !== null && this.state.outcome === "complete";
    if (wasPlanned && isRefused) this.#shown.set({ stopsAfterPlan: true, isGenerating: false });
  }

  /**
   * Draw one image again.
   *
   * @param {ItemKind} kind
   * @param {number} index counts from 0
   * @param {string} instructions what should be different; may be empty
   * @param {Origin} [origin] `current`: change only that in the current image
   */
  async redo(kind, index, instructions, origin = "nothing") {
    const id = this.state.generationId;
    const isShown = this.#shown.visit();
    if (id === null) return;
    this.#track(`${origin === "current" ? "change" : "redo"}_${kind}`);
    const key = itemKey(kind, index);
    this.#shown.set({ redoing: key });
    this.#shown.note(key, "");
    await this.#change(() => this.#api.regenerate(id, kind, index, instructions, origin));
    if (!isShown()) return;
    const { notice } = this.state;
    if (notice !== null) this.#shown.note(key, `It could not be drawn again. ${notice}`);
    this.#shown.set({ redoing: null });
  }

  /** Use another version of an image on this page. @param {ItemKind} kind @param {number} index @param {number} version */
  choose(kind, index, version) {
    this.#shown.choose(kind, index, version);
  }

  /** Tell why an action with an image failed. @param {ItemKind} kind @param {number} index @param {string} text */
  note(kind, index, text) {
    this.#shown.note(itemKey(kind, index), text);
  }

  /** Show other texts of the comic. @param {Partial<Pick<StoreState, "words" | "languages">>} changes */
  letter(changes) {
    this.#shown.set(changes);
  }

  /** Share the comic by a link. */
  async share() {
    const id = this.state.generationId;
    const isShown = this.#shown.visit();
    if (id === null) return null;
    this.#track("share");
    const share = await this.#api.share(id);
    if (isShown()) this.#shown.set({ share });
    return share;
  }

  /** Let the link to the comic stop working. */
  async stopSharing() {
    const id = this.state.generationId;
    const isShown = this.#shown.visit();
    if (id === null) return;
    await this.#api.stopSharing(id);
    if (isShown()) this.#shown.set({ share: null });
  }

  /** @param {Section} section @param {boolean} isOpen */
  setAccordion(section, isOpen) {
    this.#shown.setAccordion(section, isOpen);
  }

  /** Delete the generation from the app and from this browser; return whether the page shows nothing now. */
  async remove() {
    const id = this.state.generationId;
    const isShown = this.#shown.visit();
    if (id === null) return false;
    try {
      await this.#api.delete(id);
    } catch (error) {
      if (!(error instanceof Refused && error.isGone)) {
        if (isShown()) this.#shown.set({ notice: problemFrom(error).message });
        return false;
      }
    }
    await this.#saved.delete(id);
    if (!isShown()) return false;
    this.clearResults();
    return true;
  }

  /** Reconnect now: the network is back, or the user has returned to the page. */
  wake() {
    this.#canceller.wake();
    if (!this.#shown.wake()) void this.refresh();
  }

  /** Show nothing. The generation continues without this page. */
  clearResults() {
    this.#shown.clear();
  }

  /** @param {{ key: string, body: string, request: StoryRequest }} start */
  async #followStart(start, { isResumed = false, isExpected = false } = {}) {
    this.#unanswered = start;
    await this.#follow({ start }, async (id) => {
      this.#unanswered = null;
      // The drawing may have begun before the page was reloaded; only the app knows the chapters.
      const { continues, chapters } = start.request;
      if (isResumed || continues !== undefined || chapters !== undefined) void this.learn();
      // The user was faster than the estimate.
      if (id !== null && !isExpected) void this.#expect();
      if (id !== null) await this.#saved.replaceStart(start, id);
      else await this.#saved.deleteStart(start.key);
    });
  }

  /** Request a change from the app, and follow its results. @param {() => Promise<void>} request */
  async #change(request, { follows = true } = {}) {
    this.#shown.set({ notice: null });
    const id = this.state.generationId;
    const isShown = this.#shown.visit();
    try {
      await request();
    } catch (error) {
      const problem = problemFrom(error);
      if (!isShown()) return;
      const notice = problem.category === "limit" ? `${problem.message} ${problem.suggestion}` : problem.message;
      this.#shown.set({ notice, isCancelling: false });
      // The app may have received the request, or another reader has changed the generation.
      if (problem.category === "network" || problem.code === "still-running") await this.refresh();
      return;
    }
    if (!follows || id === null || !isShown()) return;
    this.#shown.beginRound();
    await this.#follow({ id, after: this.#shown.cursor, replays: false });
  }

  /**
   * Follow a generation to its end, and ask what it has cost.
   *
   * @param {Parameters<ShownGeneration["follow"]>} following
   */
  async #follow(...following) {
    const isShown = this.#shown.visit();
    await this.#shown.follow(...following);
    if (isShown() && this.state.outcome !== null && !this.#shown.isFollowed) await this.learn();
  }

  /** Ask for the times, the cost and the chapters of the generation. It is shown without them, too. */
  async learn() {
    const id = this.state.generationId;
    const isShown = this.#shown.visit();
    if (id === null) return;
    try {
      const since = this.state.choices;
      const answer = await this.#api.generation(id);
      if (isShown()) this.#shown.learn(answer, since);
    } catch {
      // The app is busy or away.
    }
  }

  /** Ask how long the story on the page will take. The remaining time is shown without it, too, but later. */
  async #expect() {
    const { request } = this.state;
    const isShown = this.#shown.visit();
    if (request === null) return;
    try {
      const body = estimateBody(request);
      const estimate = await withTimeLimit(ESTIMATE_LIMIT_MS, (signal) => this.#api.estimate(body, signal));
      if (isShown()) this.#shown.expect(expectedSeconds(estimate));
    } catch {
      // The app is busy or away.
    }
  }

  /** @param {string} action @param {{ label?: string, value?: number }} [details] */
  #track(action, details = {}) {
    this.#analytics.trackEvent({ action, category: "manga_generation", ...details });
  }
}

/** Return a new Idempotency-Key. */
function newKey() {
  // randomUUID needs a secure page, and an app on a home network may not be one.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
