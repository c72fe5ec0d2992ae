/** The view of one generation. */

import { generationAddress, readingAddress, scriptAddress } from "../../address.js";
import { PictureLoader } from "../../comic/picture_loader.js";
import { VersionChooser } from "../../comic/version_chooser.js";
import { isScriptOnly } from "../../state/generation_state.js";
import { nextOf } from "../chapters/chapter_text.js";
import { ChaptersView } from "../chapters/chapters_view.js";
import { isConfirmed } from "../confirm_dialog.js";
import { find, setText } from "../element.js";
import { ImageActions } from "../image/image_actions.js";
import { ImageDialog } from "../image/image_dialog.js";
import { CostView } from "../progress/cost_view.js";
import { EndingView } from "../progress/ending_view.js";
import { ProgressView } from "../progress/progress_view.js";
import { ComicView } from "./comic_view.js";
import { ExportView } from "./export_view.js";
import { ReadingPlace } from "./reading_place.js";
import { StoryView } from "./story_view.js";

/** @import { StoredInstructions } from "../../comic/stored_instructions.js" */
/** @import { Direction } from "../../comic/turns.js" */
/** @import { Api } from "../../net/api.js" */
/** @import { StoredScripts } from "../../comic/stored_scripts.js" */
/** @import { ScriptEditor } from "../../editor/script_editor.js" */
/** @import { ComicLettering } from "../../lettering/comic_lettering.js" */
/** @import { Section } from "../../state/generation_state.js" */
/** @import { GenerationStore } from "../../state/generation_store.js" */
/** @import { StoreState } from "../../state/store_state.js" */
/** @import { ImageCache } from "../../storage/image_cache.js" */
/** @import { Reader } from "../reader/reader.js" */
/** @import { ShareDialog } from "../share/share_dialog.js" */
/** @import { LocalValue } from "../../storage/local_value.js" */
/** @import { StoryRequest } from "../../wire.js" */
/** @typedef {{ id: string | null, loader: PictureLoader, comic: ComicView, dialog: ImageDialog, reader: Reader | null }} Shown */

/** @type {Section[]} */
const SECTIONS = ["analysis", "characters", "panels", "layout"];

export class GenerationView {
  #store;
  #images;
  #stored;
  #go;
  #chooser;
  #root = find("generation", HTMLElement);
  #progress;
  #ending;
  #chapters;
  #cost = new CostView();
  #export;
  /** @type {ShareDialog | null} */
  #share = null;
  #api;
  /** Sets the texts of comics that have them as text. @type {Promise<ComicLettering> | null} */
  #lettering = null;
  #letteringBar = find("lettering", HTMLElement);
  /** @type {ScriptEditor | null} */
  #editor = null;
  #editLink = find("edit-script", HTMLAnchorElement);
  /** The generation whose script the address asks for. @type {string | null} */
  #edited = null;
  #reading = new ReadingPlace();
  #story = new StoryView();
  #direction = find("direction", HTMLButtonElement);
  /** @type {Direction | null} */
  #directionByHand = null;
  /** Its reader is null until that is loaded. @type {Shown | null} */
  #shown = null;
  /** @type {typeof Reader | null} */
  #readerClass = null;
  /** @type {Map<Section, HTMLDetailsElement>} */
  #sections = new Map();

  /**
   * @param {GenerationStore} store
   * @param {Api} api
   * @param {ImageCache} images
   * @param {{ instructions: StoredInstructions, readerMode: LocalValue, scripts: StoredScripts }} stored
   * @param {{
   *   onReuse: (request: StoryRequest) => void, onRemoved: () => void, onCancelled: () => void, go: (address: string) => void
   * }} actions `onReuse` also gets the request for the next chapter
   */
  constructor(store, api, images, stored, { onReuse, onRemoved, onCancelled, go }) {
    this.#store = store;
    this.#api = api;
    this.#go = go;
    this.#images = images;
    this.#stored = stored;
    this.#chooser = new VersionChooser(api, store);
    this.#progress = new ProgressView(store, onCancelled);
    this.#ending = new EndingView(store, api, (kind, index) => this.#shown?.dialog.openForRedo(kind, index));
    this.#chapters = new ChaptersView({
      onContinue: () => {
        const request = nextChapterOf(store.state);
        if (request !== null) onReuse(request);
      },
      onLook: () => void store.learn(),
      onBegin: () => void store.retry(),
      onNext: (nextId) => go(this.#shown?.reader?.isOpen ? readingAddress(nextId, 1) : generationAddress(nextId)),
      isReadingTheEnd: () => this.#shown?.reader?.isAtEnd === true,
    });
    this.#export = new ExportView(api, this.#chooser, () => void this.#openShare());
    this.#direction.addEventListener("click", () => {
      this.#directionByHand = this.#directionOf(store.state) === "rtl" ? "ltr" : "rtl";
      this.update(store.state);
    });
    for (const section of SECTIONS) this.#sections.set(section, this.#section(section));
    find("reuse", HTMLButtonElement).addEventListener("click", () => {
      if (store.state.request !== null) onReuse(store.state.request);
    });
    find("remove", HTMLButtonElement).addEventListener("click", () => void this.#remove(onRemoved));
  }

  /** @param {boolean} isShown */
  show(isShown) {
    this.#root.hidden = !isShown;
    if (isShown) return;
    this.#reading.clear();
    this.#editor?.close();
    this.#chapters.close();
    this.#share?.close();
    this.#shown?.dialog.close();
    this.#shown?.reader?.close();
    this.#shown?.loader.close();
    this.#shown = null;
    this.#directionByHand = null;
    this.#letter(this.#store.state);
  }

  /** Show the reader at a panel, or close it. @param {string} id @param {number | null} panel counts from 1 */
  read(id, panel) {
    this.#reading.set(id, panel, this.#shown?.id === id);
    if (this.#shown !== null) void this.#loadReader();
    if (this.#store.state.generationId === id) this.update(this.#store.state);
  }

  /** Edit the script, or stop that. @param {string} id @param {boolean} isEdited */
  edit(id, isEdited) {
    const hasEnded = !isEdited && this.#edited === id;
    this.#edited = isEdited ? id : null;
    this.#root.classList.toggle("is-edited", isEdited);
    if (isEdited) void this.#openEditor(id);
    else this.#editor?.close();
    if (!hasEnded) return;
    this.update(this.#store.state);
    this.focus();
    window.scrollTo(0, 0);
  }

  /** The editor is loaded when it is needed. @param {string} id */
  async #openEditor(id) {
    try {
      const { scriptEditor } = await import("../../editor/script_editor.js");
      this.#editor ??= scriptEditor(this.#api, this.#stored.scripts, {
        onSaved: () => this.#store.refresh().then(() => this.#leaveEditor()),
        onClose: () => this.#leaveEditor(),
      });
    } catch {
      const root = find("script-editor", HTMLElement);
      root.hidden = false;
      return setText(root, "The editor could not be loaded. Check your connection, and reload the page.");
    }
    if (this.#edited === id) await this.#editor.open(id, { hasSpeech: this.#store.state.request?.noDialogue !== true });
  }

  async #openShare() {
    try {
      const { shareDialog } = await import("../share/share_dialog.js");
      this.#share ??= shareDialog(this.#store, this.#chooser);
    } catch {
      return this.#export.tell("It could not be loaded. Check your connection, and reload the page.");
    }
    await this.#share.open();
  }

  #leaveEditor() {
    if (this.#edited !== null) this.#go(generationAddress(this.#edited));
  }

  /** Move the focus to the comic. */
  focus() {
    find("comic-title", HTMLElement).focus({ preventScroll: true });
  }

  /** @param {StoreState} state */
  update(state) {
    if (this.#root.hidden) return;
    const direction = this.#directionOf(state);
    const { comic, dialog, reader } = this.#partsFor(state.generationId);
    this.#progress.update(state);
    this.#ending.update(state);
    this.#cost.update(state);
    this.#chapters.update(state, state.storyBreakdown !== null && !isScriptOnly(state));
    this.#story.update(state);
    comic.update(state);
    dialog.update(state, direction);
    reader?.update(state, direction);
    this.#reading.update(state, reader);
    this.#share?.update(state);
    this.#export.update(state, direction);
    this.#letter(state);
    this.#showEditLink(state);
    find("panels", HTMLElement).dataset.direction = direction;
    setText(this.#direction, direction === "rtl" ? "Read left to right ⇄" : "Read right to left ⇄");
    find("reuse", HTMLButtonElement).hidden = state.request === null;
    for (const [section, details] of this.#sections) {
      details.open = state.openAccordions.has(section);
      details.hidden = !isVisible(state, section);
    }
  }

  /** What sets texts is loaded for the first comic that has them. @param {StoreState} state */
  #letter({ lettering }) {
    this.#letteringBar.hidden = lettering !== "text";
    if (lettering === "text") {
      this.#lettering ??= import("../../lettering/comic_lettering.js").then(({ comicLettering }) =>
        comicLettering(this.#store, this.#api, this.#images, this.#letteringBar),
      );
    }
    void this.#lettering?.then(
      async (one) => {
        await this.#chooser.settled();
        one.update(this.#store.state);
      },
      // Offline, or in the middle of a deployment. The next update tries again.
      () => (this.#lettering = null),
    );
  }

  /** @param {StoreState} state */
  #showEditLink({ generationId: id, isGenerating }) {
    this.#editLink.hidden = id === null || isGenerating;
    if (id === null) return;
    this.#editLink.href = scriptAddress(id);
    const isUnsaved = this.#stored.scripts.read(id) !== null;
    setText(find("unsaved-script", HTMLElement), isUnsaved ? "It has unsaved changes in this browser." : "");
  }

  /** @param {string | null} id */
  #partsFor(id) {
    if (this.#shown !== null && this.#shown.id === id) return this.#shown;
    this.#shown?.loader.close();
    const loader = new PictureLoader(this.#images, id ?? "");
    const actions = new ImageActions(this.#store, loader, this.#chooser);
    const dialog = new ImageDialog(this.#store, loader, actions, this.#stored.instructions, (index) => {
      void this.#lettering?.then((one) => one.edit(index, loader));
    });
    const comic = new ComicView(loader, {
      onOpen: (kind, index) => dialog.open(kind, index),
      onRedo: (kind, index) => dialog.openForRedo(kind, index),
      onSave: (kind, index) => void actions.save(kind, index),
      onChoose: (kind, index, version) => actions.choose(kind, index, version),
    });
    this.#shown = { id, loader, comic, dialog, reader: null };
    this.#addReader(this.#shown);
    void this.#loadReader();
    return this.#shown;
  }

  /** The reader is loaded with the first comic, so that it is there when the user opens it. */
  async #loadReader() {
    if (this.#readerClass !== null) return;
    try {
      ({ Reader: this.#readerClass } = await import("../reader/reader.js"));
    } catch {
      return this.#reading.tellMissing();
    }
    if (this.#shown === null || this.#shown.reader !== null) return;
    this.#addReader(this.#shown);
    this.update(this.#store.state);
  }

  /** @param {Shown} shown */
  #addReader(shown) {
    const { id, loader, dialog } = shown;
    if (this.#readerClass === null) return;
    const reader = new this.#readerClass(loader, this.#stored.readerMode, {
      onTurn: (index) => this.#reading.turnTo(index + 1),
      onRedo: (index) => {
        reader.close();
        dialog.openForRedo("panel", index);
      },
      onEnd: () => {
        const next = nextOf(this.#store.state.chapters, id ?? "");
        if (next !== null && next.status !== "waiting") this.#go(readingAddress(next.id, 1));
      },
      onClose: () => this.#reading.leave(),
    });
    shown.reader = reader;
  }

  /** @param {StoreState} state @returns {Direction} */
  #directionOf(state) {
    return this.#directionByHand ?? (state.style === "manga" ? "rtl" : "ltr");
  }

  /** @param {Section} section */
  #section(section) {
    const details = this.#root.querySelector(`details[data-section="${section}"]`);
    if (!(details instanceof HTMLDetailsElement)) throw new Error(`the page has no section ${section}`);
    // Not `toggle`: that event is also sent, later, for changes by the page itself.
    details.querySelector("summary")?.addEventListener("click", (event) => {
      event.preventDefault();
      this.#store.setAccordion(section, !details.open);
    });
    return details;
  }

  /** @param {() => void} onRemoved */
  async #remove(onRemoved) {
    const title = this.#store.state.storyAnalysis?.title ?? "this comic";
    const text = "This deletes the comic from the app and from this browser, for everyone who has its address.";
    if (!(await isConfirmed({ title: `Delete “${title}”?`, text, yes: "Delete" }))) return;
    const { generationId } = this.#store.state;
    if (!(await this.#store.remove())) return;
    this.#stored.scripts.remove(generationId ?? "");
    void this.#lettering?.then((one) => one.forget(generationId ?? ""));
    onRemoved();
  }
}

/** Return the request for the next chapter, without its story. @param {StoreState} state @returns {StoryRequest | null} */
function nextChapterOf({ generationId, request, style, aspect, lettering }) {
  if (generationId === null) return null;
  const { chapters: _, ...kept } = request ?? { style: style ?? "manga", noDialogue: false, aspect, lettering };
  return { ...kept, story: "", continues: generationId };
}

/**
 * Return whether a section is visible. The analysis waits for the panels, which are above it and would push it down, and a
 * script that is to be read waits for the text above it.
 *
 * @param {StoreState} state
 * @param {Section} section
 */
function isVisible(state, section) {
  const isPlanned = state.storyBreakdown !== null;
  if (isScriptOnly(state)) return !state.isGenerating && section !== "characters" && section !== "panels";
  if (section === "characters") return state.storyAnalysis !== null;
  if (section === "analysis") return state.storyAnalysis !== null && (isPlanned || !state.isGenerating);
  return isPlanned;
}
