/** Asks for the access key. */

import { find, setText } from "./element.js";

/**
 * @param {boolean} wasRefused a key was there, and is not accepted
 * @returns {Promise<string | null>} null if the person has none
 */
export function askForKey(wasRefused) {
  const dialog = find("key-dialog", HTMLDialogElement);
  const field = find("key-field", HTMLInputElement);
  const none = find("key-none", HTMLButtonElement);
  const text = wasRefused ? "This key is not accepted." : "This app asks for an access key. It is kept in this browser.";
  setText(find("key-dialog-text", HTMLElement), text);
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
