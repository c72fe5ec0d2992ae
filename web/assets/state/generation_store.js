/**
 * One generation as the page shows it: started or found again, followed to its end, and worked on.
 *
 * Whatever is shown is in this state; whatever changes it is a message of the app or one of the actions here.
 */

import { Refused } from "../net/refused.js";
import { Follower } from "../stream/follower.js";
import { countWords } from "../story_words.js";
import { isResult } from "../wire.js";
import { after, itemKey, progressOf, withoutFailures } from "./generation_state.js";
import { Measures } from "./measures.js";
import { Observable } from "./observable.js";
import { problemFrom } from "./problem.js";
import { Saver } from "./saver.js";
import { StartCanceller } from "./start_canceller.js";
import { EMPTY } from "./store_state.js";

/** @typedef {import("../analytics.js").Analytics} Analytics */
/** @typedef {import("../net/api.js").Api} Api */
/** @typedef {import("../storage/saved_generations.js").SavedGenerations} SavedGenerations */
/** @typedef {import("../storage/saved_generations.js").Told} Told */
/** @typedef {import("../wire.js").ItemKind} ItemKind */
/** @typedef {import("../wire.js").StreamMessage} StreamMessage */
/** @typedef {import("../wire.js").Style} Style */
/** @typedef {import("./generation_state.js").Section} Section */
/** @typedef {{ id: string, name: string, image: string, fileName: string }} UploadedReference `image` is a data URL. */
/** @typedef {import("./store_state.js").StoreState} StoreState */

export class GenerationStore {
  /** @type {Observable<StoreState>} */
  #state = new Observable(EMPTY);
  #api;
  #saved;
  #analytics;
  #saver;
  #measures;
  #canceller;
  /** @type {Follower | null} */
  #follower = null;
  /** @type {Set<Section>} */
  #closedByHand = new Set();
  /** @type {{ key: string, body: string } | null} */
  #unanswered = null;
  /** Counts what was shown: who has waited for something sees whether it is still wanted. */
  #visit = 0;

  /**
   * @param {Api} api
   * @param {SavedGenerations} saved
   * @param {Analytics} analytics
   * @param {() => number} now a clock in milliseconds that never goes back
   */
  constructor(api, saved, analytics, now = () => performance.now()) {
    this.#api = api;
    this.#saved = saved;
    this.#analytics = analytics;
    this.#measures = new Measures(analytics, now);
    this.#saver = new Saver(saved);
    this.#canceller = new StartCanceller(api, saved);
  }

  get state() {
    return this.#state.value;
  }

  /** @param {(state: StoreState) => void} watcher */
  watch(watcher) {
    return this.#state.watch(watcher);
  }

  /** At most how many seconds the panels that are missing need; null if that is not known. */
  get secondsLeft() {
    const { done, failed, total } = progressOf(this.state, "panel");
    return total === null ? null : this.#measures.secondsFor(total - done - failed);
  }

  /**
   * Start a generation and follow it to its end.
   *
   * @param {string} story
   * @param {Style} style
   * @param {UploadedReference[]} uploadedCharacterReferences
   * @param {UploadedReference[]} uploadedSettingReferences
   * @param {boolean} noDialogue
   */
  async generateComicStream(story, style, uploadedCharacterReferences, uploadedSettingReferences, noDialogue) {
    const told = { story, style, noDialogue };
    const references = { uploadedCharacterReferences, uploadedSettingReferences };
    const body = JSON.stringify({ ...told, ...references, images: "url" });
    // The same story once more after a fault: it may have arrived, so it must not count as another one.
    const key = this.#unanswered?.body === body ? this.#unanswered.key : newKey();
    const start = { key, body, told };
    this.#analytics.trackEvent({
      action: "start_generation_stream",
      category: "manga_generation",
      label: style,
      value: countWords(story),
    });
    this.clearResults();
    this.#beginStart(start);
    await this.#saved.keepStart(start);
    if (this.state.startKey === key) await this.#followStart(start);
    else await this.#saved.forgetStart(key);
  }

  /**
   * Send a start again that was not answered, or show what it has become if it was; tell whether there is such a start
   * (or nobody wants to know any more).
   *
   * @param {string} key
   */
  async resumeStart(key) {
    this.clearResults();
    const visit = this.#visit;
    const start = await this.#saved.start(key);
    if (this.#visit !== visit) return true;
    if (start?.isCancelled) return false;
    if (start === null) {
      const id = await this.#saved.startedAs(key);
      if (this.#visit !== visit) return true;
      if (id !== null) await this.open(id);
      return id !== null;
    }
    this.#beginStart(start);
    await this.#followStart(start);
    return true;
  }

  /**
   * Show a generation: at once what this browser has of it, and then the rest.
   *
   * @param {string} id
   */
  async open(id) {
    this.clearResults();
    const visit = this.#visit;
    this.#state.set({ generationId: id, currentStepText: "Looking for it…" });
    const saved = await this.#saved.get(id);
    if (this.#visit !== visit) return;
    if (saved !== null) {
      this.#saver.load(saved);
      for (const message of saved.messages) this.#take(message, true);
      this.#state.set({ told: saved.told, style: saved.style, choices: saved.choices });
    }
    await this.refresh();
  }

  /** Look whether there is more than is known here, and follow it. */
  async refresh() {
    const id = this.state.generationId;
    const visit = this.#visit;
    if (id === null || this.#follower !== null) return;
    try {
      const glance = await this.#api.generation(id);
      if (this.#visit !== visit || this.#follower !== null) return;
      if (glance.style !== undefined) this.#state.set({ style: glance.style });
      if (glance.status !== "running" && glance.lastSeq <= this.#saver.cursor) return;
    } catch (error) {
      if (this.#visit !== visit || this.#follower !== null) return;
      if (error instanceof Refused && !error.isPassing) return this.#fail(error);
      // The network is away: what follows waits for it. What has ended needs no waiting.
      if (this.state.outcome !== null) return;
    }
    await this.#follow({ id, after: this.#saver.cursor });
  }

  /** Stop what is being drawn; what is finished stays. Before the app has answered, the start is cancelled. */
  async cancel() {
    const { generationId: id, startKey: key, told } = this.state;
    if (id !== null) {
      this.#analytics.trackEvent({ action: "cancel", category: "manga_generation" });
      await this.#act(() => this.#api.cancel(id), { follows: false });
    } else if (key !== null && told !== null) await this.cancelStart({ key, told });
  }

  /**
   * Cancel a start that was not answered; resolves when the app has answered the cancel.
   *
   * @param {{ key: string, told: Told }} start
   */
  async cancelStart(start) {
    this.#analytics.trackEvent({ action: "cancel_start", category: "manga_generation" });
    if (this.#unanswered?.key === start.key) this.#unanswered = null;
    const answered = this.#canceller.cancel(start);
    if (this.state.startKey === start.key) this.clearResults();
    await answered;
  }

  /** Send the cancels that an earlier visit could not send. */
  resumeCancels() {
    return this.#canceller.resume();
  }

  /** Have made what is missing. */
  async retry() {
    const id = this.state.generationId;
    const visit = this.#visit;
    if (id === null) return;
    this.#analytics.trackEvent({ action: "retry", category: "manga_generation" });
    await this.#act(
      async () => {
        await this.#api.retry(id);
        if (this.#visit === visit) this.#state.set(withoutFailures(this.state));
      },
      { follows: true },
    );
  }

  /**
   * Have one image made again.
   *
   * @param {ItemKind} kind
   * @param {number} index counts from 0
   * @param {string} instructions what should be different; may be empty
   */
  async redo(kind, index, instructions) {
    const id = this.state.generationId;
    const visit = this.#visit;
    if (id === null) return;
    this.#analytics.trackEvent({ action: `redo_${kind}`, category: "manga_generation" });
    this.#state.set({ redoing: itemKey(kind, index) });
    await this.#act(() => this.#api.regenerate(id, kind, index, instructions), { follows: true });
    if (this.#visit === visit) this.#state.set({ redoing: null });
  }

  /**
   * Show another version of an image from now on.
   *
   * @param {ItemKind} kind
   * @param {number} index counts from 0
   * @param {number} version counts from 1
   */
  choose(kind, index, version) {
    this.#state.set({ choices: { ...this.state.choices, [itemKey(kind, index)]: version } });
    this.#save();
  }

  /**
   * Open or close a section; what was closed by hand is not opened by itself again.
   *
   * @param {Section} section
   * @param {boolean} isOpen
   */
  setAccordion(section, isOpen) {
    if (this.state.openAccordions.has(section) === isOpen) return;
    const openAccordions = new Set(this.state.openAccordions);
    if (isOpen) {
      openAccordions.add(section);
      this.#closedByHand.delete(section);
    } else {
      openAccordions.delete(section);
      this.#closedByHand.add(section);
    }
    this.#state.set({ openAccordions });
  }

  /** Remove the generation from the app and from this browser; tell whether nothing is shown now. */
  async remove() {
    const id = this.state.generationId;
    const visit = this.#visit;
    if (id === null) return false;
    try {
      await this.#api.delete(id);
    } catch (error) {
      if (!(error instanceof Refused && (error.status === 404 || error.status === 410))) {
        if (this.#visit === visit) this.#state.set({ notice: problemFrom(error).message });
        return false;
      }
    }
    await this.#saved.forget(id);
    if (this.#visit !== visit) return false;
    this.clearResults();
    return true;
  }

  /** Come back at once: the network is there again, or somebody looks at the page again. */
  wake() {
    this.#canceller.wake();
    if (this.#follower !== null) this.#follower.wake();
    else void this.refresh();
  }

  /** Show nothing; whatever was shown goes on without this page. */
  clearResults() {
    this.#visit += 1;
    this.#follower?.stop();
    this.#follower = null;
    this.#saver = new Saver(this.#saved);
    this.#measures.reset();
    this.#closedByHand.clear();
    this.#state.set(EMPTY);
  }

  /** @param {{ key: string, told: Told }} start */
  #beginStart({ key, told }) {
    this.#measures.begin();
    this.#state.set({
      startKey: key,
      told,
      style: told.style,
      isGenerating: true,
      currentStepText: "Sending your story…",
    });
  }

  /** @param {{ key: string, body: string, told: Told }} start */
  async #followStart(start) {
    this.#unanswered = start;
    await this.#follow({ start }, async (id) => {
      this.#unanswered = null;
      if (id !== null) await this.#saved.startBecame(start, id);
      else await this.#saved.forgetStart(start.key);
    });
  }

  /**
   * Follow a generation to its end.
   *
   * @param {ConstructorParameters<typeof Follower>[1]} what
   * @param {(id: string | null) => Promise<void>} [onAnswered] told the id, or null if it was refused
   */
  async #follow(what, onAnswered = async () => undefined) {
    // A step's failure stays until it is mended; that the app could not be asked is over now.
    this.#state.set({ isGenerating: true, ...(this.state.failedStep === null ? { error: null } : {}) });
    const follower = new Follower(this.#api, what, {
      onId: (id) => {
        if (this.#follower === follower) this.#state.set({ generationId: id, startKey: null });
        void onAnswered(id);
      },
      onMessage: (message, { replayed }) => {
        if (this.#follower === follower) this.#take(message, replayed);
      },
      onConnection: (connection) => {
        if (this.#follower === follower) this.#state.set({ connection });
      },
    });
    this.#follower?.stop();
    this.#follower = follower;
    try {
      await follower.run();
      if (this.#follower === follower) this.#state.set({ isGenerating: false, connection: null });
    } catch (error) {
      if (follower.id === null && isRefusal(error)) await onAnswered(null);
      if (this.#follower === follower) this.#fail(error);
    } finally {
      if (this.#follower === follower) this.#follower = null;
    }
  }

  /**
   * Take a message into the state.
   *
   * @param {StreamMessage} message
   * @param {boolean} replayed
   */
  #take(message, replayed) {
    const before = this.state;
    const changed = after(before, message);
    const openAccordions = new Set([...changed.openAccordions].filter((section) => !this.#closedByHand.has(section)));
    const key = keyOf(message);
    this.#state.set({
      ...changed,
      openAccordions,
      ...(key === null ? {} : { choices: omit(before.choices, key) }),
      ...(key === null || replayed ? {} : { fresh: new Set([...before.fresh, key]) }),
    });
    if (!replayed) this.#measures.take(message, before);
    if (isResult(message) && this.#saver.add(message)) this.#save();
  }

  #save() {
    const { generationId, told, style, storyAnalysis, choices } = this.state;
    if (generationId === null) return;
    this.#saver.save({ id: generationId, told, style, title: storyAnalysis?.title ?? null, choices });
  }

  /**
   * Ask the app for a change, and follow what comes of it.
   *
   * @param {() => Promise<void>} ask
   * @param {{ follows: boolean }} options
   */
  async #act(ask, { follows }) {
    this.#state.set({ notice: null });
    const id = this.state.generationId;
    const visit = this.#visit;
    try {
      await ask();
    } catch (error) {
      const problem = problemFrom(error);
      if (this.#visit !== visit) return;
      this.#state.set({ notice: problem.message });
      // It may have been heard all the same, or somebody else has asked for it.
      if (problem.category === "network" || problem.code === "still-running") await this.refresh();
      return;
    }
    if (!follows || id === null || this.#visit !== visit) return;
    this.#measures.reset();
    await this.#follow({ id, after: this.#saver.cursor, replays: false });
  }

  /** @param {unknown} error */
  #fail(error) {
    const problem = problemFrom(error);
    this.#state.set({
      startKey: null,
      error: problem,
      failedStep: null,
      isGenerating: false,
      connection: null,
      currentStepText: "",
    });
    this.#analytics.trackError("stream_failed", problem.code);
  }
}

/**
 * Tell whether nothing was started for sure.
 *
 * @param {unknown} error
 */
function isRefusal(error) {
  return error instanceof Refused && (error.status < 500 || error.code === "not-configured");
}

/** @param {StreamMessage} message */
function keyOf(message) {
  if (message.type === "panel") return itemKey("panel", message.panelNumber);
  return message.type === "character" ? itemKey("character", message.index) : null;
}

/**
 * @template Value
 * @param {Readonly<Record<string, Value>>} record
 * @param {string} key
 */
function omit(record, key) {
  const { [key]: _left, ...rest } = record;
  return rest;
}

/** An Idempotency-Key that nobody else has. */
function newKey() {
  // randomUUID is for secure pages only, and an app on a network at home may be none.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
