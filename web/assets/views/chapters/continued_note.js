/** Says which comic the story in the form continues, and who comes along. */

import { listed } from "../../amounts.js";
import { button, find, setText } from "../element.js";

/** @typedef {{ title: string, cast: string[] }} Continued */

export class ContinuedNote {
  root = find("continued", HTMLElement);
  #text = find("continued-text", HTMLElement);
  #describe;
  /** @type {string | undefined} */
  #id;

  /**
   * @param {(id: string) => Promise<Continued | null>} describe returns null for a comic that is not on this device
   * @param {() => void} onEnd the user writes a new story instead
   */
  constructor(describe, onEnd) {
    this.#describe = describe;
    this.root.append(button("link", "Write a new story instead", onEnd));
  }

  /** The id of the comic that the story continues. */
  get id() {
    return this.#id;
  }

  /** @param {string | undefined} id undefined: a new story */
  async show(id) {
    if (this.#id === id) return;
    this.#id = id;
    this.root.hidden = id === undefined;
    setText(this.#text, "This story continues an earlier comic.");
    if (id === undefined) return;
    const continued = await this.#describe(id);
    if (this.#id === id && continued !== null) setText(this.#text, inWords(continued));
  }
}

/** @param {Continued} continued */
export function inWords({ title, cast }) {
  const along = cast.length === 0 ? "" : ` ${comeAlong(cast)}`;
  return `This story continues “${title}”.${along}`;
}

/** @param {string[]} cast */
export function comeAlong(cast) {
  return `${listed(cast)} ${cast.length === 1 ? "comes" : "come"} along and ${cast.length === 1 ? "looks" : "look"} the same.`;
}
