/** How the comic is to be drawn, beyond its style: a text with presets, the shape of the panels, the size of the images. */

import { dollars } from "../../amounts.js";
import { button, element, find, setText } from "../element.js";

/** @import { PageSettings } from "../../page_settings.js" */
/** @import { Aspect, ImageSize, Look } from "../../wire.js" */
/** @typedef {{ name: string, image: string, text: string }} Preset */

const FOLDER = new URL("../../looks/", import.meta.url);
const MOST_CHARACTERS = 300;
/** @type {[Aspect, string][]} */
const ASPECTS = [
  ["auto", "As each panel needs it"],
  ["square", "Square"],
  ["portrait", "Portrait"],
  ["landscape", "Landscape"],
  ["tall", "Tall"],
];
/** @type {Record<ImageSize, string>} */
const SIZES = { "1K": "Standard (1K)", "2K": "Large (2K)", "4K": "Very large (4K)" };

export class LookField {
  #root = find("look", HTMLDetailsElement);
  #hint = find("look-hint", HTMLElement);
  #presets = element("ul", { className: "presets", attrs: { "aria-label": "Ideas" } });
  /** @type {{ preset: Preset, choose: HTMLButtonElement }[]} */
  #shown = [];
  #isLoaded = false;
  #fetch;
  #onChange;

  /** @param {PageSettings} settings @param {typeof fetch} fetcher @param {() => void} onChange */
  constructor({ imageSizes }, fetcher, onChange) {
    this.#fetch = fetcher;
    this.#onChange = onChange;
    this.text = element("textarea", { id: "style-text", rows: 2, maxLength: MOST_CHARACTERS, dir: "auto" });
    this.text.placeholder = "Soft light, thin lines, autumn colours…";
    this.text.addEventListener("input", () => this.#update());
    this.aspect = select("aspect", ASPECTS);
    const offered = imageSizes.map(({ size, price }) => [size, price ? `${SIZES[size]}, ${dollars(price, 3)} an image` : SIZES[size]]);
    this.size = select("image-size", /** @type {[string, string][]} */ (offered));
    for (const field of [this.aspect, this.size]) field.addEventListener("change", () => this.#update());
    this.#root.append(
      element(
        "div",
        { className: "look-fields" },
        labelled(this.text, "How should it be drawn?", this.#presets),
        labelled(this.aspect, "Shape of the panels"),
        labelled(this.size, "Size of the images"),
      ),
    );
    this.#root.addEventListener("toggle", () => void this.#load());
  }

  /** What differs from the defaults. @returns {Look} */
  get look() {
    const styleText = this.text.value.trim();
    const aspect = /** @type {Aspect} */ (this.aspect.value);
    const imageSize = /** @type {ImageSize} */ (this.size.value);
    return {
      ...(styleText === "" ? {} : { styleText }),
      ...(aspect === "auto" ? {} : { aspect }),
      ...(imageSize === "1K" ? {} : { imageSize }),
    };
  }

  /** @param {Look} look */
  fill({ styleText = "", aspect = "auto", imageSize = "1K" }) {
    this.text.value = styleText;
    this.aspect.value = aspect;
    this.size.value = imageSize;
    // The model of today may not draw the size of an earlier story.
    for (const field of [this.aspect, this.size]) if (field.value === "") field.selectedIndex = 0;
    this.#update();
  }

  /** Return the field that an error answer names, or null. @param {string} path */
  fieldNamed(path) {
    return { styleText: this.text, aspect: this.aspect, imageSize: this.size }[path] ?? null;
  }

  #update() {
    const count = Object.keys(this.look).length;
    setText(this.#hint, count === 0 ? "optional" : `${count} chosen`);
    for (const { preset, choose } of this.#shown) choose.setAttribute("aria-pressed", String(this.text.value === preset.text));
  }

  async #load() {
    if (this.#isLoaded || !this.#root.open) return;
    this.#isLoaded = true;
    try {
      /** @type {Preset[]} */
      const presets = await (await this.#fetch(new URL("presets.json", FOLDER))).json();
      this.#shown = presets.map((preset) => ({ preset, choose: this.#button(preset) }));
      this.#presets.replaceChildren(...this.#shown.map(({ choose }) => element("li", {}, choose)));
      this.#update();
    } catch {
      // Offline, or in the middle of a deployment: a text can be written without them.
      this.#isLoaded = false;
    }
  }

  /** A preset that is chosen already is taken back. @param {Preset} preset */
  #button({ name, image, text }) {
    const choose = button("preset", "", () => {
      this.text.value = this.text.value === text ? "" : text;
      this.#update();
      this.#onChange();
    });
    const picture = element("img", { alt: "", width: 160, height: 120, decoding: "async", src: new URL(image, FOLDER).href });
    choose.append(picture, element("span", { textContent: name }));
    return choose;
  }
}

/** @param {string} id @param {[string, string][]} options values and texts */
export function select(id, options) {
  return element("select", { id }, ...options.map(([value, textContent]) => element("option", { value, textContent })));
}

/** @param {HTMLElement} field @param {string} text @param {HTMLElement[]} before */
export function labelled(field, text, ...before) {
  const label = element("label", { htmlFor: field.id, textContent: text });
  return element("div", { className: "field", attrs: { "data-field": true } }, label, ...before, field);
}
