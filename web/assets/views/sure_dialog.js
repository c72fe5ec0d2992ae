/** Asks before something can't be undone. */

import { find, setText } from "./element.js";

/**
 * @param {{ title: string, text: string, yes: string }} question
 * @returns {Promise<boolean>}
 */
export function isSure({ title, text, yes }) {
  const dialog = find("sure-dialog", HTMLDialogElement);
  setText(find("sure-dialog-title", HTMLElement), title);
  setText(find("sure-dialog-text", HTMLElement), text);
  setText(find("sure-dialog-yes", HTMLElement), yes);
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
