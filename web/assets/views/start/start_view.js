/** The form for a new story. */

import { isBlank, lengthOf } from "../../story_words.js";
import { bytesOf, megabytes, problemWith } from "../../references/reference_list.js";
import { element, find, setText } from "../element.js";
import { ReferencesField } from "./references_field.js";
import { SourcesView } from "./sources_view.js";

/** @import { Draft } from "../../storage/draft.js" */
/** @import { Api } from "../../net/api.js" */
/** @import { PageSettings } from "../../page_settings.js" */
/** @import { Problem } from "../../state/problem.js" */
/** @import { StoryRequest } from "../../wire.js" */
/** @import { Submission } from "../../state/generation_store.js" */

const HINT = "Drop pictures here, or tap to choose.";
const CHARACTERS = {
  id: "character-references",
  title: "Characters",
  hint: `${HINT} Use the names from the story.`,
  nameHint: "Name of the character",
};
const PLACES = { id: "setting-references", title: "Places", hint: HINT, nameHint: "Name of the place" };

export class StartView {
  #root = find("start", HTMLElement);
  #story = find("story", HTMLTextAreaElement);
  #words = find("word-count", HTMLElement);
  #noDialogue = find("no-dialogue", HTMLInputElement);
  #problem = find("start-problem", HTMLElement);
  #limit = find("references-limit", HTMLElement);
  #settings;
  #draft;
  #characters;
  #places;
  #sources;

  /**
   * @param {PageSettings} settings
   * @param {Draft} draft
   * @param {Api} api
   * @param {(submission: Submission) => void} onSubmit
   */
  constructor(settings, draft, api, onSubmit) {
    this.#settings = settings;
    this.#draft = draft;
    const onChange = () => this.#updateLimits();
    this.#characters = new ReferencesField(CHARACTERS, settings, onChange);
    this.#places = new ReferencesField(PLACES, settings, onChange);
    this.#sources = new SourcesView(settings.examples, api, (story) => this.#replaceStory(story));
    this.#listen(onSubmit);
    this.write(draft.load() ?? { story: "", style: "manga", noDialogue: false });
    this.#updateLimits();
  }

  /** @param {boolean} isShown */
  show(isShown) {
    this.#root.hidden = !isShown;
  }

  /** Whether the user has written or added nothing. */
  get isEmpty() {
    const references = [...this.#characters.references, ...this.#places.references];
    return isBlank(this.#story.value) && references.length === 0;
  }

  /** Put a story into the form. @param {StoryRequest} request */
  write({ story, style, noDialogue }) {
    this.#story.value = story;
    this.#styleInput(style).checked = true;
    this.#noDialogue.checked = noDialogue;
    this.#changed();
  }

  /** Load a Reddit post into the form. @param {string} path */
  fetchPost(path) {
    void this.#sources.fetchPost(path);
  }

  /** Clear the form and the draft, after the story was sent. */
  clear() {
    this.#draft.clear();
    this.#story.value = "";
    this.#characters.clear();
    this.#places.clear();
    this.#updateWords();
    this.showProblem(null);
  }

  /** @param {Pick<Problem, "message" | "suggestion"> | null} problem */
  showProblem(problem) {
    this.#problem.hidden = problem === null;
    this.#problem.replaceChildren();
    if (problem === null) return;
    this.#problem.append(
      element("strong", { textContent: problem.message }),
      element("span", { textContent: problem.suggestion }),
    );
  }

  /** @param {(submission: Submission) => void} onSubmit */
  #listen(onSubmit) {
    const form = find("story-form", HTMLFormElement);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const problem = this.#problemWithForm();
      this.showProblem(problem === null ? null : { message: problem, suggestion: "" });
      if (problem !== null) return this.#story.focus();
      onSubmit({ ...this.#request, characters: named(this.#characters), settings: named(this.#places) });
    });
    form.addEventListener("input", () => this.#changed());
    // A file that is dropped beside its field must not replace the page.
    for (const name of ["dragover", "drop"]) form.addEventListener(name, (event) => event.preventDefault());
  }

  /** @returns {StoryRequest} */
  get #request() {
    const style = this.#styleInput("comic").checked ? "comic" : "manga";
    return { story: this.#story.value, style, noDialogue: this.#noDialogue.checked };
  }

  /** @param {"manga" | "comic"} style */
  #styleInput(style) {
    const input = this.#root.querySelector(`input[name="style"][value="${style}"]`);
    if (!(input instanceof HTMLInputElement)) throw new Error(`the page has no style ${style}`);
    return input;
  }

  /** @param {string} story */
  #replaceStory(story) {
    this.#story.value = story;
    this.#story.scrollTop = 0;
    this.#changed();
  }

  #changed() {
    this.#draft.save(this.#request);
    this.#updateWords();
  }

  #updateWords() {
    const { count, most, unit } = lengthOf(this.#story.value, this.#settings);
    setText(this.#words, `${count} of ${most} ${unit}`);
    this.#words.classList.toggle("is-over", count > most);
    this.#story.setAttribute("aria-invalid", String(count > most));
  }

  #updateLimits() {
    const { maxReferences, maxRequestBytes } = this.#settings;
    const references = [...this.#characters.references, ...this.#places.references];
    const used = `${megabytes(bytesOf(references))} of ${megabytes(maxRequestBytes)}`;
    setText(this.#limit, `PNG, JPEG or WebP; up to ${maxReferences} of each; ${used} used.`);
    setText(find("references-hint", HTMLElement), references.length === 0 ? "optional" : `${references.length}`);
    this.#limit.classList.toggle("is-over", bytesOf(references) > maxRequestBytes);
  }

  /** @returns {string | null} */
  #problemWithForm() {
    const { maxRequestBytes } = this.#settings;
    const { count, most, unit } = lengthOf(this.#story.value, this.#settings);
    if (count > most) return `The story has ${count} ${unit}. Shorten it to ${most}.`;
    if (isBlank(this.#story.value)) return "Write a story first: one sentence is enough.";
    const references = [...this.#characters.references, ...this.#places.references];
    if (bytesOf(references) + 4 * this.#story.value.length > maxRequestBytes) {
      return `The pictures are larger than ${megabytes(maxRequestBytes)} in total. Remove one.`;
    }
    return problemWith(this.#characters.references, this.#settings) ?? problemWith(this.#places.references, this.#settings);
  }
}

/** @param {ReferencesField} field */
function named(field) {
  return field.references.map((reference) => ({ ...reference, name: reference.name.trim() }));
}
