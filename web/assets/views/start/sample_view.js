/** A finished comic below the form, until this browser has one of its own. It is loaded when the user scrolls near it. */

import { panelAlt } from "../../comic/alt_text.js";
import { element, find, setText } from "../element.js";

/**
 * @typedef {{ image: string, width: number, height: number, scene: string, dialogue: string | null }} SamplePanel
 * @typedef {{ title: string, panels: SamplePanel[] }} Sample
 */

const FOLDER = new URL("../../sample/", import.meta.url);
const NEAR = "300px";

export class SampleView {
  #root = find("sample", HTMLElement);
  #panels = find("sample-panels", HTMLOListElement);
  #fetch;
  #isLoaded = false;
  #observer = new IntersectionObserver((entries) => this.#see(entries), { rootMargin: NEAR });

  /** @param {typeof fetch} fetcher */
  constructor(fetcher) {
    this.#fetch = fetcher;
  }

  /** @param {boolean} isWanted */
  show(isWanted) {
    this.#root.hidden = !isWanted;
    if (isWanted && !this.#isLoaded) this.#observer.observe(this.#root);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #see(entries) {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    this.#observer.disconnect();
    void this.#load();
  }

  async #load() {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    try {
      const response = await this.#fetch(new URL("sample.json", FOLDER));
      /** @type {Sample} */
      const { title, panels } = await response.json();
      setText(find("sample-name", HTMLElement), title);
      this.#panels.replaceChildren(...panels.map(panelOf));
    } catch {
      // Offline, or in the middle of a deployment: the page works without it.
      this.#root.hidden = true;
    }
  }
}

/** @param {SamplePanel} panel @param {number} index */
function panelOf({ image, width, height, scene, dialogue }, index) {
  const alt = panelAlt({ sceneDescription: scene, dialogue: dialogue ?? "" }, index);
  const root = element(
    "li",
    {},
    // `loading` has to be set before `src`.
    element("img", { loading: "lazy", decoding: "async", alt, width, height, src: new URL(image, FOLDER).href }),
  );
  root.style.setProperty("--ratio", String(width / height));
  return root;
}
