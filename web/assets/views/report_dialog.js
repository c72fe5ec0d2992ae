/**
 * Reports a problem to the maintainers. A click on any element with the attribute `data-report` opens the dialog; the
 * attribute's value is the beginning of the description.
 */

import { problemFrom } from "../state/problem.js";
import { button, element, find, setText } from "./element.js";

/** @import { Api } from "../net/api.js" */

const MAX_AGENT = 400;
const BLANK = "Describe the problem first.";
const NOT_CONFIGURED = "This app takes no reports yet. Copy your text, and send it to the operator of this app.";

/** Return a button that opens the dialog. @param {string} about the beginning of the description */
export function reportButton(about) {
  return button("link", "Report a problem", () => undefined, { "data-report": about });
}

export class ReportDialog {
  #api;
  #dialog = find("report-dialog", HTMLDialogElement);
  #form = find("report-form", HTMLFormElement);
  #type = find("report-type", HTMLSelectElement);
  #description = find("report-description", HTMLTextAreaElement);
  #problem = find("report-problem", HTMLElement);
  #done = find("report-done", HTMLElement);
  #send = find("report-send", HTMLButtonElement);
  #agent = navigator.userAgent.slice(0, MAX_AGENT);

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
    setText(find("report-agent", HTMLElement), this.#agent);
    find("report-close", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    this.#description.addEventListener("input", () => this.#showProblem(""));
    // The footer's button works from here on.
    find("page-footer", HTMLElement).hidden = false;
    document.addEventListener("click", ({ target }) => {
      const opener = target instanceof Element ? target.closest("[data-report]") : null;
      if (opener instanceof HTMLElement) this.open(opener.dataset.report ?? "");
    });
  }

  /** @param {string} about the beginning of the description */
  open(about) {
    // An unsent text is kept.
    if (about !== "" && this.#description.value.trim() === "") this.#description.value = `${about}\n\n`;
    this.#showProblem("");
    this.#done.replaceChildren();
    this.#send.disabled = false;
    this.#dialog.showModal();
    this.#description.focus();
  }

  async #submit() {
    const description = this.#description.value.trim();
    if (description === "") {
      this.#showProblem(BLANK);
      return this.#description.focus();
    }
    this.#send.disabled = true;
    this.#showProblem("");
    setText(this.#done, "Sending…");
    try {
      const url = await this.#api.reportIssue({ type: this.#type.value, description, userAgent: this.#agent });
      this.#description.value = "";
      this.#done.replaceChildren("Thank you. Your report was sent. ", url === null ? "" : linkTo(url));
    } catch (error) {
      const { message, code } = problemFrom(error);
      this.#done.replaceChildren();
      this.#send.disabled = false;
      this.#showProblem(code === "not-configured" ? NOT_CONFIGURED : `${message} Your text is kept here.`);
    }
  }

  /** @param {string} text */
  #showProblem(text) {
    this.#problem.hidden = text === "";
    setText(this.#problem, text);
    this.#description.setAttribute("aria-invalid", String(text === BLANK));
  }
}

/** @param {string} url */
function linkTo(url) {
  return element("a", { href: url, target: "_blank", rel: "noreferrer", textContent: "Open the issue" });
}
