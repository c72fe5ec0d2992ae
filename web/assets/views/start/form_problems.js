/** Problems with the form: a message at each invalid field, and a list with links to these fields at the button. */

import { element, find } from "../element.js";
import { reportButton } from "../report_dialog.js";

/** @typedef {{ field: HTMLElement, message: string }} FieldProblem `message` is a sentence that says what to change. */

const MESSAGE_ID = "-problem";

export class FormProblems {
  #list;
  /** @type {FieldProblem[]} */
  #problems = [];
  #general = "";

  /** @param {HTMLElement} list */
  constructor(list = find("start-problem", HTMLElement)) {
    this.#list = list;
  }

  /**
   * Show problems, and move the focus to the first one.
   *
   * @param {FieldProblem[]} problems
   * @param {string} [general] a problem of no field
   */
  show(problems, general = "") {
    this.clear();
    this.#problems = problems;
    this.#general = general;
    for (const problem of problems) mark(problem);
    this.#update();
    const target = problems[0]?.field ?? (general === "" ? null : this.#list);
    // The view may be about to appear, and to scroll to its top.
    if (target !== null) requestAnimationFrame(() => reveal(target));
  }

  clear() {
    for (const { field } of this.#problems) unmark(field);
    this.#problems = [];
    this.#general = "";
    this.#update();
  }

  /** Remove the problem of a field that the user has edited. @param {EventTarget | null} edited */
  clearField(edited) {
    const left = this.#problems.filter(({ field }) => field !== edited && field.isConnected);
    if (left.length === this.#problems.length) return;
    for (const { field } of this.#problems) if (field === edited) unmark(field);
    this.#problems = left;
    this.#update();
  }

  #update() {
    this.#list.hidden = this.#problems.length === 0 && this.#general === "";
    const links = this.#problems.map((problem) => element("li", {}, link(problem)));
    this.#list.replaceChildren();
    if (this.#general !== "") {
      this.#list.append(element("p", { textContent: this.#general }), reportButton(this.#general));
    }
    if (links.length > 0) this.#list.append(element("ul", {}, ...links));
  }
}

/** @param {FieldProblem} problem */
function link({ field, message }) {
  const go = (/** @type {Event} */ event) => {
    // The address after # is the page's own.
    event.preventDefault();
    reveal(field);
  };
  return element("a", { href: `#${field.id}`, textContent: message, on: { click: go } });
}

/** @param {HTMLElement} target */
function reveal(target) {
  const closed = target.closest("details:not([open])");
  if (closed instanceof HTMLDetailsElement) closed.open = true;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center" });
}

/** @param {FieldProblem} problem */
function mark({ field, message }) {
  const id = field.id + MESSAGE_ID;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", [...describedBy(field), id].join(" "));
  field.closest("[data-field]")?.append(element("p", { id, className: "field-problem", textContent: message }));
}

/** @param {HTMLElement} field */
function unmark(field) {
  const id = field.id + MESSAGE_ID;
  field.removeAttribute("aria-invalid");
  const others = describedBy(field).filter((other) => other !== id);
  if (others.length > 0) field.setAttribute("aria-describedby", others.join(" "));
  else field.removeAttribute("aria-describedby");
  document.getElementById(id)?.remove();
}

/** @param {HTMLElement} field */
function describedBy(field) {
  return (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id !== "");
}
