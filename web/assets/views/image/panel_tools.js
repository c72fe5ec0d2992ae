/**
 * The buttons below a panel, and the choice of its version. They take their place before the panel is drawn. The report
 * dialog opens by itself for elements with `data-report`.
 */

import { element } from "../element.js";

/** @import { ItemKind } from "../../wire.js" */
/** @typedef {(kind: ItemKind, index: number) => void} Action */
/**
 * @typedef {{
 *   onOpen: Action, onRedo: Action, onSave: Action,
 *   onChoose: (kind: ItemKind, index: number, version: number) => void,
 * }} ToolActions
 */

export class PanelTools {
  versions;
  #redo;
  #save;
  #report;
  #shownVersions = "";

  /** @param {number} index counts from 0 @param {ToolActions} actions */
  constructor(index, { onOpen, onRedo, onSave, onChoose }) {
    const name = `panel ${index + 1}`;
    const tool = (/** @type {string} */ icon, /** @type {string} */ text, /** @type {Action} */ action) =>
      element("button", {
        type: "button",
        className: `tool ${icon}`,
        textContent: text,
        attrs: { "aria-label": `${text}: ${name}` },
        on: { click: () => action("panel", index) },
      });
    this.#redo = tool("redraw", "Redraw", onRedo);
    this.#save = tool("save", "Save", onSave);
    this.#report = tool("report", "Report", () => undefined);
    const tools = [this.#redo, tool("details", "View", onOpen), this.#save, this.#report];
    const attrs = { role: "group", "aria-label": `Actions for ${name}` };
    this.root = element("div", { className: "tools", attrs }, ...tools);
    this.versions = element("select", {
      className: "frame-version",
      hidden: true,
      attrs: { "aria-label": `Version of ${name}` },
      on: { change: () => onChoose("panel", index, Number(this.versions.value)) },
    });
  }

  /** @param {{ versions: number[], version: number, path: string | null, canRedo: boolean, report: string }} shown */
  update({ versions, version, path, canRedo, report }) {
    this.#redo.disabled = !canRedo;
    this.#save.disabled = path === null;
    this.#report.dataset.report = report;
    this.versions.hidden = versions.length < 2;
    if (versions.join() !== this.#shownVersions) this.#fill(versions);
    this.versions.value = String(version);
  }

  /** @param {number[]} versions */
  #fill(versions) {
    this.#shownVersions = versions.join();
    this.versions.replaceChildren(
      ...versions.map((version) => element("option", { value: String(version), textContent: `Version ${version}` })),
    );
  }
}
