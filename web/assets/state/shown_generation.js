/** The generation on the page: its state, the stream that updates it, and the results that this browser stores of it. */

import { Refused } from "../net/refused.js";
import { Follower } from "../stream/follower.js";
import { isResult } from "../wire.js";
import { after, choicesIn, itemKey, progressOf } from "./generation_state.js";
import { Measures } from "./measures.js";
import { Observable } from "./observable.js";
import { problemFrom } from "./problem.js";
import { Saver } from "./saver.js";
import { EMPTY } from "./store_state.js";

/** @import { Analytics } from "../analytics.js" */
/** @import { Api } from "../net/api.js" */
/** @import { SavedGeneration, SavedGenerations } from "../storage/saved_generations.js" */
/** @import { GenerationStateAnswer, ItemKind, StoryRequest, StreamMessage } from "../wire.js" */
/** @import { Section } from "./generation_state.js" */
/** @import { StoreState } from "./store_state.js" */

export class ShownGeneration {
  /** @type {Observable<StoreState>} */
  #state = new Observable(EMPTY);
  #api;
  #saved;
  #analytics;
  #saver;
  #measures;
  /** @type {Follower | null} */
  #follower = null;
  /** @type {Set<Section>} */
  #closedByHand = new Set();
  #visit = 0;
  /** The app's last answer about chosen versions covers the results up to this `seq`. */
  #choicesUntil = 0;

  /**
   * @param {Api} api
   * @param {SavedGenerations} saved
   * @param {Analytics} analytics
   * @param {() => number} now a monotonic clock in milliseconds
   */
  constructor(api, saved, analytics, now) {
    this.#api = api;
    this.#saved = saved;
    this.#analytics = analytics;
    this.#measures = new Measures(analytics, now);
    this.#saver = new Saver(saved);
  }

  get state() {
    return this.#state.value;
  }

  /** @param {(state: StoreState) => void} watcher */
  watch(watcher) {
    return this.#state.watch(watcher);
  }

  /** @param {Partial<StoreState>} changes */
  set(changes) {
    this.#state.set(changes);
  }

  /** Return a function that tells whether the page still shows what it shows now. @returns {() => boolean} */
  visit() {
    const visit = this.#visit;
    return () => this.#visit === visit;
  }

  /** The `seq` of the last result; 0 if there is none. */
  get cursor() {
    return this.#saver.cursor;
  }

  get isFollowed() {
    return this.#follower !== null;
  }

  /** The seconds since the start of the round; null if unknown. */
  get elapsedS() {
    return this.#measures.estimate.elapsedS;
  }

  /** The seconds that the work will probably still take; null if unknown. */
  get secondsLeft() {
    const { done, failed, total } = progressOf(this.state, "panel");
    return this.#measures.estimate.secondsLeft(done + failed, total);
  }

  /** Note how long the work will probably take in all, in seconds. @param {number | null} expectedS */
  expect(expectedS) {
    this.#measures.estimate.expect(expectedS);
  }

  /**
   * Note what the app knows of the generation.
   *
   * @param {GenerationStateAnswer} answer
   * @param {StoreState["choices"]} since the page's choices when the app was asked: later ones stay
   */
  learn(answer, since) {
    const { status, style, aspect = "auto", cost = null, elapsedS, share = null, chapters = [] } = answer;
    const { lettering = "drawn", languages = [] } = answer;
    if (elapsedS !== null) this.#measures.estimate.start(elapsedS);
    if (status !== "running") this.#measures.estimate.end();
    const isLoading = this.state.isLoading && status !== "running";
    // The app answers again.
    const error = this.state.failedStep === null ? null : this.state.error;
    const about = { cost, share, chapters, aspect, lettering, languages };
    this.set({ isLoading, error, ...about, ...(style === undefined ? {} : { style }) });
    if (this.state.choices === since) this.#learnChoices(answer);
    if (this.cursor > 0) this.#save();
  }

  /** @param {GenerationStateAnswer} answer */
  #learnChoices(answer) {
    const choices = choicesIn(answer);
    if (choices === null || answer.lastSeq < this.cursor) return;
    this.#choicesUntil = answer.lastSeq;
    this.set({ choices });
  }

  /** Show nothing. The generation continues without this page. */
  clear() {
    this.#visit += 1;
    this.#follower?.stop();
    this.#follower = null;
    this.#saver = new Saver(this.#saved);
    this.#measures.reset();
    this.#closedByHand.clear();
    this.#choicesUntil = 0;
    this.set(EMPTY);
  }

  /** Show what this browser has stored. @param {SavedGeneration} saved */
  restore(saved) {
    this.#saver.load(saved);
    this.set({ stopsAfterPlan: saved.request?.stopAfter === "plan" });
    for (const message of saved.messages) this.#take(message, true);
    const { request, style, aspect = "auto", lettering = "drawn", choices, cost = null, chapters = [] } = saved;
    this.set({ request, style, aspect, lettering, choices, cost, chapters });
  }

  /** Show that a story is being sent. @param {{ key: string, request: StoryRequest }} start */
  beginStart({ key, request }) {
    this.#measures.begin();
    const { style, aspect = "auto", lettering = "drawn", stopAfter } = request;
    const stopsAfterPlan = stopAfter === "plan";
    this.set({ startKey: key, request, style, aspect, lettering, isGenerating: true, stopsAfterPlan });
  }

  /** Forget earlier measurements: a new round may be faster or slower. */
  beginRound() {
    this.#measures.reset();
    this.#measures.estimate.start();
  }

  /** Reconnect now; tell whether there is a stream to reconnect. */
  wake() {
    this.#follower?.wake();
    return this.isFollowed;
  }

  /**
   * Follow a generation to its end.
   *
   * @param {ConstructorParameters<typeof Follower>[1]} what
   * @param {(id: string | null) => Promise<void>} [onAnswered] called with the id, or null if the start was refused
   */
  async follow(what, onAnswered = async () => undefined) {
    // The failure of a step stays until the step succeeds; a connection problem is over now.
    this.set({ isGenerating: true, ...(this.state.failedStep === null ? { error: null } : {}) });
    const isCurrent = () => this.#follower === follower;
    const follower = new Follower(this.#api, what, {
      onId: (id) => {
        if (isCurrent()) this.set({ generationId: id, startKey: null });
        void onAnswered(id);
      },
      onMessage: (message, isReplayed) => {
        if (isCurrent()) this.#take(message, isReplayed);
      },
      onConnection: (connection) => {
        if (isCurrent()) this.set({ connection });
      },
    });
    this.#follower?.stop();
    this.#follower = follower;
    try {
      await follower.run();
      this.#measures.estimate.end();
      if (isCurrent()) this.set({ isGenerating: false, isLoading: false, isCancelling: false, connection: null });
    } catch (error) {
      if (follower.id === null && isFinalRefusal(error)) await onAnswered(null);
      if (isCurrent()) this.fail(error);
    } finally {
      if (isCurrent()) this.#follower = null;
    }
  }

  /** @param {unknown} error */
  fail(error) {
    const problem = problemFrom(error);
    const ended = { isGenerating: false, isLoading: false, isCancelling: false, connection: null };
    this.set({ startKey: null, error: problem, failedStep: null, ...ended });
    this.#analytics.trackError("stream_failed", problem.code);
  }

  /**
   * Let another version of an image count.
   *
   * @param {ItemKind} kind
   * @param {number} index counts from 0
   * @param {number} version counts from 1
   */
  choose(kind, index, version) {
    this.set({ choices: { ...this.state.choices, [itemKey(kind, index)]: version } });
    this.#save();
  }

  /** Tell why the last change of an image failed. @param {string} key its `itemKey` @param {string} text empty: it did not */
  note(key, text) {
    this.set({ notices: { ...this.state.notices, [key]: text } });
  }

  /**
   * Open or close a section; a section that the user closed does not open by itself again.
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
    this.set({ openAccordions });
  }

  /** Apply a message to the state. @param {StreamMessage} message @param {boolean} isReplayed */
  #take(message, isReplayed) {
    const before = this.state;
    const changed = after(before, message);
    const openAccordions = new Set([...changed.openAccordions].filter((section) => !this.#closedByHand.has(section)));
    const key = keyOf(message);
    this.set({
      ...changed,
      openAccordions,
      ...(this.#replacesChoice(message, key) ? { choices: without(before.choices, key ?? "") } : {}),
      // A problem that was told before is over when the work has ended well.
      ...(message.type === "complete" ? { notice: null, notices: {} } : {}),
      ...(isReplayed ? {} : { isLoading: false }),
      ...(key === null || isReplayed ? {} : { fresh: new Set([...before.fresh, key]) }),
    });
    if (!isReplayed) this.#measures.take(message, before);
    if (isResult(message) && this.#saver.add(message)) this.#save();
  }

  /** A new version of an image replaces the chosen one. @param {StreamMessage} message @param {string | null} key */
  #replacesChoice(message, key) {
    return key !== null && key in this.state.choices && isResult(message) && message.seq > this.#choicesUntil;
  }

  #save() {
    const { generationId, request, style, aspect, lettering, storyAnalysis, choices, cost, chapters } = this.state;
    if (generationId === null) return;
    const title = storyAnalysis?.title ?? null;
    this.#saver.save({ id: generationId, request, style, aspect, lettering, title, choices, cost, chapters });
  }
}

/** Return whether nothing was started for certain. @param {unknown} error */
function isFinalRefusal(error) {
  return error instanceof Refused && (error.status < 500 || error.code === "not-configured");
}

/** @param {Readonly<Record<string, number>>} choices @param {string} key */
function without(choices, key) {
  const { [key]: _, ...others } = choices;
  return others;
}

/** @param {StreamMessage} message */
function keyOf(message) {
  if (message.type === "panel") return itemKey("panel", message.panelNumber);
  return message.type === "character" ? itemKey("character", message.index) : null;
}
