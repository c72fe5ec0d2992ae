/** Asks the user to confirm something that can't be undone. */

import { find, setText } from "./element.js";

/** @param {{ title: string, text: string, yes: string, no?: string }} question @returns {Promise<boolean>} */
export function isConfirmed({ title, text, yes, no = "Keep it" }) {
  const dialog = find("confirm-dialog", HTMLDialogElement);
  setText(find("confirm-dialog-title", HTMLElement), title);
  setText(find("confirm-dialog-text", HTMLElement), text);
  setText(find("confirm-dialog-yes", HTMLElement), yes);
  setText(find("confirm-dialog-no", HTMLElement), no);
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
