/** Where the reader shows panels: one panel, one page or a strip, with zoom. */

import { element } from "../element.js";
import { pageRatio } from "./page_layout.js";

/** @import { Direction } from "../../comic/turns.js" */
/** @import { Page } from "./page_layout.js" */
/** @import { ReaderPanel } from "./reader_panel.js" */
/** @typedef {"panel" | "page" | "strip"} Mode */
/** @typedef {{ x: number, y: number }} Point in the window */

const MOST_ZOOM = 5;
/** The share of the view's height above the line that is read. Every panel is taller. */
const READING_LINE = 0.2;
/** A pinch that ends below this is meant to show the whole image. */
const LEAST_ZOOM = 1.1;

export class ReaderStage {
  #sheet = element("div", { className: "reader-sheet" });
  /** It can have the focus, because it scrolls. */
  root = element(
    "div",
    { className: "reader-stage", tabIndex: 0, attrs: { role: "group", "aria-label": "Panels" } },
    this.#sheet,
  );
  #zoom = 1;

  get isZoomed() {
    return this.#zoom > 1;
  }

  /** Show one panel. @param {ReaderPanel} panel */
  showPanel(panel) {
    this.#show("panel", [panel.root]);
  }

  /** Show a page. @param {Page} page @param {ReaderPanel[]} panels @param {Direction} direction */
  showPage(page, panels, direction) {
    const ratios = panels.map(({ ratio }) => ratio);
    const rows = page.map((row) =>
      element("div", { className: "reader-row" }, ...row.map((index) => panels[index]?.root ?? null)),
    );
    const root = element("div", { className: "reader-page" }, ...rows);
    root.dataset.direction = direction;
    root.style.setProperty("--ratio", String(pageRatio(page, ratios)));
    root.style.setProperty("--rows", String(page.length));
    this.#show("page", [root]);
  }

  /** Show all panels below each other. @param {ReaderPanel[]} panels */
  showStrip(panels) {
    this.#show("strip", panels.map(({ root }) => root));
  }

  /** @param {Mode} mode @param {Node[]} content */
  #show(mode, content) {
    this.root.dataset.mode = mode;
    this.#sheet.replaceChildren(...content);
    this.zoomTo(1);
    this.root.scrollTo(0, 0);
  }

  /** Scroll the strip to a panel. @param {ReaderPanel} panel */
  scrollTo(panel) {
    panel.root.scrollIntoView({ block: "start" });
  }

  /** Return the index of the strip's panel that is read now. @param {ReaderPanel[]} panels */
  indexOf(panels) {
    const { scrollTop, clientHeight, scrollHeight } = this.root;
    const line = this.root.getBoundingClientRect().top + clientHeight * READING_LINE;
    const index = panels.findIndex(({ root }) => root.getBoundingClientRect().bottom > line);
    const isAtEnd = scrollTop > 0 && scrollTop + clientHeight > scrollHeight - 2;
    return index < 0 || isAtEnd ? panels.length - 1 : index;
  }

  /** Scroll by a share of the view. @param {number} across @param {number} down */
  pan(across, down) {
    this.root.scrollBy(across * this.root.clientWidth, down * this.root.clientHeight);
  }

  /** Scroll by pixels. @param {number} dx @param {number} dy */
  drag(dx, dy) {
    this.root.scrollLeft -= dx;
    this.root.scrollTop -= dy;
  }

  /** @param {number} factor @param {Point} [at] what stays in its place; by default the middle */
  zoomBy(factor, at = this.#middle()) {
    this.zoomTo(this.#zoom * factor, at);
  }

  /** @param {number} zoom @param {Point} [at] */
  zoomTo(zoom, at = this.#middle()) {
    const before = this.#sheet.getBoundingClientRect();
    this.#zoom = Math.min(Math.max(zoom, 1), MOST_ZOOM);
    this.root.classList.toggle("is-zoomed", this.isZoomed);
    this.#sheet.style.setProperty("--zoom", String(this.#zoom));
    const after = this.#sheet.getBoundingClientRect();
    this.root.scrollLeft += after.left - at.x + ((at.x - before.left) / before.width) * after.width;
    this.root.scrollTop += after.top - at.y + ((at.y - before.top) / before.height) * after.height;
  }

  /** Show the whole image again if it is hardly enlarged. */
  settleZoom() {
    if (this.#zoom < LEAST_ZOOM) this.zoomTo(1);
  }

  /** @returns {Point} */
  #middle() {
    const { left, top, width, height } = this.root.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  }
}
