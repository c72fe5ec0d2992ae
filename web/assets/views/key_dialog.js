/** Asks for the access key. */

import { find, setText } from "./element.js";

/** @typedef {import("../net/access_key.js").KeyProblem} KeyProblem */

/** @type {Readonly<Record<KeyProblem, string>>} */
const TEXT = {
  missing: "This app asks for an access key. It is kept in this browser.",
  wrong: "This key is not accepted.",
  "too low": "This key is valid, but it does not open this. The app's master key does.",
};

/**
 * @param {KeyProblem} problem
 * @returns {Promise<string | null>} null if the person has none
 */
export function askForKey(problem) {
  const dialog = find("key-dialog", HTMLDialogElement);
  const field = find("key-field", HTMLInputElement);
  const none = find("key-none", HTMLButtonElement);
  setText(find("key-dialog-text", HTMLElement), TEXT[problem]);
  field.value = "";
  none.onclick = () => dialog.close("");
  const form = find("key-form", HTMLFormElement);
  form.onsubmit = (event) => {
    event.preventDefault();
    dialog.close("given");
  };
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const onClose = () => resolve(dialog.returnValue === "given" ? field.value : null);
    dialog.addEventListener("close", onClose, { once: true });
  });
}
