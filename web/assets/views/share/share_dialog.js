/** Shares the comic by a link: with the device's share sheet, or as a copied text. */

import { problemFrom } from "../../state/problem.js";
import { isConfirmed } from "../confirm_dialog.js";
import { button, element, find, setText } from "../element.js";

/** @import { VersionChooser } from "../../comic/version_chooser.js" */
/** @import { GenerationStore } from "../../state/generation_store.js" */
/** @import { StoreState } from "../../state/store_state.js" */

const CAN_SHARE = "share" in navigator;

export class ShareDialog {
  #dialog = find("share-dialog", HTMLDialogElement);
  #store;
  #chooser;
  #link = element("input", { type: "text", id: "share-link", readOnly: true, attrs: { dir: "ltr" } });
  #until = element("p", {});
  #note = element("p", { className: "hint", attrs: { role: "status" } });
  #share = button("button primary", CAN_SHARE ? "Share the link" : "Copy the link", () => void this.#pass());
  #stop = button("button quiet danger", "Stop sharing", () => void this.#stopSharing());

  /** @param {GenerationStore} store @param {VersionChooser} chooser */
  constructor(store, chooser) {
    this.#store = store;
    this.#chooser = chooser;
    const close = button("button quiet", "Close", () => this.#dialog.close());
    this.#link.addEventListener("focus", () => this.#link.select());
    this.#dialog.replaceChildren(
      element("h2", { id: "share-dialog-title", textContent: "Share this comic" }),
      element("p", { textContent: "Anyone with the link can read the comic. Your story is not shown, and no key is needed." }),
      element("label", { htmlFor: "share-link", textContent: "Link" }),
      this.#link,
      this.#until,
      this.#note,
      element("div", { className: "dialog-actions" }, this.#stop, close, this.#share),
    );
  }

  /** Get the link and share it at once. */
  async open() {
    setText(this.#note, "");
    this.update(this.#store.state);
    this.#dialog.showModal();
    await this.#pass();
  }

  close() {
    this.#dialog.close();
  }

  /** @param {StoreState} state */
  update({ share }) {
    this.#link.value = share === null ? "" : new URL(share.url, location.origin).href;
    setText(this.#until, share === null ? "" : `The link works until ${dateOf(share.expires)}.`);
    this.#stop.hidden = share === null;
  }

  /** Pass the link on. Browsers allow it only right after a click, and getting the link may have taken too long. */
  async #pass() {
    const url = await this.#url();
    if (url === null) return;
    if (!CAN_SHARE) return this.#copy(url);
    try {
      await navigator.share({ title: this.#store.state.storyAnalysis?.title ?? "A comic", url });
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      // An AbortError: the user has closed the share sheet.
      if (error.name === "NotAllowedError") setText(this.#note, "The link is ready. Share it now.");
      else if (error.name !== "AbortError") await this.#copy(url);
    }
  }

  /** Return the link; the app makes it if there is none. */
  async #url() {
    if (this.#store.state.share !== null) return this.#link.value;
    setText(this.#note, "Getting the link…");
    try {
      await this.#chooser.settled();
      if ((await this.#store.share()) === null) return null;
      setText(this.#note, "");
      this.update(this.#store.state);
      return this.#link.value;
    } catch (error) {
      setText(this.#note, `The comic could not be shared. ${problemFrom(error).message}`);
      return null;
    }
  }

  /** @param {string} url */
  async #copy(url) {
    try {
      await navigator.clipboard.writeText(url);
      setText(this.#note, "The link is copied.");
    } catch {
      // The page is not secure, or the browser denies it: the user can copy the selected text.
      this.#link.focus();
      this.#link.select();
      setText(this.#note, "Copy the selected link.");
    }
  }

  async #stopSharing() {
    const text = "The link stops working for everyone. If you share the comic again, it gets another link.";
    if (!(await isConfirmed({ title: "Stop sharing?", text, yes: "Stop sharing", no: "Keep sharing" }))) return;
    try {
      await this.#store.stopSharing();
      this.update(this.#store.state);
      setText(this.#note, "The comic is no longer shared.");
    } catch (error) {
      setText(this.#note, `The link still works. ${problemFrom(error).message}`);
    }
  }
}

/** Return the dialog. @param {ConstructorParameters<typeof ShareDialog>} parts */
export function shareDialog(...parts) {
  return new ShareDialog(...parts);
}

/** @param {string} time in ISO 8601 */
function dateOf(time) {
  return new Date(time).toLocaleDateString(undefined, { dateStyle: "long" });
}
