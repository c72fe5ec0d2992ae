/** Prints a PDF file with the browser's viewer, without leaving the page. */

const FRAME_ID = "printed-pdf";

/**
 * Show the browser's print dialog for the file. The frame stays until the next print, because browsers continue to print
 * from it after the call.
 *
 * @param {File} file
 */
export async function printPdf(file) {
  document.getElementById(FRAME_ID)?.remove();
  const frame = document.createElement("iframe");
  frame.id = FRAME_ID;
  frame.title = file.name;
  frame.className = "print-frame";
  frame.tabIndex = -1;
  frame.setAttribute("aria-hidden", "true");
  frame.src = URL.createObjectURL(file);
  const isLoaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  document.body.append(frame);
  await isLoaded;
  frame.contentWindow?.focus();
  frame.contentWindow?.print();
}
