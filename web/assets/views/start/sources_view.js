/** Stories from the examples and from Reddit. */

import { problemFrom } from "../../state/problem.js";
import { button, element, find, setText } from "../element.js";

/** @import { Api } from "../../net/api.js" */
/** @typedef {{ title: string, path: string }} Example */

export class SourcesView {
  #api;
  #onStory;
  #note = find("source-note", HTMLElement);
  #path = find("reddit-path", HTMLInputElement);
  #fetchButton = find("reddit-fetch", HTMLButtonElement);

  /** @param {Example[]} examples @param {Api} api @param {(story: string) => void} onStory */
  constructor(examples, api, onStory) {
    this.#api = api;
    this.#onStory = onStory;
    find("examples", HTMLElement).hidden = examples.length === 0;
    find("example-list", HTMLUListElement).replaceChildren(...examples.map((example) => this.#item(example)));
    this.#fetchButton.addEventListener("click", () => void this.fetchPost(this.#path.value));
    this.#path.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      void this.fetchPost(this.#path.value);
    });
  }

  /** Forget the last source, after its story was sent. */
  clear() {
    this.#path.value = "";
    setText(this.#note, "");
  }

  /** @param {string} path a link to a post, or its path */
  async fetchPost(path) {
    if (path.trim() === "") return this.#path.focus();
    find("reddit", HTMLDetailsElement).open = true;
    this.#path.value = path.trim();
    await this.#load(async () => {
      const { title, body, author, subreddit } = await this.#api.redditPost(path.trim());
      return { story: `${title}\n\n${body}`, note: `${credit(author, subreddit)} Ask before you publish it.` };
    });
  }

  /** @param {Example} example */
  #item({ title, path }) {
    const load = () =>
      void this.#load(async () => ({ story: await (await this.#api.file(path)).blob.text(), note: "" }));
    return element("li", {}, button("chip", title, load));
  }

  /** @param {() => Promise<{ story: string, note: string }>} load */
  async #load(load) {
    setText(this.#note, "Loading…");
    this.#fetchButton.disabled = true;
    try {
      const { story, note } = await load();
      this.#onStory(story.trim());
      setText(this.#note, note);
    } catch (error) {
      const { message } = problemFrom(error);
      setText(this.#note, message);
    } finally {
      this.#fetchButton.disabled = false;
    }
  }
}

/** @param {string} author @param {string} subreddit a profile's is `u_NAME` */
function credit(author, subreddit) {
  const name = author === "[deleted]" ? "a deleted user" : `u/${author}`;
  return subreddit.startsWith("u_") ? `By ${name}.` : `By ${name} in r/${subreddit}.`;
}
