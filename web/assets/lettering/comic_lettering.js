/**
 * The texts of the comic on the page, in the chosen language. They are loaded again when a picture, the script or an edit
 * changes, and stored with the comic's images for visits without a network.
 */

import { generationPath } from "../net/api.js";
import { Refused } from "../net/refused.js";
import { Delay, retry } from "../net/retry.js";
import { shownOf } from "../comic/image_info.js";
import { problemFrom } from "../state/problem.js";
import { chosenLanguages, forgetComic } from "./stored_words.js";
import { LanguageBar } from "./language_bar.js";

/** @import { BarActions } from "./language_bar.js" */
/** @import { PictureLoader } from "../comic/picture_loader.js" */
/** @import { Api } from "../net/api.js" */
/** @import { GenerationStore } from "../state/generation_store.js" */
/** @import { StoreState } from "../state/store_state.js" */
/** @import { ImageCache } from "../storage/image_cache.js" */
/** @import { Lettering, PanelLettering } from "../lettering_types.d.ts" */

const POLL_MS = 2000;

export class ComicLettering {
  #store;
  #api;
  #images;
  #bar;
  /** @type {string | null} */
  #id = null;
  /** What is shown, or being loaded. */
  #wanted = "";
  #isLoading = false;
  /** Ends the wait for the next attempt to load. */
  #delay = new Delay();
  #isPolling = false;
  /** The language to show when its texts are translated. @type {string | null} */
  #awaited = null;
  /** Scripts have no version on this page. @type {Map<object, number>} */
  #scripts = new Map();
  #edits = 0;

  /**
   * @param {Pick<GenerationStore, "state" | "letter" | "learn">} store
   * @param {Pick<Api, "json">} api
   * @param {Pick<ImageCache, "get" | "refetch">} images
   * @param {(actions: BarActions) => Pick<LanguageBar, "update" | "tell">} makeBar
   */
  constructor(store, api, images, makeBar) {
    this.#store = store;
    this.#api = api;
    this.#images = images;
    this.#bar = makeBar({
      onChoose: (language) => this.#choose(language),
      onTranslate: (language) => void this.#translate(language),
    });
  }

  /** @param {StoreState} state */
  update(state) {
    const { generationId: id, languages } = state;
    if (id !== this.#id) this.#begin(id);
    if (id === null || state.lettering !== "text") return;
    const awaited = languages.find(({ language }) => language === this.#awaited);
    if (awaited?.status === "done") {
      this.#choose(awaited.language);
      this.#bar.tell("The comic is translated.");
    }
    if (awaited?.status === "failed") this.#awaited = null;
    this.#bar.update(state.words?.languages.length ? { ...state.words, languages: latest(state) } : null);
    if (languages.some(({ status }) => status === "running")) void this.#poll();
    const wanted = this.#wantedOf(state);
    if (wanted === null || wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#delay.end();
    if (!this.#isLoading) void this.#load();
  }

  /** Edit the texts of a panel. @param {number} index counts from 0 @param {PictureLoader} loader */
  async edit(index, loader) {
    const { editWords } = await import("./words_dialog.js");
    const { words, generationId: id, storyAnalysis } = this.#store.state;
    const { path } = shownOf(this.#store.state, "panel", index);
    if (words === null || id === null || path === null) return;
    const names = storyAnalysis?.characters.map(({ name }) => name) ?? [];
    const panel = { id, index, language: words.language, names, picture: await loader.url(path) };
    await editWords(this.#api, panel, (edited) => this.#edited(id, edited));
  }

  /** The comic is deleted. @param {string} id */
  forget(id) {
    forgetComic(id);
  }

  /** @param {string | null} id */
  #begin(id) {
    this.#id = id;
    this.#wanted = "";
    this.#awaited = null;
    this.#scripts.clear();
    this.#bar.tell("");
    this.#bar.update(null);
    this.#delay.end();
  }

  /** Return the language to show, or undefined for the comic's own. @param {StoreState} state */
  #languageOf({ languages }) {
    const chosen = chosenLanguages.read(this.#id ?? "");
    if (chosen === null) return undefined;
    // A changed script has to be translated again.
    const isThere = languages.length === 0 || languages.some(({ language, status }) => language === chosen && status === "done");
    return isThere ? chosen : undefined;
  }

  /** Return a text that changes whenever other texts may be shown; null before there is a picture. @param {StoreState} state */
  #wantedOf(state) {
    const { storyBreakdown: script, storyAnalysis: analysis, generatedPanels } = state;
    // Earlier results arrive one by one.
    if (state.isLoading || script === null || analysis === null || !generatedPanels.some(Boolean)) return null;
    for (const part of [script, analysis]) if (!this.#scripts.has(part)) this.#scripts.set(part, this.#scripts.size);
    const pictures = script.panels.map((_, index) => {
      const { path, version } = shownOf(state, "panel", index);
      return [path, version];
    });
    const revision = [this.#scripts.get(script), this.#scripts.get(analysis), this.#edits];
    return JSON.stringify([this.#id, this.#languageOf(state) ?? null, revision, pictures]);
  }

  async #load() {
    this.#isLoading = true;
    try {
      for (let loaded = ""; loaded !== this.#wanted; ) {
        loaded = this.#wanted;
        const id = this.#id;
        if (id === null) return;
        const words = await this.#fetch(id, this.#languageOf(this.#store.state), () => loaded === this.#wanted);
        if (words !== null && loaded === this.#wanted) this.#show(words);
      }
    } finally {
      this.#isLoading = false;
    }
  }

  /** @param {string} id @param {string | undefined} language @param {() => boolean} isWanted @returns {Promise<Lettering | null>} */
  async #fetch(id, language, isWanted) {
    const path = letteringPath(id, language);
    const fetched = () => this.#images.refetch(id, path).then(read);
    try {
      return await fetched();
    } catch (error) {
      if (error instanceof Refused && error.isGone && language !== undefined && isWanted()) {
        chosenLanguages.remove(id);
        this.#wanted = this.#wantedOf(this.#store.state) ?? "";
        return null;
      }
      if (error instanceof Refused && !error.isPassing) return null;
    }
    const stored = await this.#images.get(id, path).then(read).catch(() => null);
    if (stored !== null && isWanted()) this.#show(stored);
    const isFinal = (/** @type {unknown} */ error) => !isWanted() || (error instanceof Refused && !error.isPassing);
    return retry(fetched, { isFinal, delay: this.#delay }).catch(() => null);
  }

  /** @param {Lettering} words */
  #show(words) {
    const { languages, words: before } = this.#store.state;
    // What is the same is not set again.
    const panels = words.panels.map((panel, index) => {
      const shown = before?.panels[index];
      return shown !== undefined && JSON.stringify(shown) === JSON.stringify(panel) ? shown : panel;
    });
    this.#store.letter({ words: { ...words, panels }, ...(languages.length === 0 ? { languages: words.languages } : {}) });
  }

  /** @param {string} language */
  #choose(language) {
    if (this.#id === null) return;
    this.#awaited = null;
    this.#bar.tell("");
    chosenLanguages.write(this.#id, language);
    this.update(this.#store.state);
  }

  /** @param {string} language */
  async #translate(language) {
    const id = this.#id;
    if (id === null) return;
    this.#awaited = language;
    this.#bar.tell("Translating…");
    try {
      const { answer } = await this.#api.json(letteringPath(id), { method: "POST", body: { language } });
      if (this.#id !== id) return;
      this.#bar.tell("");
      this.#store.letter({ languages: answer.languages });
    } catch (error) {
      if (this.#id !== id) return;
      this.#awaited = null;
      const { message, suggestion, category } = problemFrom(error);
      this.#bar.tell(category === "limit" ? `${message} ${suggestion}` : message);
    }
  }

  /** Ask for the state of translations until they have ended. */
  async #poll() {
    if (this.#isPolling) return;
    this.#isPolling = true;
    try {
      const id = this.#id;
      const isRunning = () => this.#store.state.languages.some(({ status }) => status === "running");
      while (this.#id === id && isRunning()) {
        await new Delay().wait(POLL_MS);
        if (this.#id === id) await this.#store.learn();
      }
    } finally {
      this.#isPolling = false;
    }
  }

  /** Show an edited panel at once. @param {string} id @param {PanelLettering} panel */
  #edited(id, panel) {
    const { words, generationId } = this.#store.state;
    if (words === null || generationId !== id || words.language !== panel.language) return;
    const panels = words.panels.map((one) => (one.panel === panel.panel ? panel : one));
    this.#edits += 1;
    this.#store.letter({ words: { ...words, panels } });
  }
}

/**
 * Return the texts of the page's comic.
 *
 * @param {GenerationStore} store @param {Api} api @param {ImageCache} images
 * @param {HTMLElement} root of the bar that chooses the language
 */
export function comicLettering(store, api, images, root) {
  return new ComicLettering(store, api, images, (actions) => new LanguageBar(root, actions));
}

/** The state is newer than the texts. @param {StoreState} state */
function latest({ languages, words }) {
  return languages.length > 0 ? languages : (words?.languages ?? []);
}

/** @param {string} id @param {string} [language] */
function letteringPath(id, language) {
  return `${generationPath(id)}/lettering${language === undefined ? "" : `?lang=${encodeURIComponent(language)}`}`;
}

/** @param {Blob} blob @returns {Promise<Lettering>} */
async function read(blob) {
  return JSON.parse(await blob.text());
}
