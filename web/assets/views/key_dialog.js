/** Asks the user for the access key. */

import { find, setText } from "./element.js";

/** @import { KeyProblem } from "../net/access_key.js" */

/** @type {Readonly<Record<KeyProblem, string>>} */
const TEXT = {
  missing: "This app requires an access key. It is stored in this browser.",
  wrong: "This key is not accepted.",
  "too low": "This key is valid, but its level is too low. Use the app's master key.",
};

/** @param {KeyProblem} problem @returns {Promise<string | null>} null if the user has no key */
export function askForKey(problem) {
  const dialog = find("key-dialog", HTMLDialogElement);
  const field = find("key-field", HTMLInputElement);
  const cancel = find("key-cancel", HTMLButtonElement);
  setText(find("key-dialog-text", HTMLElement), TEXT[problem]);
  field.value = "";
  cancel.onclick = () => dialog.close("");
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
