/** The form for a new story. */

import { Estimator } from "../../price/estimator.js";
import { bytesOf, megabytes } from "../../references/reference_list.js";
import { isBlank } from "../../story_words.js";
import { ContinuedNote } from "../chapters/continued_note.js";
import { CutField } from "../chapters/cut_field.js";
import { find, setText } from "../element.js";
import { FormProblems } from "./form_problems.js";
import { LetteringField } from "./lettering_field.js";
import { LookField } from "./look_field.js";
import { ReferencesField } from "./references_field.js";
import { SourcesView } from "./sources_view.js";
import { StoryField } from "./story_field.js";
import { UndoNote } from "./undo_note.js";

/** @import { Draft } from "../../storage/draft.js" */
/** @import { Api } from "../../net/api.js" */
/** @import { PageSettings } from "../../page_settings.js" */
/** @import { Problem } from "../../state/problem.js" */
/** @import { Submission } from "../../state/generation_store.js" */
/** @import { StoryRequest } from "../../wire.js" */
/** @import { Continued } from "../chapters/continued_note.js" */
/** @import { FieldProblem } from "./form_problems.js" */

const HINT = "Drop pictures here, or tap to choose.";
const CHARACTERS = {
  id: "character-references",
  title: "Characters",
  hint: `${HINT} Use the names from the story.`,
  nameHint: "Name of the character",
};
const PLACES = { id: "setting-references", title: "Places", hint: HINT, nameHint: "Name of the place" };
/** Names of lists in the app's error answers, such as `uploadedCharacterReferences[2].name`. */
const REFERENCE_PATH = /^uploaded(Character|Setting)References(?:\[(\d+)\])?/;

export class StartView {
  #root = find("start", HTMLElement);
  #noDialogue = find("no-dialogue", HTMLInputElement);
  #scriptFirst = find("script-first", HTMLInputElement);
  #submit = find("submit", HTMLButtonElement);
  #limit = find("references-limit", HTMLElement);
  #note = find("start-note", HTMLElement);
  #problems = new FormProblems();
  #settings;
  #draft;
  #story;
  #cut;
  #continued;
  #look;
  #lettering = new LetteringField();
  #characters;
  #places;
  #sources;
  #estimator;
  #undo;
  /** @type {Problem | null} */
  #refusal = null;
  #isCancelling = false;

  /**
   * @param {PageSettings} settings
   * @param {Draft} draft
   * @param {Api} api
   * @param {{
   *   onSubmit: (submission: Submission) => void, describe: (id: string) => Promise<Continued | null>
   * }} actions `describe` returns what is known of a comic that a story continues
   */
  constructor(settings, draft, api, { onSubmit, describe }) {
    this.#settings = settings;
    this.#draft = draft;
    const onChange = () => this.#referencesChanged();
    this.#cut = new CutField(settings);
    this.#story = new StoryField(this.#cut);
    this.#continued = new ContinuedNote(describe, () => {
      void this.#continued.show(undefined);
      this.#changed();
      this.#story.field.focus();
    });
    this.#look = new LookField(settings, fetch.bind(globalThis), () => this.#changed());
    this.#characters = new ReferencesField(CHARACTERS, settings, onChange);
    this.#places = new ReferencesField(PLACES, settings, onChange);
    this.#sources = new SourcesView(settings.examples, api, (story) => this.write({ ...this.#request, story }));
    this.#estimator = new Estimator(
      api,
      (text) => setText(find("price", HTMLElement), text),
      (estimate, isExpected) => this.#cut.show(estimate, isExpected),
    );
    this.#undo = new UndoNote((replaced) => {
      this.write(replaced);
      this.#story.field.focus();
    });
    this.#listen(onSubmit);
    this.#fill(draft.load() ?? { story: "", style: "manga", noDialogue: false });
    this.#updateLimits();
  }

  /** @param {boolean} isShown */
  show(isShown) {
    if (this.#root.hidden === !isShown) return;
    this.#root.hidden = !isShown;
    this.#updateEstimate();
  }

  /** Whether the user has written or added nothing. */
  get isEmpty() {
    return isBlank(this.#story.text) && this.#references.length === 0;
  }

  /** Put a story into the form; the one that it replaces can be brought back. @param {StoryRequest} request */
  write(request) {
    const replaced = this.#request;
    this.#problems.clear();
    this.#fill(request);
    if (isBlank(replaced.story) || replaced.story === this.#story.text) this.#undo.clear();
    else this.#undo.offer(replaced);
    if (request.continues !== undefined) requestAnimationFrame(() => this.#continued.root.focus({ preventScroll: true }));
  }

  /** Load a Reddit post into the form. @param {string} path */
  fetchPost(path) {
    void this.#sources.fetchPost(path);
  }

  /** Clear the form and the draft, after the story was sent. */
  clear() {
    this.#draft.clear();
    this.#story.field.value = "";
    this.#story.update();
    this.#cut.input.checked = this.#scriptFirst.checked = false;
    this.#showSubmit();
    void this.#continued.show(undefined);
    this.#characters.clear();
    this.#places.clear();
    this.#sources.clear();
    this.#undo.clear();
    this.#problems.clear();
    setText(this.#note, "");
  }

  /** Show why the app has refused the story, at the fields that it names. @param {Problem | null} refusal */
  showProblem(refusal) {
    if (refusal === this.#refusal) return;
    this.#refusal = refusal;
    if (refusal === null) return this.#problems.clear();
    const found = (refusal.details ?? []).map(({ field, message }) => ({ field: this.#fieldNamed(field), message }));
    const ofFields = found.flatMap(({ field, message }) => (field === null ? [] : [{ field, message }]));
    const isComplete = ofFields.length > 0 && ofFields.length === found.length;
    this.#problems.show(ofFields, isComplete ? "" : `${refusal.message} ${refusal.suggestion}`.trim());
  }

  /** Show that the last start is being cancelled, and when that is done. @param {boolean} isCancelling */
  showCancelling(isCancelling) {
    if (isCancelling === this.#isCancelling) return;
    this.#isCancelling = isCancelling;
    setText(this.#note, isCancelling ? "Cancelling…" : "Cancelled. Nothing will be drawn.");
  }

  /** @param {(submission: Submission) => void} onSubmit */
  #listen(onSubmit) {
    const form = find("story-form", HTMLFormElement);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const problems = this.#problemsOfForm();
      if (problems.length > 0) return this.#problems.show(problems);
      this.#problems.clear();
      this.#isCancelling = false;
      setText(this.#note, "");
      onSubmit({ ...this.#submission, expectedS: this.#estimator.expectedS });
    });
    form.addEventListener("input", (event) => {
      this.#problems.clearField(event.target);
      if (event.target === this.#story.field || event.target === this.#cut.input) this.#story.update();
      this.#changed();
    });
    // A file that is dropped beside its field must not replace the page.
    for (const name of ["dragover", "drop"]) form.addEventListener(name, (event) => event.preventDefault());
  }

  /** @returns {StoryRequest} */
  get #request() {
    const style = this.#styleInput("comic").checked ? "comic" : "manga";
    const continues = this.#continued.id;
    return {
      story: this.#story.text,
      style,
      noDialogue: this.#noDialogue.checked,
      ...this.#look.look,
      ...this.#lettering.look,
      ...(this.#scriptFirst.checked ? { stopAfter: "plan" } : {}),
      ...(this.#cut.isOn ? { chapters: "auto" } : {}),
      ...(continues === undefined ? {} : { continues }),
    };
  }

  get #submission() {
    return { ...this.#request, characters: named(this.#characters), settings: named(this.#places) };
  }

  /** The user's pictures of both lists. */
  get #references() {
    return [...this.#characters.references, ...this.#places.references];
  }

  /** @param {"manga" | "comic"} style */
  #styleInput(style) {
    const input = this.#root.querySelector(`input[name="style"][value="${style}"]`);
    if (!(input instanceof HTMLInputElement)) throw new Error(`the page has no style ${style}`);
    return input;
  }

  /** @param {StoryRequest} request */
  #fill({ story, style, noDialogue, stopAfter, chapters, continues, ...look }) {
    this.#styleInput(style).checked = true;
    this.#noDialogue.checked = noDialogue;
    this.#scriptFirst.checked = stopAfter === "plan";
    this.#cut.input.checked = chapters === "auto";
    void this.#continued.show(continues);
    this.#look.fill(look);
    this.#lettering.fill(look);
    this.#story.replace(story);
    this.#story.update();
    this.#changed();
  }

  #changed() {
    this.#showSubmit();
    this.#lettering.offer(!this.#noDialogue.checked);
    this.#draft.save(this.#request);
    this.#updateEstimate();
  }

  #showSubmit() {
    setText(this.#submit, this.#scriptFirst.checked ? "Write the script" : "Draw the comic");
  }

  #referencesChanged() {
    for (const list of [this.#characters, this.#places]) this.#problems.clearField(list.fieldOf(null));
    this.#updateLimits();
    this.#updateEstimate();
  }

  #updateEstimate() {
    const isOpen = !this.#root.hidden && this.#story.problem === null;
    this.#estimator.update(isOpen ? this.#submission : null);
  }

  #updateLimits() {
    const { maxReferences, maxRequestBytes } = this.#settings;
    const references = this.#references;
    const used = `${megabytes(bytesOf(references))} of ${megabytes(maxRequestBytes)}`;
    setText(this.#limit, `PNG, JPEG or WebP; up to ${maxReferences} of each; ${used} used.`);
    setText(find("references-hint", HTMLElement), references.length === 0 ? "optional" : `${references.length}`);
    this.#limit.classList.toggle("is-over", bytesOf(references) > maxRequestBytes);
  }

  /** @returns {FieldProblem[]} */
  #problemsOfForm() {
    const { maxRequestBytes } = this.#settings;
    const ofStory = this.#story.problem;
    const ofCut = this.#cut.problem;
    const references = this.#references;
    const isTooLarge = bytesOf(references) + 4 * this.#story.text.length > maxRequestBytes;
    const field = (this.#characters.references.length > 0 ? this.#characters : this.#places).fieldOf(null);
    const tooLarge = { field, message: `The pictures are larger than ${megabytes(maxRequestBytes)} in total. Remove one.` };
    return [
      ...(ofStory === null ? [] : [{ field: this.#story.field, message: ofStory }]),
      ...(ofCut === null ? [] : [{ field: this.#cut.input, message: ofCut }]),
      ...this.#lettering.problems,
      ...(isTooLarge && references.length > 0 ? [tooLarge] : []),
      ...this.#characters.problems,
      ...this.#places.problems,
    ];
  }

  /** Return the field that an error answer names, or null. @param {string} path */
  #fieldNamed(path) {
    if (path === "story") return this.#story.field;
    if (path === "style") return this.#styleInput("manga");
    if (path === "continues") return this.#continued.root;
    if (path === "chapters") return this.#cut.input;
    const [, list, index] = REFERENCE_PATH.exec(path) ?? [];
    if (list === undefined) return this.#look.fieldNamed(path) ?? this.#lettering.fieldNamed(path);
    return (list === "Character" ? this.#characters : this.#places).fieldOf(index === undefined ? null : Number(index));
  }
}

/** @param {ReferencesField} field */
function named(field) {
  return field.references.map((reference) => ({ ...reference, name: reference.name.trim() }));
}
