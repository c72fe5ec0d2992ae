/** Downloads and prints the comic, and opens the dialog that shares it. */

import { exportPath } from "../../net/api.js";
import { fileNameIn } from "../../net/content_disposition.js";
import { isScriptOnly } from "../../state/generation_state.js";
import { problemFrom } from "../../state/problem.js";
import { element, find, setText } from "../element.js";
import { saveFile } from "../save_file.js";
import { printPdf } from "./print_pdf.js";

/** @import { VersionChooser } from "../../comic/version_chooser.js" */
/** @import { Api } from "../../net/api.js" */
/** @import { StoreState } from "../../state/store_state.js" */
/** @typedef {"pdf" | "cbz" | "epub" | "webtoon" | "zip" | "png" | "json"} Format */

/** @type {{ format: Format, name: string, hint: string }[]} */
const FORMATS = [
  { format: "pdf", name: "Download PDF", hint: "pages to read and print" },
  { format: "epub", name: "Download EPUB", hint: "for e-book readers" },
  { format: "cbz", name: "Download CBZ", hint: "for comic readers" },
  { format: "webtoon", name: "Download webtoon", hint: "strips to scroll" },
  { format: "png", name: "Download poster", hint: "one image" },
  { format: "zip", name: "Download ZIP", hint: "all images" },
  { format: "json", name: "Download JSON", hint: "script and texts as data" },
];

export class ExportView {
  #api;
  #chooser;
  #root = find("export", HTMLElement);
  #links = find("export-links", HTMLElement);
  #note = find("export-note", HTMLElement);
  #all = find("all-chapters", HTMLElement);
  /** @type {Map<Format, HTMLAnchorElement>} */
  #anchors = new Map();
  /** @type {HTMLButtonElement[]} */
  #buttons = [];
  /** The comic, if any of it is drawn. @type {{ id: string | null, direction: "ltr" | "rtl", language?: string | undefined }} */
  #shown = { id: null, direction: "ltr" };

  /** @param {Api} api @param {VersionChooser} chooser @param {() => void} onShare */
  constructor(api, chooser, onShare) {
    this.#api = api;
    this.#chooser = chooser;
    for (const { format, name, hint } of FORMATS) {
      const on = { click: (/** @type {Event} */ event) => void this.#download(event, format) };
      this.#anchors.set(format, element("a", { className: "export-item", on }, ...labels(name, hint)));
    }
    this.#buttons.push(item("Share the comic", "a link to read it", onShare));
    this.#buttons.push(item("Print", "the pages", () => void this.#print()));
    this.#all.addEventListener("change", () => this.#showLinks());
    this.#links.replaceChildren(...this.#anchors.values(), ...this.#buttons);
  }

  /** @param {StoreState} state @param {"ltr" | "rtl"} direction */
  update(state, direction) {
    const isDrawn = state.generatedPanels.some(Boolean);
    // Visible as early as the panels' frames, so that it does not shift the layout later.
    this.#root.hidden = state.generationId === null || state.storyBreakdown === null || isScriptOnly(state);
    this.#shown = { id: isDrawn ? state.generationId : null, direction, language: state.words?.language };
    const begun = state.chapters.filter(({ status }) => status !== "waiting").length;
    this.#all.hidden = begun < 2;
    setText(this.#all.querySelector("span") ?? this.#all, `All ${begun} chapters in one file`);
    this.#showLinks();
    for (const one of this.#buttons) one.disabled = !isDrawn;
  }

  /** @param {string} text */
  tell(text) {
    setText(this.#note, text);
  }

  #showLinks() {
    const { id, direction, language } = this.#shown;
    const hasAll = !this.#all.hidden && this.#all.querySelector("input")?.checked === true;
    for (const [format, anchor] of this.#anchors) {
      anchor.setAttribute("aria-disabled", String(id === null));
      const more = { hasAllChapters: hasAll && format !== "png", language };
      if (id !== null) anchor.href = exportPath(id, format, direction, more);
      else anchor.removeAttribute("href");
    }
  }

  /**
   * Download a file. A plain link would show an error as a page, and can't send an access key.
   *
   * @param {Event} event
   * @param {Format} format
   */
  async #download(event, format) {
    event.preventDefault();
    const file = await this.#fetch(format);
    if (file === null) return;
    saveFile(file, file.name);
  }

  /** Print the PDF, or this page in a browser without a PDF viewer, such as a phone's. */
  async #print() {
    if (!navigator.pdfViewerEnabled) {
      window.print();
      return;
    }
    const pages = await this.#fetch("pdf");
    if (pages !== null) await printPdf(pages);
  }

  /** @param {Format} format @returns {Promise<File | null>} */
  async #fetch(format) {
    const anchor = this.#anchors.get(format);
    const path = anchor?.getAttribute("href") ?? null;
    if (!anchor || path === null || anchor.getAttribute("aria-busy") === "true") return null;
    anchor.setAttribute("aria-busy", "true");
    setText(this.#note, "Preparing the file…");
    try {
      // The file has the versions that the user has just chosen.
      await this.#chooser.settled();
      const { blob, disposition } = await this.#api.file(path);
      setText(this.#note, "");
      return new File([blob], fileNameIn(disposition) ?? `comic.${format === "webtoon" ? "zip" : format}`, { type: blob.type });
    } catch (error) {
      setText(this.#note, problemFrom(error).message);
      return null;
    } finally {
      anchor.removeAttribute("aria-busy");
    }
  }
}

/** @param {string} name @param {string} hint @param {() => void} run */
function item(name, hint, run) {
  return element("button", { type: "button", className: "export-item", on: { click: run } }, ...labels(name, hint));
}

/** @param {string} name @param {string} hint */
function labels(name, hint) {
  return [element("strong", { textContent: name }), element("span", { className: "hint", textContent: hint })];
}
