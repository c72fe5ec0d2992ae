/** stub */
/** @param {any} api @param {any} done @returns {any} */
export function wordsDialog(api, done) { return { api, done }; }
