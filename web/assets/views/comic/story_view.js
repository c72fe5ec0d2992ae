/** The analysis of the story, its script, and the story itself. */

import { factsOf, inOneLine } from "../../comic/image_info.js";
import { isScriptOnly } from "../../state/generation_state.js";
import { element, find, setText } from "../element.js";
import { showTitle } from "../shown_title.js";

/** @import { StoreState } from "../../state/store_state.js" */
/** @import { Character, PanelPlan } from "../../wire.js" */

const OF_OTHER_DEVICE = "This story was written on another device and is not stored with the comic.";
const OF_CHAPTER = "The story of this chapter is not stored on this device by itself.";

export class StoryView {
  #title = find("comic-title", HTMLElement);
  #setting = find("comic-setting", HTMLElement);
  #analysis = find("analysis", HTMLElement);
  #script = find("layout", HTMLOListElement);
  #request = find("request", HTMLDetailsElement);
  #requestStory = find("request-story", HTMLElement);
  /** @type {unknown} */
  #shownAnalysis = null;
  /** @type {unknown} */
  #shownScript = null;

  /** @param {StoreState} state */
  update(state) {
    const analysis = state.storyAnalysis;
    showTitle(this.#title, state, state.isGenerating ? "A new story" : "A comic");
    setText(this.#setting, analysis === null ? "" : settingOf(analysis.setting));
    if (analysis !== this.#shownAnalysis) {
      this.#shownAnalysis = analysis;
      this.#analysis.replaceChildren(...(analysis?.characters.map(characterOf) ?? []));
    }
    if (state.storyBreakdown !== this.#shownScript) {
      this.#shownScript = state.storyBreakdown;
      this.#script.replaceChildren(...(state.storyBreakdown?.panels.map(panelOf) ?? []));
    }
    const isBegun = (state.storyBreakdown !== null && !isScriptOnly(state)) || !state.isGenerating;
    this.#request.hidden = !isBegun || (state.request === null && analysis === null);
    const missing = state.chapters.length > 1 ? OF_CHAPTER : OF_OTHER_DEVICE;
    setText(this.#requestStory, state.request?.story ?? missing);
  }
}

/** @param {import("../../wire.js").Setting} setting */
function settingOf({ timePeriod, location, mood }) {
  return inOneLine([location, timePeriod, mood]);
}

/** @param {Character} character */
function characterOf({ name, role, physicalDescription, personality }) {
  return element(
    "section",
    { className: "person", dir: "auto" },
    element("h3", {}, name, " ", element("span", { className: "hint", textContent: role })),
    element("p", { textContent: physicalDescription }),
    personality.trim() !== "" && element("p", { className: "hint", textContent: personality }),
  );
}

/** @param {PanelPlan} plan */
function panelOf(plan) {
  const texts = plan.texts ?? (plan.dialogue ? [{ text: plan.dialogue, speaker: "" }] : []);
  const spoken = texts.map(({ speaker, text }) =>
    element("blockquote", { textContent: speaker ? `${speaker}: ${text}` : text, dir: "auto" }),
  );
  return element(
    "li",
    {},
    element("p", { textContent: plan.sceneDescription, dir: "auto" }),
    ...spoken,
    element("p", { className: "hint", textContent: factsOf(plan) }),
  );
}
